"""How an Azure Firewall decides (learn.microsoft.com/azure/firewall/rule-processing): order, ends, what is unknown."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from scanner.domain.firewall import passing, to_host
from scanner.domain.firewall_rules import FirewallRules, of_classic, of_policies
from scanner.domain.host_names import HostName
from scanner.domain.intervals import IntervalSet
from scanner.domain.network_space import NetworkSpace
from scanner.domain.prefixes import prefixes
from scanner.domain.traffic import Flow, Side, tagged
from scanner.evidence import Gap, MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.fields import decode
from scanner.model.firewall import AzureFirewall, IpGroup, RuleCollectionGroup
from scanner.model.network_security import Access, AddressTerm, Direction, Protocol, ServiceTag

Json = dict[str, Any]

OWN = prefixes([ip_network("10.0.0.0/16")])
SPACE = NetworkSpace(OWN)
MACHINES = Side(prefixes([ip_network("10.0.1.0/24")]))
LEARNING = ServiceTag("AzureMachineLearning")
AT = ArmId("/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/azureFirewalls/fw")
GROUP = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/ipGroups/g"
GAP = Gap(IpGroup.TYPE, GROUP, "HTTP 403", 403)


def network(*to: str, port: str = "443", **other: Any) -> Json:  # noqa: ANN401 - JSON
    ends = {"sourceAddresses": ["*"], "destinationAddresses": list(to), "destinationPorts": [port]}
    return {"name": "n", "ruleType": "NetworkRule", "ipProtocols": ["TCP"], **ends, **other}


def application(*names: str, **other: Any) -> Json:  # noqa: ANN401 - JSON
    ends = {"sourceAddresses": ["*"], "targetFqdns": list(names)}
    services = [{"protocolType": "Https", "port": 443}]
    return {"name": "a", "ruleType": "ApplicationRule", "protocols": services, **ends, **other}


def collection(action: str, *rules: Json, priority: int = 200, name: str = "c") -> Json:
    return {"name": name, "priority": priority, "action": {"type": action}, "rules": list(rules)}


def group(*collections: Json, priority: int = 200) -> RuleCollectionGroup:
    arm_id = f"/subscriptions/s/resourceGroups/r/providers/{RuleCollectionGroup.TYPE.replace('/r', '/p/r', 1)}/g"
    return decode(
        RuleCollectionGroup, {"id": arm_id, "properties": {"priority": priority, "ruleCollections": list(collections)}}
    )


def no_groups(group_id: ArmId) -> tuple[AddressTerm, ...]:
    raise MissingEvidence(f"{group_id.name} is not there", gap=GAP)


def policy(*collections: Json) -> FirewallRules:
    return of_policies(AT, [[group(*collections)]], no_groups)


def flow(to: Side, port: int = 443, protocol: Protocol = Protocol.TCP) -> Flow:
    return Flow(Direction.OUTBOUND, frozenset({protocol}), MACHINES, to, IntervalSet.of([(port, port)]))


def fate(rules: FirewallRules, to: Side, port: int = 443, protocol: Protocol = Protocol.TCP) -> Access | None:
    return passing(rules, flow(to, port, protocol), SPACE).access


TAGGED = tagged(LEARNING, SPACE)
HOST = to_host(HostName("west.api.azureml.ms"), LEARNING, SPACE)


@pytest.mark.parametrize(
    ("rule", "by_tag", "by_name"),
    [
        (network("AzureMachineLearning"), Access.ALLOW, Access.ALLOW),
        (network("*"), Access.ALLOW, Access.ALLOW),
        (network("AzureCloud"), Access.ALLOW, Access.ALLOW),
        (network("0.0.0.0-255.255.255.255"), Access.ALLOW, Access.ALLOW),
        (network("Storage"), Access.DENY, Access.DENY),
        (network("AzureMachineLearning", port="80"), Access.DENY, Access.DENY),
        (network("AzureMachineLearning", ipProtocols=["UDP"]), Access.DENY, Access.DENY),
        (network("AzureMachineLearning", ipProtocols=["Any"]), Access.ALLOW, Access.ALLOW),
        (network("AzureMachineLearning", sourceAddresses=["10.9.0.0/16"]), Access.DENY, Access.DENY),
        (network("AzureMachineLearning", sourceAddresses=["10.0.1.0-10.0.1.127"]), Access.DENY, Access.DENY),
        (network("20.0.0.0/24"), None, None),
        (network("20.0.0.0/28"), Access.DENY, Access.DENY),
        (network(destinationFqdns=["west.api.azureml.ms"]), Access.DENY, Access.ALLOW),
        (application("west.api.azureml.ms"), Access.DENY, Access.ALLOW),
        (application("*.azureml.ms"), Access.DENY, Access.ALLOW),
        (application("*"), Access.ALLOW, Access.ALLOW),
        (application("pypi.org"), Access.DENY, Access.DENY),
        (application(fqdnTags=["WindowsUpdate"]), Access.DENY, Access.DENY),
        (application(fqdnTags=["AzureBackup"]), Access.DENY, None),
        (application(webCategories=["Business"]), None, None),
        (application(targetUrls=["west.api.azureml.ms/models/*"]), Access.DENY, None),
        (application(targetUrls=["*"]), Access.ALLOW, Access.ALLOW),
        (application(targetUrls=["https://west.api.azureml.ms/*"]), Access.DENY, Access.ALLOW),
        (application(targetUrls=["west.api.azureml.ms"]), Access.DENY, None),
        (application("*.azureml.ms", destinationAddresses=["20.0.0.0/8"]), Access.DENY, None),
        (application("*.azureml.ms", protocols=[{"protocolType": "Http", "port": 80}]), Access.DENY, Access.DENY),
        (network("AzureMachineLearning", ipProtocols=[]), None, None),
        (network("AzureMachineLearning", sourceIpGroups=[GROUP], sourceAddresses=[]), None, None),
        ({"name": "later", "ruleType": "SomethingNew"}, None, None),
    ],
)
def test_rule_lets_through_what_it_surely_matches(rule: Json, by_tag: Access | None, by_name: Access | None) -> None:
    rules = policy(collection("Allow", rule))

    assert (fate(rules, TAGGED), fate(rules, HOST)) == (by_tag, by_name)


def test_network_rules_come_before_application_rules_whatever_their_priority() -> None:
    allow = collection("Allow", application("*.azureml.ms"), priority=100)
    rules = policy(allow, collection("Deny", network("AzureMachineLearning"), priority=60000))

    assert fate(rules, HOST) is Access.DENY


def test_collections_are_tried_by_priority_and_groups_before_them() -> None:
    deny = group(collection("Deny", network("AzureMachineLearning"), priority=100), priority=500)
    allow = group(collection("Allow", network("AzureMachineLearning"), priority=60000), priority=400)

    assert fate(of_policies(AT, [[deny, allow]], no_groups), TAGGED) is Access.ALLOW


def test_base_policy_is_tried_first() -> None:
    deny = group(collection("Deny", network("*", port="*")), priority=60000)
    allow = group(collection("Allow", network("AzureMachineLearning")), priority=100)

    assert fate(of_policies(AT, [[deny], [allow]], no_groups), TAGGED) is Access.DENY
    assert fate(of_policies(AT, [[allow], [deny]], no_groups), TAGGED) is Access.ALLOW


def test_translation_of_what_comes_in_lets_nothing_out() -> None:
    nat = {**network("203.0.113.9"), "ruleType": "NatRule", "translatedAddress": "10.0.0.9"}

    assert fate(policy(collection("DNAT", nat)), TAGGED) is Access.DENY


def test_application_rules_let_no_udp_through() -> None:
    assert fate(policy(collection("Allow", application("*"))), TAGGED, 443, Protocol.UDP) is Access.DENY


def test_denied_before_it_is_allowed_is_told_by_the_rule_that_denies() -> None:
    rules = policy(
        collection("Deny", network("AzureMachineLearning"), priority=100, name="no"),
        collection("Allow", network("*"), priority=200),
    )

    found = passing(rules, flow(TAGGED), SPACE)

    assert [str(each) for each in found.by] == ["no/n (priority 100)"]


def test_rules_of_an_ip_group_that_was_not_read_name_what_was_not() -> None:
    rules = policy(collection("Allow", network("AzureMachineLearning", sourceIpGroups=[GROUP], sourceAddresses=[])))

    found = passing(rules, flow(TAGGED), SPACE)

    assert (found.access, found.gap) == (None, GAP)


def test_what_a_collection_does_or_when_it_is_tried_has_to_be_known() -> None:
    with pytest.raises(MissingEvidence):
        policy({**collection("Allow", network("*")), "priority": None})
    with pytest.raises(MissingEvidence):
        policy(collection("Perhaps", network("*")))


def test_firewall_without_a_policy_has_rules_of_its_own() -> None:
    def classic(action: str, priority: int, rule: Json) -> Json:
        return {"name": "c", "properties": {"priority": priority, "action": {"type": action}, "rules": [rule]}}

    rule = {**network("AzureMachineLearning"), "protocols": ["TCP"]}
    properties = {
        "networkRuleCollections": [classic("Allow", 200, rule)],
        "applicationRuleCollections": [classic("Deny", 100, application("*"))],
    }
    rules = of_classic(decode(AzureFirewall, {"id": str(AT), "properties": properties}), no_groups)

    assert fate(rules, TAGGED) is Access.ALLOW
    assert fate(rules, tagged(ServiceTag("Storage"), SPACE)) is Access.DENY
