"""Prefixes that overlap: the pairs that a slow comparison of all with all finds, without comparing all with all."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

from hypothesis import given
from hypothesis import strategies as st

from scanner.domain.prefixes import overlaps
from scanner.model.fields import Network
from tests.bench.counted import calls

SMALL = st.builds(
    lambda address, length: ip_network((address, length), strict=False),
    st.integers(0, 255).map(lambda low: f"10.0.0.{low}"),
    st.integers(20, 32),
)
WIDE = st.sampled_from([ip_network(each) for each in ("0.0.0.0/0", "::/0", "10.0.0.0/8", "fd00::/8", "fd00::1/128")])
PREFIXES = st.lists(SMALL | WIDE, max_size=12)


@given(PREFIXES, PREFIXES)
def test_pairs_are_those_of_comparing_all_with_all(ones: list[Network], others: list[Network]) -> None:
    every = [
        (one, other)
        for one in dict.fromkeys(ones)
        for other in dict.fromkeys(others)
        if isinstance(one, IPv4Network) is isinstance(other, IPv4Network) and _share(one, other)
    ]

    assert [*overlaps(ones, others)] == every


def _share(one: Network, other: Network) -> bool:
    return int(one[0]) <= int(other[-1]) and int(other[0]) <= int(one[-1])


def _work(count: int) -> int:
    """Return how many calls two sides of so many prefixes take that share nothing."""
    sides = [[ip_network((f"{side}.0.{n // 64}.{n % 64 * 4}", 30 + n % 2)) for n in range(count)] for side in (10, 11)]
    return calls(lambda: list(overlaps(*sides)))


def test_twice_as_many_prefixes_are_twice_the_work() -> None:
    assert _work(2000) <= 2.1 * _work(1000)
