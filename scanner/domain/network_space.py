"""Which addresses a service tag stands for, seen from one subnet: surely, and possibly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from ipaddress import ip_network
from typing import NamedTuple

from scanner.domain.addresses import PRIVATE
from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.prefixes import EVERY_ADDRESS, IPV4, prefixes
from scanner.domain.service_tags import (
    INTERNET,
    LOAD_BALANCER,
    PLATFORM_DNS,
    PLATFORM_METADATA,
    VIRTUAL_NETWORK,
    is_public_service,
    lacks_ipv6,
    standard,
)
from scanner.model.network_security import ANY_ADDRESS, ServiceTag

# The host's address, for DNS and health probes, and the metadata service's (facts §4.4).
HOST = prefixes([ip_network("168.63.129.16/32")])
METADATA = prefixes([ip_network("169.254.169.254/32")])
PLATFORM = HOST | METADATA
"""Addresses that security rules do not filter, but with a platform tag (facts §4.4)."""


class Shares(NamedTuple):
    """A space by what a tag makes of it: the addresses that it surely lacks, surely holds, and may hold or not."""

    never: IntervalSet
    surely: IntervalSet
    open: IntervalSet


@dataclass(frozen=True)
class Extent:
    """The addresses of a tag: those that it surely holds, and all that it may hold."""

    surely: IntervalSet
    possibly: IntervalSet

    @cached_property
    def ipv4(self) -> IntervalSet:
        """The IPv4 addresses that it may hold."""
        return self.possibly & IPV4

    def of(self, space: IntervalSet) -> Shares:
        """Cut a space into what the tag never, surely and maybe holds; the same few spaces are asked for many times."""
        return self._shares(space)

    @cached_property
    def _shares(self) -> Callable[[IntervalSet], Shares]:
        return cache(self._cut)

    def _cut(self, space: IntervalSet) -> Shares:
        return Shares(space & self._never, space & self.surely, space & self._open)

    @cached_property
    def _never(self) -> IntervalSet:
        return EVERY_ADDRESS - self.possibly

    @cached_property
    def _open(self) -> IntervalSet:
        return self.possibly - self.surely


@dataclass(frozen=True)
class NetworkSpace:
    """What the VirtualNetwork tag means in one subnet (facts §4.4).

    `surely`: the VNet's own space, that of its connected peers, private prefixes of user-defined routes. `routed`: what
    routes to an appliance add, the internet with a default route; it stays the internet. `possibly`: what other routes
    may add. Private addresses are always possible: a gateway may lead to any of them.
    """

    surely: IntervalSet
    possibly: IntervalSet = NOTHING
    routed: IntervalSet = NOTHING

    @cached_property
    def internet(self) -> IntervalSet:
        """The addresses outside the virtual network that the internet routes, Azure's own among them."""
        return EVERY_ADDRESS - PRIVATE - PLATFORM - self.surely

    @cached_property
    def _extents(self) -> Callable[[ServiceTag], Extent]:
        return cache(self._find_extent)

    @cached_property
    def _unsure(self) -> Callable[[IntervalSet], Extent]:
        """The extents of tags that hold nothing for sure: most are the same, and cut spaces alike."""
        return cache(lambda possibly: Extent(NOTHING, possibly))

    @cached_property
    def _virtual_network(self) -> Extent:
        surely = self.surely | self.routed | HOST
        return Extent(surely, surely | self.possibly | PRIVATE)

    def extent(self, tag: ServiceTag) -> Extent:
        """Return what a tag stands for; a tag that nobody documents may stand for anything."""
        return self._extents(tag)

    def _find_extent(self, tag: ServiceTag) -> Extent:
        tag = standard(tag)
        if tag == VIRTUAL_NETWORK:
            return self._virtual_network
        exact = self._exact(tag)
        if exact is not None:
            return Extent(exact, exact)
        possibly = self.internet if is_public_service(tag) else EVERY_ADDRESS
        return self._unsure(possibly & IPV4 if lacks_ipv6(tag) else possibly)

    def _exact(self, tag: ServiceTag) -> IntervalSet | None:
        if tag == ANY_ADDRESS:
            return EVERY_ADDRESS
        if tag == INTERNET:
            return self.internet
        if tag in {LOAD_BALANCER, PLATFORM_DNS}:
            return HOST
        return METADATA if tag == PLATFORM_METADATA else None
