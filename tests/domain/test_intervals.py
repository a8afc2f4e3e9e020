"""Interval sets and IP prefixes against plain Python sets."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.prefixes import EVERY_ADDRESS, IPV4, IPV6, networks_of, prefixes

numbers = st.integers(0, 40)
spans = st.lists(st.tuples(numbers, numbers), max_size=6)


def members(found: IntervalSet) -> set[int]:
    """Return what an interval set holds, one by one."""
    return {number for first, last in found.spans for number in range(first, last + 1)}


def plain(given_spans: list[tuple[int, int]]) -> set[int]:
    """Return the same set the slow way."""
    return {number for first, last in given_spans for number in range(first, last + 1)}


@given(spans, spans)
def test_operations_agree_with_plain_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    a, b = IntervalSet.of(one), IntervalSet.of(other)

    assert members(a | b) == plain(one) | plain(other)
    assert members(a & b) == plain(one) & plain(other)
    assert members(a - b) == plain(one) - plain(other)
    assert not (a.is_beside(b) and a & b)
    assert a.covers(b) == (plain(one) >= plain(other))
    assert bool(a) == bool(plain(one))


@given(spans, spans)
def test_equal_sets_have_equal_spans(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    a, b = IntervalSet.of(one), IntervalSet.of(other)

    assert (a - b) | (a & b) == a
    assert (a == b) == (plain(one) == plain(other))


def test_a_span_that_ends_before_it_begins_is_empty() -> None:
    assert IntervalSet.of([(9, 3)]) == NOTHING


def test_adjacent_prefixes_become_one() -> None:
    found = prefixes([ip_network("10.0.0.0/25"), ip_network("10.0.0.128/25")])

    assert list(networks_of(found)) == [ip_network("10.0.0.0/24")]


@pytest.mark.parametrize(
    ("outer", "inner", "covers"),
    [
        (["10.0.0.0/8"], ["10.10.2.0/24"], True),
        (["10.10.2.0/25"], ["10.10.2.0/24"], False),
        (["10.10.2.0/25", "10.10.2.128/25"], ["10.10.2.0/24"], True),
        (["0.0.0.0/0"], ["10.0.0.0/8", "203.0.113.7/32"], True),
        (["0.0.0.0/1", "128.0.0.0/1"], ["0.0.0.0/0"], True),
        (["0.0.0.0/0"], ["fd00::/8"], False),
        (["::/0"], ["fd00::/8"], True),
        (["::/0"], ["0.0.0.0/0"], False),
    ],
)
def test_prefixes_cover_by_address_and_version(outer: list[str], inner: list[str], covers: bool) -> None:
    assert prefixes(map(ip_network, outer)).covers(prefixes(map(ip_network, inner))) is covers


def test_subtraction_leaves_the_fewest_prefixes() -> None:
    left = prefixes([ip_network("10.0.0.0/24")]) - prefixes([ip_network("10.0.0.0/26")])

    assert [str(each) for each in networks_of(left)] == ["10.0.0.64/26", "10.0.0.128/25"]


def test_the_versions_are_apart_and_together_everything() -> None:
    assert not IPV4 & IPV6
    assert prefixes([ip_network("0.0.0.0/0"), ip_network("::/0")]) == EVERY_ADDRESS
    assert [str(each) for each in networks_of(EVERY_ADDRESS)] == ["0.0.0.0/0", "::/0"]


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(24, 32)), max_size=5))
def test_prefixes_hold_their_own_addresses_only(drawn: list[tuple[int, int]]) -> None:
    networks = [IPv4Network((f"10.0.0.{last}", length), strict=False) for last, length in drawn]
    found = prefixes(networks)

    assert {str(address) for network in networks_of(found) for address in network} == {
        str(address) for network in networks for address in network
    }
