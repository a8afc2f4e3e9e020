"""How network security groups decide: each sentence of facts §4.4 and each trap that other scanners fell into."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from scanner.domain.intervals import IntervalSet
from scanner.domain.network_space import NetworkSpace
from scanner.domain.nsg import TOO_MANY, Decision, decide
from scanner.domain.rulesets import Ruleset
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Flow
from scanner.evidence import MissingEvidence
from scanner.model.fields import decode
from scanner.model.network_security import Access, Direction, NetworkSecurityGroup, Protocol
from tests.domain.nsg_support import (
    SPACE,
    SUBNET,
    WIDENED,
    asg,
    group,
    inbound,
    outbound,
    raw_group,
    security_rule,
)

ALLOW, DENY = Access.ALLOW, Access.DENY
DENY_OUT = "Outbound 4096 Deny * * -> Internet 0-65535 DenyInternet"


def by(decision: Decision) -> list[str]:
    """Return the names of the rules that decide."""
    return [clause.name for clause in decision.by]


@pytest.mark.parametrize(
    ("rules", "flow", "access", "decider"),
    [
        # First match wins, lowest number first
        (
            ["Inbound 100 Deny * * -> * 22 D", "Inbound 200 Allow * * -> * 22 A"],
            inbound("Internet", "22"),
            DENY,
            "D",
        ),
        (
            ["Inbound 200 Deny * * -> * 22 D", "Inbound 100 Allow * * -> * 22 A"],
            inbound("Internet", "22"),
            ALLOW,
            "A",
        ),
        (
            ["Outbound 4096 Deny * * -> * 0-65535 D", "Outbound 200 Allow Tcp * -> Sql,Storage 443 A"],
            outbound("Storage"),
            ALLOW,
            "A",
        ),
        # Priorities are per direction, and directions do not mix
        (["Outbound 100 Deny * * -> * 0-65535 D"], inbound("10.20.0.0/16"), ALLOW, "AllowVnetInBound"),
        # Five-tuple: protocol, ports, source, destination
        (["Inbound 100 Allow Udp Internet -> * 443 A"], inbound("Internet"), DENY, "DenyAllInBound"),
        (["Inbound 100 Allow * Internet -> * 443 A"], inbound("Internet"), ALLOW, "A"),
        (["Inbound 100 Allow Tcp Internet -> * 80,400-500 A"], inbound("Internet"), ALLOW, "A"),
        (["Inbound 100 Allow Tcp Internet -> * 80,444-500 A"], inbound("Internet"), DENY, "DenyAllInBound"),
        (["Inbound 100 Allow Tcp Internet -> 10.10.3.0/24 443 A"], inbound("Internet"), DENY, "DenyAllInBound"),
        (["Inbound 100 Allow Tcp Internet -> 10.10.0.0/16 443 A"], inbound("Internet"), ALLOW, "A"),
        # Several rules together may cover a port set
        (
            ["Inbound 100 Allow Tcp Internet -> * 22 A", "Inbound 110 Allow Tcp Internet -> * 3389 B"],
            inbound("Internet", "22,3389"),
            ALLOW,
            "A",
        ),
        # Default rules, which the JSON may leave out
        ([], inbound("10.20.0.0/16"), ALLOW, "AllowVnetInBound"),
        ([], inbound("AzureLoadBalancer"), ALLOW, "AllowVnetInBound"),
        ([], inbound("Internet"), DENY, "DenyAllInBound"),
        ([], outbound("AzureActiveDirectory"), ALLOW, "AllowInternetOutBound"),
        ([], outbound("10.20.1.4/32"), ALLOW, "AllowVnetOutBound"),
        # Tags
        ([DENY_OUT], outbound("Storage.westeurope"), DENY, "DenyInternet"),
        (["Outbound 100 Allow * * -> storage 443 A", DENY_OUT], outbound("Storage.WestEurope"), ALLOW, "A"),
        (["Outbound 100 Allow * * -> AzureCloud 443 A", DENY_OUT], outbound("AzureResourceManager"), ALLOW, "A"),
        (
            ["Outbound 100 Allow * * -> AzureCloud.northeurope 443 A", DENY_OUT],
            outbound("Storage.westeurope"),
            DENY,
            "DenyInternet",
        ),
        (["Outbound 100 Allow * * -> Sql 443 A", DENY_OUT], outbound("Storage"), DENY, "DenyInternet"),
        (["Outbound 100 Deny * * -> Sql 443 A"], outbound("Storage"), ALLOW, "AllowInternetOutBound"),
        (["Inbound 100 Deny * 0.0.0.0/0 -> * 0-65535 D"], inbound("Internet"), DENY, "D"),
        (["Inbound 100 Deny * 0.0.0.0/1,128.0.0.0/1 -> * 0-65535 D"], inbound("Internet"), DENY, "D"),
        (["Inbound 100 Allow * 1.2.3.4/0 -> * 443 A"], inbound("Internet"), ALLOW, "A"),
        (["Inbound 100 Allow * Any -> * 443 A"], inbound("Internet"), ALLOW, "A"),
        (["Inbound 100 Allow * INTERNET -> VIRTUAL_NETWORK 443 A"], inbound("Internet"), ALLOW, "A"),
        # Service tags and the internet are no part of the virtual network
        (["Outbound 100 Deny * * -> VirtualNetwork 0-65535 D"], outbound("Storage"), ALLOW, "AllowInternetOutBound"),
        (["Outbound 100 Deny * * -> Internet 0-65535 D"], outbound("10.20.1.4/32"), ALLOW, "AllowVnetOutBound"),
    ],
)
def test_one_group_decides(rules: list[str], flow: Flow, access: Access, decider: str) -> None:
    decision = decide([group(*rules)], flow, SPACE)

    assert decision.access is access
    assert by(decision)[0] == decider
    assert decision.why == ""


@pytest.mark.parametrize(
    ("rules", "flow", "says"),
    [
        # A prefix that covers half the subnet
        (
            ["Outbound 100 Allow Tcp 10.10.2.0/25 -> Storage 443 Half", DENY_OUT],
            outbound("Storage"),
            ["10.10.2.0/25 allowed by Half (priority 100)", "10.10.2.128/25 denied by DenyInternet (priority 4096)"],
        ),
        # One region of what is asked for
        (
            ["Outbound 100 Allow Tcp * -> Storage.westeurope 443 One", DENY_OUT],
            outbound("Storage"),
            ["to Storage.westeurope allowed by One", "the rest of Storage denied by DenyInternet"],
        ),
        # A region that the tag is not documented to have
        (
            ["Outbound 100 Allow Tcp * -> AzureMachineLearning.westeurope 443 One", DENY_OUT],
            outbound("AzureMachineLearning"),
            ["the rest of AzureMachineLearning denied"],
        ),
        # One port of two, one protocol of two
        (
            ["Inbound 100 Allow Tcp Internet -> * 22 Ssh"],
            inbound("Internet", "22,3389"),
            ["on port 22 allowed by Ssh", "on port 3389 denied by the default rule DenyAllInBound (priority 65500)"],
        ),
        # A tag that nobody documents may overlap anything
        (
            ["Outbound 100 Deny Tcp * -> Keyvault.westeurope 443 Odd"],
            outbound("Storage"),
            ["denied by Odd (priority 100)", "allowed by the default rule AllowInternetOutBound"],
        ),
        # What somebody wrote down of a service's addresses
        (
            ["Outbound 100 Allow Tcp * -> 20.0.0.0/8 443 Some", DENY_OUT],
            outbound("Storage"),
            ["allowed by Some", "denied by DenyInternet"],
        ),
        # Application security groups of machines whose interfaces are Microsoft's
        (
            ["Inbound 100 Allow Tcp Internet -> asg-web 443 Web"],
            replace(inbound("Internet"), destination=replace(inbound("Internet").destination, groups=None)),
            ["to members of asg-web allowed by Web", "denied by the default rule DenyAllInBound"],
        ),
    ],
)
def test_a_rule_that_covers_a_part_leaves_a_doubt(rules: list[str], flow: Flow, says: list[str]) -> None:
    decision = decide([group(*rules)], flow, SPACE)

    assert decision.access is None
    assert [each for each in says if each not in decision.why] == []


def test_a_part_covered_by_a_rule_that_agrees_with_the_rest_leaves_no_doubt() -> None:
    rules = ["Outbound 100 Allow Tcp 10.10.2.0/25 -> Keyvault.westeurope 443 Odd"]

    assert decide([group(*rules)], outbound("Storage"), SPACE).access is ALLOW


def test_a_part_that_is_surely_there_is_told_from_one_that_may_be_empty() -> None:
    rules = ["Inbound 100 Allow Tcp 203.0.113.0/24 -> * 22 Office", "Inbound 110 Allow Tcp Foo -> * 22 Odd"]
    parts = decide([group(*rules)], inbound("Internet", "22"), SPACE).surely(ALLOW)

    assert [part.by[0].name for part in parts] == ["Office"]


def test_a_service_that_is_let_in_from_the_internet_is_surely_there() -> None:
    rules = ["Inbound 100 Allow Tcp AzureCloud -> * 22 Cloud", "Inbound 110 Deny * Internet -> * 22 D"]
    decision = decide([group(*rules)], inbound("Internet", "22"), SPACE)

    assert [part.by[0].name for part in decision.surely(ALLOW)] == ["Cloud"]
    assert [part.by[0].name for part in decision.surely(DENY)] == ["D"]


def test_what_one_rule_took_no_later_rule_of_a_narrower_tag_gets() -> None:
    rules = ["Outbound 100 Allow * * -> Storage 443 A", "Outbound 110 Deny * * -> Storage.westeurope 443 D"]

    assert decide([group(*rules)], outbound("Internet"), SPACE).access is ALLOW


def test_rules_that_decide_what_may_not_exist_are_not_named() -> None:
    rules = ["Outbound 100 Allow * * -> LogicAppsManagement 443 Near"]
    decision = decide([group(*rules)], outbound("LogicApps"), SPACE)

    assert by(decision) == ["AllowInternetOutBound"]
    assert decision.only_by_default


# Fields


@pytest.mark.parametrize(
    "properties",
    [
        {"sourceAddressPrefix": "203.0.113.0/24", "sourceAddressPrefixes": ["198.51.100.0/24"]},
        {"sourceAddressPrefix": "", "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.0/24"]},
        {"sourceAddressPrefix": None, "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.0/24"]},
    ],
)
def test_singular_and_plural_fields_are_one(properties: dict[str, Any]) -> None:
    rule = security_rule("Inbound 100 Allow Tcp * -> * 22")
    rule["properties"] |= {**properties, "destinationPortRange": "80", "destinationPortRanges": ["22"]}
    nsg = raw_group([rule])

    assert decide([nsg], inbound("203.0.113.7/32", "22"), SPACE).access is ALLOW
    assert decide([nsg], inbound("198.51.100.7/32", "80"), SPACE).access is ALLOW
    assert decide([nsg], inbound("192.0.2.7/32", "22"), SPACE).access is DENY


def test_enum_values_compare_without_case() -> None:
    rule = security_rule("inbound 100 ALLOW tcp internet -> * 22")

    assert decide([raw_group([rule])], inbound("Internet", "22"), SPACE).access is ALLOW


def test_source_ports_other_than_any_leave_a_doubt() -> None:
    rule = security_rule("Inbound 100 Allow Tcp Internet -> * 22 FromDns")
    rule["properties"]["sourcePortRange"] = "53"
    decision = decide([raw_group([rule])], inbound("Internet", "22"), SPACE)

    assert decision.access is None
    assert "from port 53 allowed by FromDns (priority 100)" in decision.why


def test_default_rules_of_the_json_are_used() -> None:
    default = security_rule("Inbound 65500 Allow * * -> * 0-65535 Lab")
    decision = decide([raw_group([], defaultSecurityRules=[default])], inbound("Internet", "22"), SPACE)

    assert decision.access is ALLOW
    assert decision.only_by_default
    assert str(decision.by[0]) == "the default rule Lab (priority 65500)"


def test_a_condition_that_was_not_read_may_match_or_not() -> None:
    rule = security_rule("Inbound 100 Deny Tcp Internet -> * 443 New")
    rule["properties"]["sourceAddressPrefixes"] = {"$unknown": "known after apply"}
    denying = decide([raw_group([rule])], inbound("10.20.0.0/16"), SPACE)

    assert denying.access is None
    assert "rule New of nsg: known after apply" in denying.why


@pytest.mark.parametrize(
    "field", ["destinationPortRanges", "destinationAddressPrefixes", "protocol", "sourcePortRange"]
)
def test_a_condition_that_is_absent_was_not_read(field: str) -> None:
    rule = security_rule("Outbound 100 Deny * * -> * 443 Half")
    del rule["properties"][field]

    assert decide([raw_group([rule])], outbound("Storage"), SPACE).access is None


@pytest.mark.parametrize("field", ["priority", "access", "direction"])
def test_a_rule_of_unknown_place_or_effect_makes_its_group_undecidable(field: str) -> None:
    rule = security_rule("Inbound 100 Allow Tcp * -> * 22")
    del rule["properties"][field]

    with pytest.raises(MissingEvidence):
        decide([raw_group([rule])], inbound("Internet"), SPACE)


def test_a_group_listed_without_properties_is_undecidable() -> None:
    nsg = Ruleset(decode(NetworkSecurityGroup, {"id": str(asg("nsg"))}))

    with pytest.raises(MissingEvidence):
        decide([nsg], inbound("Internet"), SPACE)


# Several groups


def test_no_group_allows() -> None:
    decision = decide([], inbound("Internet", "22"), SPACE)

    assert decision.access is ALLOW
    assert decision.by == ()


@pytest.mark.parametrize(
    ("first", "second", "access"),
    [("Allow", "Allow", ALLOW), ("Allow", "Deny", DENY), ("Deny", "Allow", DENY), ("Deny", "Deny", DENY)],
)
def test_all_groups_on_the_way_must_allow(first: str, second: str, access: Access) -> None:
    groups = [
        group(f"Inbound 100 {first} * * -> * 22 First", name="subnet"),
        group(f"Inbound 100 {second} * * -> * 22 Second", name="interface"),
    ]

    assert decide(groups, inbound("Internet", "22"), SPACE).access is access


def test_the_rule_of_each_group_is_named_and_a_denied_packet_gets_no_further() -> None:
    allowing = group("Inbound 100 Allow * * -> * 22 First", name="subnet")
    denying = group("Inbound 100 Deny * * -> * 22 Second", name="interface")
    flow = inbound("Internet", "22")

    assert by(decide([allowing, denying], flow, SPACE)) == ["First", "Second"]
    assert by(decide([denying, allowing], flow, SPACE)) == ["Second"]
    assert [clause.group.name for clause in decide([allowing, denying], flow, SPACE).by] == ["subnet", "interface"]


def test_parts_that_one_group_allows_are_cut_by_the_next() -> None:
    groups = [group("Inbound 100 Allow * * -> * 22,3389 A"), group("Inbound 100 Allow * * -> * 22 B")]
    decision = decide(groups, inbound("Internet", "22,3389,80"), SPACE)

    assert {(part.access, part.flow.ports.spans) for part in decision.parts} == {
        (ALLOW, ((22, 22),)),
        (DENY, ((3389, 3389),)),
        (DENY, ((80, 80),)),
    }


# The virtual network


def test_a_default_route_makes_the_virtual_network_indeterminate() -> None:
    flow = outbound("Storage", space=WIDENED)
    rules = ["Outbound 100 Deny * * -> VirtualNetwork 443 D"]

    assert decide([group(*rules)], flow, WIDENED).access is None
    assert decide([group(*rules)], outbound("Storage"), SPACE).access is ALLOW


def test_a_default_route_makes_the_default_rules_indeterminate_for_the_internet() -> None:
    flow = inbound("Internet", "22", space=WIDENED)

    assert decide([group()], flow, WIDENED).access is None
    assert decide([group("Inbound 4000 Deny * Internet -> * 22 D")], flow, WIDENED).access is DENY


def test_a_private_address_beyond_the_known_space_may_be_behind_a_gateway() -> None:
    assert decide([group()], inbound("192.168.7.0/24"), SPACE).access is None
    assert decide([group()], inbound("10.20.7.0/24"), SPACE).access is ALLOW


def test_public_addresses_of_the_virtual_network_are_not_the_internet() -> None:
    space = NetworkSpace(SPACE.surely | inbound("51.0.0.0/24").source.space)
    flow = inbound("51.0.0.7/32", "22", space=space)

    assert decide([group("Inbound 100 Deny * Internet -> * 22 D")], flow, space).access is ALLOW


# Azure's platform


@pytest.mark.parametrize("address", ["168.63.129.16/32", "169.254.169.254/32"])
def test_platform_addresses_are_not_filtered(address: str) -> None:
    rules = ["Outbound 100 Deny * * -> * 0-65535 D", f"Outbound 110 Deny * * -> {address} 0-65535 E"]

    assert decide([group(*rules)], outbound(address, "53"), SPACE).access is ALLOW


@pytest.mark.parametrize(
    ("tag", "address"), [("AzurePlatformDNS", "168.63.129.16/32"), ("AzurePlatformIMDS", "169.254.169.254/32")]
)
def test_platform_tags_do_filter_them(tag: str, address: str) -> None:
    nsg = group(f"Outbound 100 Deny * * -> {tag} 0-65535 D")

    assert decide([nsg], outbound(address, "53"), SPACE).access is DENY
    assert decide([nsg], outbound(tag, "53"), SPACE).access is DENY
    assert decide([nsg], outbound("Storage"), SPACE).access is ALLOW


def test_a_rule_whose_destination_was_not_read_may_be_about_the_platform() -> None:
    rule = security_rule("Outbound 100 Deny * * -> AzurePlatformDNS 0-65535 D")
    rule["properties"]["destinationAddressPrefixes"] = {"$unknown": "known after apply"}

    assert decide([raw_group([rule])], outbound("AzurePlatformDNS", "53"), SPACE).access is None


# Application security groups


@pytest.mark.parametrize(
    ("groups", "access"),
    [(frozenset({asg("asg-web")}), ALLOW), (frozenset({asg("asg-other")}), DENY), (frozenset(), DENY), (None, None)],
)
def test_a_rule_for_members_matches_members_alone(groups: frozenset[Any] | None, access: Access | None) -> None:
    flow = inbound("Internet")
    to_members = replace(flow, destination=replace(flow.destination, groups=groups))
    nsg = group("Inbound 100 Allow Tcp Internet -> asg-web 443 Web")

    assert decide([nsg], to_members, SPACE).access is access


def test_the_internet_is_no_member_of_a_group_of_machines() -> None:
    assert decide([group("Inbound 100 Allow Tcp asg-web -> * 443 W")], inbound("Internet"), SPACE).access is DENY


# IPv6


def test_a_subnet_without_ipv6_gets_no_ipv6_packets() -> None:
    rules = ["Inbound 100 Deny * 0.0.0.0/0 -> * 22 D", "Inbound 200 Allow * * -> * 22 A"]

    assert decide([group(*rules)], inbound("Internet", "22"), SPACE).access is DENY
    assert decide([group(*rules)], inbound("Internet", "22", to="fd00:1::/64"), SPACE).access is ALLOW


def test_azure_cloud_holds_no_ipv6() -> None:
    rules = ["Outbound 100 Allow * * -> AzureCloud 443 A", DENY_OUT]

    assert decide([group(*rules)], outbound("Storage", source="fd00:1::/64"), SPACE).access is DENY


# Size


def test_beyond_too_many_parts_the_rest_stays_undecided() -> None:
    lines = [
        f"Inbound {100 + n} Allow Tcp {n // 250}.{n % 250}.0.0/24 -> 10.10.2.{n % 256}/32 {n},{n + 2000} R{n}"
        for n in range(1, TOO_MANY * 2)
    ]
    flow = Flow(
        Direction.INBOUND,
        frozenset({Protocol.TCP}),
        inbound("0.0.0.0/0").source,
        inbound("Internet", to=SUBNET).destination,
        EVERY_PORT_SET,
    )
    decision = decide([group(*lines)], flow, SPACE)

    assert decision.access is None
    assert "undecided" in decision.why


def test_ranges_are_not_expanded() -> None:
    everything = Flow(
        Direction.INBOUND,
        EVERY_PROTOCOL,
        inbound("Internet").source,
        inbound("Internet", to="10.10.0.0/16").destination,
        IntervalSet(((0, 65535),)),
    )
    decision = decide([group("Inbound 100 Allow Tcp Internet -> * 22 A")], everything, SPACE)

    assert len(decision.parts) == 3


@pytest.mark.parametrize("written", ["Internet", "internet", "INTERNET"])
def test_a_tag_prints_as_each_rule_writes_it(written: str) -> None:
    (rule, *_) = group(f"Inbound 100 Allow Tcp {written} -> 10.0.0.0/8 443").of(Direction.INBOUND)

    assert [str(each) for each in rule.sources.names] == [written]
