"""Which route wins."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.domain.route_choice import Choice, Origin, best, longest
from scanner.model.fields import Network

ADDRESS = IPv4Address("10.1.2.3")


def choice(prefix: str, origin: Origin, hop: str = "") -> Choice[str]:
    return Choice(IPv4Network(prefix), origin, hop or f"{prefix} {origin.name}")


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([choice("10.0.0.0/8", Origin.USER), choice("10.1.0.0/16", Origin.SYSTEM)], "10.1.0.0/16 SYSTEM"),
        ([choice("10.1.2.0/24", Origin.USER), choice("10.1.0.0/16", Origin.SYSTEM)], "10.1.2.0/24 USER"),
        ([choice("10.1.0.0/16", Origin.SYSTEM), choice("10.1.0.0/16", Origin.USER)], "10.1.0.0/16 USER"),
        ([choice("10.1.0.0/16", Origin.LEARNED), choice("10.1.0.0/16", Origin.USER)], "10.1.0.0/16 USER"),
        ([choice("10.1.0.0/16", Origin.LEARNED), choice("0.0.0.0/0", Origin.USER)], "10.1.0.0/16 LEARNED"),
        ([choice("10.1.2.0/24", Origin.LEARNED), choice("10.1.0.0/16", Origin.SYSTEM)], "10.1.0.0/16 SYSTEM"),
        ([choice("0.0.0.0/0", Origin.USER), choice("192.168.0.0/16", Origin.USER)], "0.0.0.0/0 USER"),
    ],
)
def test_longest_prefix_wins_then_the_users_then_the_learned_one(choices: list[Choice[str]], expected: str) -> None:
    found = best(choices, ADDRESS)

    assert found is not None
    assert found.hop == expected


def test_no_route_holds_an_address_of_the_other_version() -> None:
    assert best([choice("0.0.0.0/0", Origin.USER)], IPv6Address("::1")) is None


def _slow(choices: list[Choice[int]], address: IPv4Address) -> int | None:
    """Sort by length, bit by bit, then by origin; learned routes only count where no system route matches."""
    bits = f"{int(address):032b}"
    matching = [each for each in choices if bits.startswith(_bits(each.prefix))]
    inside = any(each.origin is Origin.SYSTEM for each in matching)
    rivals = [each for each in matching if not (inside and each.origin is Origin.LEARNED)]
    origins = (Origin.USER, Origin.LEARNED, Origin.SYSTEM)
    by_origin = [each for origin in origins for each in rivals if each.origin is origin]
    by_length = [each for length in range(32, -1, -1) for each in by_origin if len(_bits(each.prefix)) == length]
    return by_length[0].hop if by_length else None


def _bits(prefix: Network) -> str:
    return f"{int(prefix.network_address):032b}"[: prefix.prefixlen]


def network(start: IPv4Address, length: int) -> IPv4Network:
    return IPv4Network((int(start), length), strict=False)


_anywhere = st.integers(0, 2**32 - 1).map(IPv4Address)
_near = st.builds(lambda low, high: IPv4Address((high << 28) | low), st.integers(0, 15), st.integers(0, 2))
_networks = st.builds(network, _near, st.integers(0, 32))


@given(st.lists(st.tuples(_networks, st.sampled_from(Origin)), max_size=8), st.one_of(_near, _anywhere))
def test_choice_agrees_with_the_slow_reference(routes: list[tuple[IPv4Network, Origin]], address: IPv4Address) -> None:
    choices = [Choice(prefix, origin, place) for place, (prefix, origin) in enumerate(routes)]
    found = best(choices, address)

    assert (None if found is None else found.hop) == _slow(choices, address)


@given(st.lists(_networks, max_size=8), _near)
def test_longest_is_the_longest_that_holds_the_address(prefixes: list[IPv4Network], address: IPv4Address) -> None:
    holding = [each for each in prefixes if f"{int(address):032b}".startswith(_bits(each))]
    found = longest(prefixes, address)

    assert (found is None) == (not holding)
    assert found is None or found.prefixlen == max(each.prefixlen for each in holding)
