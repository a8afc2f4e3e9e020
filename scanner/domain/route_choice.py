"""Which of a subnet's routes a packet takes.

Source: https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview, 2025 (from memory).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Generic, TypeVar

from msgspec import Struct

from scanner.model.fields import Address, Network

H = TypeVar("H")
Hop_co = TypeVar("Hop_co", covariant=True)


class Origin(IntEnum):
    """Where a route comes from, the one that wins at equal length first."""

    USER = 0
    LEARNED = 1
    SYSTEM = 2


class Choice(Struct, Generic[Hop_co], frozen=True):
    """One route of a subnet, whatever its next hop."""

    prefix: Network
    origin: Origin
    hop: Hop_co


def best(choices: Iterable[Choice[H]], address: Address) -> Choice[H] | None:
    """Return the route for an address: the longest prefix, then a user's before a learned before a system route.

    Routes of virtual networks and peerings win against learned ones of any length.
    """
    matching = [each for each in choices if holds(each.prefix, address)]
    if any(each.origin is Origin.SYSTEM for each in matching):
        matching = [each for each in matching if each.origin is not Origin.LEARNED]
    return min(matching, key=lambda each: (-each.prefix.prefixlen, each.origin), default=None)


def holds(prefix: Network, address: Address) -> bool:
    """Tell whether a prefix holds an address; the two IP versions never meet."""
    return address in prefix


def longest(prefixes: Iterable[Network], address: Address) -> Network | None:
    """Return the longest of several prefixes that holds an address."""
    found: Network | None = None
    for each in prefixes:
        if holds(each, address) and (found is None or each.prefixlen > found.prefixlen):
            found = each
    return found
