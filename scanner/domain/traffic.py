"""Traffic as sets: who talks to whom, on which ports. Security rules cut it into disjoint parts, exactly.

Addresses that are known are intervals. What is known only by name (the addresses of a service tag, the members of an
application security group, a value that could not be read) stays a name: a side is a set of addresses, within some
names and without others. So each address of a flow goes to one rule, whatever the name turns out to hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from msgspec import Struct

from scanner.domain.host_names import HostName, Keeper, KeptNames
from scanner.domain.intervals import IntervalSet
from scanner.domain.network_space import NetworkSpace
from scanner.domain.prefixes import EVERY_ADDRESS, IPV4, IPV6
from scanner.domain.service_tags import INTERNET, apart, holds, is_documented, is_public_service
from scanner.evidence import Gap
from scanner.model.arm import ArmId
from scanner.model.network_security import EVERY_PORT, Direction, Protocol, ServiceTag

EVERY_PORT_SET = IntervalSet((EVERY_PORT,))
EVERY_PROTOCOL = frozenset(Protocol) - {Protocol.ANY}


@dataclass(frozen=True, slots=True)
class Unread:
    """A condition of a rule that could not be read: it may match any part of a flow. `why` says so.

    `gap` is what was not read, where that is why.
    """

    why: str
    gap: Gap | None = None


Name: TypeAlias = ServiceTag | ArmId | HostName | KeptNames | Unread
"""A set of addresses known by name; an ArmId is an application security group; firewalls know names of hosts."""


_shared = lru_cache(2_000)(IntervalSet.__and__)
"""What two sets of addresses share; the same few are asked for again and again."""


@dataclass(frozen=True)
class Terms:
    """What a security rule names as its source or destination: all of this together."""

    addresses: IntervalSet
    names: tuple[Name, ...] = ()

    @cached_property
    def others(self) -> IntervalSet:
        """The addresses that are not listed; a name may hold some of them."""
        return EVERY_ADDRESS - self.addresses


class Side(Struct, frozen=True):
    """One end of a flow: the addresses of `space` that are within all of some names and in none of others.

    `groups` are the application security groups that the machines there belong to, None where that cannot be seen.
    """

    space: IntervalSet
    within: tuple[Name, ...] = ()
    without: tuple[Name, ...] = ()
    groups: frozenset[ArmId] | None = frozenset()

    def limited(self, space: IntervalSet) -> Side | None:
        """Return what lies in a space, None if nothing does."""
        return self.over(_shared(self.space, space))

    def over(self, left: IntervalSet) -> Side | None:
        """Return what lies in a part of the side's own space, None if the part is empty."""
        if not left:
            return None
        return self if left is self.space else Side(left, self.within, self.without, self.groups)


class Flow(Struct, frozen=True):
    """Packets of some protocols from some addresses to some ports of others."""

    direction: Direction
    protocols: frozenset[Protocol]
    source: Side
    destination: Side
    ports: IntervalSet
    source_ports: IntervalSet = EVERY_PORT_SET

    def between(self, source: Side, destination: Side) -> Flow:
        """Return what of the flow runs between two parts of its ends."""
        if source is self.source and destination is self.destination:
            return self
        return Flow(self.direction, self.protocols, source, destination, self.ports, self.source_ports)

    def over(self, protocols: frozenset[Protocol], ports: IntervalSet, source_ports: IntervalSet) -> Flow:
        """Return what of the flow uses some protocols and ports."""
        return Flow(self.direction, protocols, self.source, self.destination, ports, source_ports)

    @property
    def names(self) -> tuple[Name, ...]:
        """Everything by whose name its ends were cut."""
        ends = (self.source, self.destination)
        return tuple(name for end in ends for name in (*end.within, *end.without))

    def versions(self) -> tuple[Flow, ...]:
        """Return the flow's IPv4 and IPv6 parts, as far as both of its ends have such addresses."""
        found = []
        for version in (IPV4, IPV6):
            source = self.source.limited(version)
            destination = self.destination.limited(version) if source else None
            if source and destination:
                found.append(self.between(source, destination))
        return tuple(found)


