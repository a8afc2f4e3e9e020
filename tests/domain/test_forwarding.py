"""What a firewall forwards from the internet: which of its rules of address translation, whom, and where to."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from scanner.domain.firewall_rules import FirewallRules, of_classic, of_policies
from scanner.domain.flow_words import side_words
from scanner.domain.forwarding import forwards
from scanner.domain.prefixes import addresses
from scanner.domain.traffic import Side
from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId, Json
from scanner.model.fields import decode
from scanner.model.firewall import AzureFirewall, RuleCollectionGroup
from scanner.model.network_security import AddressTerm

AT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
FIREWALL = ArmId(f"{AT}/azureFirewalls/afw")
PUBLIC = Side(addresses([ip_address("20.0.0.1")]))
FRONT = Side(addresses([ip_address("10.0.0.4")]))


def nat(**changed: object) -> Json:
    rule: dict[str, Any] = {
        "name": "ssh",
        "ruleType": "NatRule",
        "ipProtocols": ["TCP"],
        "sourceAddresses": ["*"],
        "destinationAddresses": ["20.0.0.1"],
        "destinationPorts": ["2222"],
        "translatedAddress": "10.0.1.4",
        "translatedPort": "22",
    }
    return rule | changed


def collection(kind: str, *rules: Json, priority: int = 100) -> Json:
    return {"name": kind.lower(), "priority": priority, "action": {"type": kind}, "rules": list(rules)}


def no_group(group: ArmId) -> tuple[AddressTerm, ...]:
    raise MissingEvidence(f"{group.name} was denied")


def policy(*collections: Json) -> FirewallRules:
    group = {"id": f"{AT}/firewallPolicies/p/ruleCollectionGroups/g", "properties": {"priority": 100}}
    group["properties"]["ruleCollections"] = list(collections)  # type: ignore[index]
    return of_policies(FIREWALL, [[decode(RuleCollectionGroup, group)]], no_group)


def found(rules: FirewallRules) -> list[tuple[str, str, str]]:
    """Return who is let in where by which rule; a doubt is marked."""
    every = forwards(rules, PUBLIC, FRONT)
    return [(side_words(each.flow.source), f"{each.target}", "?" if each.doubt else each.by.name) for each in every]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (nat(), [("the internet", "10.0.1.4", "dnat/ssh")]),
        (nat(sourceAddresses=["203.0.113.0/24"]), [("203.0.113.0/24", "10.0.1.4", "dnat/ssh")]),
        (nat(sourceAddresses=["10.0.0.0/8"]), []),
        (nat(destinationAddresses=["20.0.0.2"]), []),
        (nat(destinationAddresses=["10.0.0.4"]), []),
        (nat(destinationAddresses=["20.0.0.0/24"]), [("the internet", "10.0.1.4", "dnat/ssh")]),
        (nat(translatedAddress=None, translatedFqdn="jump.example"), [("the internet", "None", "?")]),
        (nat(translatedPort={"$unknown": "why"}), [("the internet", "None", "?")]),
    ],
)
def test_rule_forwards_what_the_internet_sends_to_the_firewall(
    rule: Json, expected: list[tuple[str, str, str]]
) -> None:
    assert found(policy(collection("DNAT", rule))) == expected


def test_first_rule_for_a_port_wins() -> None:
    first = collection("DNAT", nat(name="first", translatedAddress="10.0.1.5"), priority=90)

    assert [each[1:] for each in found(policy(collection("DNAT", nat()), first))] == [("10.0.1.5", "dnat/first")]


def test_ip_group_that_was_not_read_leaves_a_doubt() -> None:
    rule = nat(sourceAddresses=[], sourceIpGroups=[f"{AT}/ipGroups/unread"])

    assert [each[2] for each in found(policy(collection("DNAT", rule)))] == ["?"]


def test_network_rule_that_denies_leaves_a_doubt() -> None:
    deny = {"name": "d", "ruleType": "NetworkRule", "ipProtocols": ["TCP"], "sourceAddresses": ["*"]}
    deny |= {"destinationAddresses": ["10.0.1.0/24"], "destinationPorts": ["22"]}

    assert [each[2] for each in found(policy(collection("Deny", deny), collection("DNAT", nat())))] == ["?"]


def test_firewall_without_a_policy_has_such_rules_too() -> None:
    rule = {key: each for key, each in nat(protocols=["TCP"]).items() if key not in {"ruleType", "ipProtocols"}}
    inside = {"priority": 100, "action": {"type": "Dnat"}, "rules": [rule]}
    row = {"id": str(FIREWALL), "properties": {"natRuleCollections": [{"name": "c", "properties": inside}]}}

    assert found(of_classic(decode(AzureFirewall, row), no_group)) == [("the internet", "10.0.1.4", "c/ssh")]
