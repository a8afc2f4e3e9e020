"""Free ranges: as a slow search finds them, and none that overlaps what is taken."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

from hypothesis import given
from hypothesis import strategies as st

from scanner.domain.free_ranges import free_range

SPACE = IPv4Network("10.0.0.0/24")
INSIDE = st.integers(25, 31).flatmap(
    lambda length: st.sampled_from(sorted(SPACE.subnets(new_prefix=length))).map(lambda each: each)
)


@given(st.lists(INSIDE, max_size=12), st.integers(25, 30))
def test_first_free_range_is_the_one_that_a_slow_search_finds(taken: list[IPv4Network], length: int) -> None:
    slow = (each for each in SPACE.subnets(new_prefix=length) if not any(each.overlaps(other) for other in taken))

    assert free_range([SPACE], taken, length) == next(slow, None)


def test_later_spaces_are_tried_and_ipv6_is_left_alone() -> None:
    spaces = [ip_network("fd00::/64"), ip_network("10.0.0.0/29"), ip_network("10.9.0.0/16")]
    taken = [ip_network("fd00::/64"), ip_network("10.0.0.0/29"), ip_network("10.9.0.0/24")]

    assert free_range(spaces, taken, 27) == ip_network("10.9.1.0/27")
    assert free_range(spaces, taken, 29) == ip_network("10.9.1.0/29")
    assert free_range([ip_network("10.0.0.0/30")], [], 29) is None
