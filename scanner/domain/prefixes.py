"""Sets of IP addresses, exact over IPv4 and IPv6 and never expanded.

Both versions lie on one line of whole numbers: IPv4 at its own value, IPv6 behind it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from scanner.domain.intervals import IntervalSet, Span
from scanner.model.fields import Address, Network

_IPV6_STARTS = 1 << 32
_IPV6_SIZE = 1 << 128
_IPV4_SPAN = (0, _IPV6_STARTS - 1)
_IPV6_SPAN = (_IPV6_STARTS, _IPV6_STARTS + _IPV6_SIZE - 1)

IPV4 = IntervalSet((_IPV4_SPAN,))
"""Every IPv4 address."""

IPV6 = IntervalSet((_IPV6_SPAN,))
"""Every IPv6 address."""

EVERY_ADDRESS = IPV4 | IPV6


def prefixes(networks: Iterable[Network]) -> IntervalSet:
    """Return the union of IP prefixes of either version."""
    return IntervalSet.of(_span(each) for each in networks)


def addresses(each: Iterable[Address]) -> IntervalSet:
    """Return the set of some addresses."""
    return IntervalSet.of((place, place) for place in map(_place, each))


def overlaps(ones: Iterable[Network], others: Iterable[Network]) -> Iterator[tuple[Network, Network]]:
    """Yield each pair of prefixes, one of either side, that share addresses; ordered as the first, then the second.

    Of two prefixes that do, one holds the other: a prefix is looked up by those that may hold it, one for each length,
    and finds those that it holds side by side among the sorted ones.
    """
    places = {each: place for place, each in enumerate(dict.fromkeys(others))}
    starts = sorted((*_span(each), place, each) for each, place in places.items())
    lengths = sorted({(each.version, each.prefixlen) for each in places})
    for one in dict.fromkeys(ones):
        first, last = _span(one)
        within = starts[bisect_left(starts, (first,)) : bisect_left(starts, (last + 1,))]
        found = {place: each for _, ends, place, each in within if ends <= last}
        for version, length in lengths:
            if version == one.version and length < one.prefixlen:
                holder = one.supernet(new_prefix=length)
                found |= {places[holder]: holder} if holder in places else {}
        yield from ((one, found[place]) for place in sorted(found))


def networks_of(held: IntervalSet) -> Iterator[Network]:
    """Yield the fewest prefixes that make up a set, in order, IPv4 first."""
    for first, last in held.within(_IPV4_SPAN):
        yield from summarize_address_range(IPv4Address(first), IPv4Address(last))
    for first, last in held.within(_IPV6_SPAN):
        yield from summarize_address_range(IPv6Address(first - _IPV6_STARTS), IPv6Address(last - _IPV6_STARTS))


def _span(network: Network) -> Span:
    first = _place(network.network_address)
    return first, first + (1 << (network.max_prefixlen - network.prefixlen)) - 1


def _place(address: Address) -> int:
    return int(address) if address.version == 4 else _IPV6_STARTS + int(address)  # noqa: PLR2004 - the version's number
