"""Whom a public endpoint lets in."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.domain.public_access import is_open, is_restricted, is_within, lets_everyone_in, ranges_of, subnets_of
from scanner.evidence import MissingEvidence
from scanner.model.exposure import Firewall, PublicNetworkAccess
from scanner.model.fields import Network, decode
from scanner.model.services import StorageAccount

SUBNET = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet"
ACCOUNT = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"


def firewall(**wire: Any) -> Firewall:  # noqa: ANN401 - JSON
    return decode(Firewall, wire)


def networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(each) for each in texts)


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        (PublicNetworkAccess.ENABLED, True),
        (PublicNetworkAccess.DISABLED, False),
        (PublicNetworkAccess.SECURED_BY_PERIMETER, False),
    ],
)
def test_only_enabled_access_answers(access: PublicNetworkAccess, expected: bool) -> None:
    assert is_open(access) is expected


@pytest.mark.parametrize(
    ("given_firewall", "expected"),
    [
        (None, True),
        (firewall(), True),
        (firewall(defaultAction="Allow"), True),
        (firewall(defaultAction="allow", ipRules=[{"value": "203.0.113.7"}]), True),
        (firewall(defaultAction="Deny"), False),
        (firewall(defaultAction="deny", ipRules=[{"value": "0.0.0.0/1"}]), False),
    ],
)
def test_everyone_comes_in_unless_the_default_is_to_deny(given_firewall: Firewall | None, expected: bool) -> None:
    assert lets_everyone_in(given_firewall) is expected


def test_default_action_that_is_not_known_is_not_taken_for_either() -> None:
    with pytest.raises(MissingEvidence):
        lets_everyone_in(firewall(defaultAction={"$unknown": "known after apply"}))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, False),
        ({"publicNetworkAccess": "Enabled", "networkAcls": {"defaultAction": "Allow"}}, False),
        ({"publicNetworkAccess": "Enabled", "networkAcls": {"defaultAction": "Deny"}}, True),
        ({"publicNetworkAccess": "Disabled", "networkAcls": {"defaultAction": "Allow"}}, True),
        ({"publicNetworkAccess": "SecuredByPerimeter"}, True),
    ],
)
def test_service_is_restricted_by_its_switch_or_its_firewall(properties: dict[str, Any], expected: bool) -> None:
    account = decode(StorageAccount, {"id": ACCOUNT, "properties": properties})

    assert is_restricted(account) is expected


def test_ranges_are_those_of_both_ip_versions() -> None:
    found = firewall(
        ipRules=[{"value": "203.0.113.7"}, {"value": "198.51.100.9/24"}], ipv6Rules=[{"value": "2001:db8::"}]
    )

    assert tuple(ranges_of(found)) == networks("203.0.113.7/32", "198.51.100.0/24", "2001:db8::/128")


def test_one_unreadable_range_makes_the_list_unknown() -> None:
    with pytest.raises(MissingEvidence):
        list(ranges_of(firewall(ipRules=[{"value": "203.0.113.7"}, {"value": "everywhere"}])))


@pytest.mark.parametrize(
    ("state", "lets_in"),
    [
        ({}, True),
        ({"state": "Succeeded"}, True),
        ({"state": "Provisioning"}, True),
        ({"state": "Failed"}, True),
        ({"state": "NetworkSourceDeleted"}, False),
        ({"state": "networksourcedeleted"}, False),
    ],
)
def test_subnet_rule_counts_until_its_subnet_is_gone(state: dict[str, str], lets_in: bool) -> None:
    found = list(subnets_of(firewall(virtualNetworkRules=[{"id": SUBNET, **state}])))

    assert [str(each) for each in found] == [SUBNET] * lets_in


@pytest.mark.parametrize(
    ("network", "allowed", "expected"),
    [
        ("203.0.113.0/24", (), False),
        ("203.0.113.0/24", ("203.0.113.0/24",), True),
        ("203.0.113.7/32", ("203.0.113.0/24",), True),
        ("203.0.113.0/24", ("203.0.113.0/25",), False),
        ("203.0.113.0/24", ("203.0.113.128/25", "203.0.113.0/25"), True),
        ("203.0.113.0/24", ("203.0.113.0/26", "203.0.113.128/25"), False),
        ("203.0.113.0/24", ("203.0.112.0/23", "203.0.113.0/30"), True),
        ("0.0.0.0/0", ("0.0.0.0/1", "128.0.0.0/1"), True),
        ("0.0.0.0/0", ("::/0",), False),
        ("::/128", ("0.0.0.0/0",), False),
        ("2001:db8::1/128", ("2001:db8::/32",), True),
    ],
)
def test_range_is_within_what_the_allowed_ones_cover_together(
    network: str, allowed: tuple[str, ...], expected: bool
) -> None:
    assert is_within(ip_network(network), networks(*allowed)) is expected


def small_networks(base: int, longest: int, kind: type[IPv4Network | IPv6Network]) -> st.SearchStrategy[Network]:
    """Draw networks inside the 32 addresses that begin at `base`, so that they often meet."""
    pairs = st.tuples(st.integers(0, 31), st.integers(longest - 5, longest))
    return pairs.map(lambda pair: kind((base + pair[0], pair[1]), strict=False))


V4 = small_networks(0xCB007100, 32, IPv4Network)
V6 = small_networks(0x20010DB8 << 96, 128, IPv6Network)


@given(V4 | V6, st.lists(V4 | V6, max_size=6))
def test_within_agrees_with_looking_at_every_address(network: Network, allowed: list[Network]) -> None:
    covered = {address for each in allowed for address in each}

    assert is_within(network, tuple(allowed)) is (set(network) <= covered)


@given(V4, st.lists(V4, max_size=6), st.randoms())
def test_order_of_the_allowed_ranges_does_not_matter(network: Network, allowed: list[Network], random: Any) -> None:  # noqa: ANN401 - Hypothesis's own
    shuffled = random.sample(allowed, len(allowed))

    assert is_within(network, tuple(shuffled)) is is_within(network, tuple(allowed))