def tagged(tag: ServiceTag, space: NetworkSpace) -> Side:
    """Return the side that a service tag stands for."""
    extent = space.extent(tag)
    return Side(extent.possibly, () if extent.surely == extent.possibly else (tag,))


def split(side: Side, terms: Terms, space: NetworkSpace) -> tuple[list[Side], list[Side]]:
    """Cut a side into what the terms of a rule hold and what they do not."""
    if not terms.others:
        return [side], []
    inside, outside = _cut_by_addresses(side, terms) if terms.addresses else ([], [side])
    for name in terms.names:
        waiting, outside = outside, []
        for each in waiting:
            held, left = _cut(each, name, space)
            inside += held
            outside += left
    return inside, outside


def _cut_by_addresses(side: Side, terms: Terms) -> tuple[list[Side], list[Side]]:
    inside, outside = side.limited(terms.addresses), side.limited(terms.others)
    return [inside] if inside else [], [outside] if outside else []


def _cut(side: Side, name: Name, space: NetworkSpace) -> tuple[list[Side], list[Side]]:
    match name:
        case ServiceTag():
            return _cut_by_tag(side, name, space)
        case ArmId() if side.groups is not None:
            return ([side], []) if name in side.groups else ([], [side])
        case _:
            return cut_by_name(side, name)


def _cut_by_tag(side: Side, tag: ServiceTag, space: NetworkSpace) -> tuple[list[Side], list[Side]]:
    """Decide by address where that is sure, by the names where those decide, and cut the rest in two."""
    shares = space.extent(tag).of(side.space)
    outside = side.over(shares.never)
    if outside is side:
        return [], [side]
    inside, middle = side.over(shares.surely), side.over(shares.open)
    held, left = cut_by_name(middle, tag) if middle else ([], [])
    return [*([inside] if inside else []), *held], [*([outside] if outside else []), *left]


def cut_by_name(side: Side, name: Name) -> tuple[list[Side], list[Side]]:
    """Cut a side into what a name holds and what it does not, where the names that cut it before leave that open."""
    if any(_is_within(each, name) for each in side.within):
        return [side], []
    if any(_is_within(name, each) for each in side.without) or any(_are_apart(name, each) for each in side.within):
        return [], [side]
    wider = [each for each in side.within if not _is_within(name, each)]
    held = Side(side.space, (*wider, name), side.without, side.groups)
    return [held], [Side(side.space, side.within, (*side.without, name), side.groups)]


def _is_within(inner: Name, outer: Name) -> bool:
    if isinstance(inner, ServiceTag) and isinstance(outer, ServiceTag):
        return holds(outer, inner)
    if isinstance(inner, HostName) and isinstance(outer, HostName):
        return outer.holds(inner)
    return inner == outer


def _are_apart(one: Name, other: Name) -> bool:
    if isinstance(one, HostName) and isinstance(other, HostName):
        return one.is_apart(other)
    if isinstance(one, KeptNames) or isinstance(other, KeptNames):
        return any(isinstance(each, KeptNames) and each.is_of_windows for each in (one, other)) and one != other
    return isinstance(one, ServiceTag) and isinstance(other, ServiceTag) and apart(one, other)


def is_certain(side: Side, space: NetworkSpace) -> bool:
    """Tell whether a side surely has an address, wherever the names that cut it out reach.

    Services of Azure take up a part of the internet, and of each other, at most [D].
    """
    match side.within:
        case ():
            whole = INTERNET
        case (ServiceTag() as tag,) if is_documented(tag):
            whole = tag
        case _:
            return False
    if not side.without and not side.within:
        return True
    return all(map(_is_service, side.without)) and side.space.covers(space.extent(whole).ipv4)


def _is_service(name: Name) -> bool:
    """Tell whether a name stands for one service of Azure, or one region of it, or for some hosts."""
    match name:
        case ServiceTag():
            return is_public_service(name)
        case KeptNames():
            return name.keeper is Keeper.TAG
        case _:
            return isinstance(name, HostName)
