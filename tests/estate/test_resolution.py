"""Name resolution over the graph: what it takes for links, servers and rules, and what makes it unknown."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.domain.dns import Outcome, Resolution
from scanner.estate.resolution import answer_in, resolve_in, zones_called
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import VirtualNetwork
from scanner.model.private_dns import PrivateDnsZone
from tests.cases import graph_of
from tests.graph.watched import Watched

ZONE = "privatelink.vaultcore.azure.net"
FQDN, ALIAS = "kv-ml-reference.vault.azure.net", f"kv-ml-reference.{ZONE}"
LINK = f"{ZONE}/virtualNetworkLinks/link-vnet-ml"
RECORD = f"{ZONE}/A/kv-ml-reference"
REFERENCE = "11111111-1111-4111-8111-111111111111"
RESOLVER = "77777777-aaaa-4777-8777-777777777777"
UNREAD = "a1b2c3d4-0000-4000-8000-00000000ffff"

Case = dict[str, Any]


def network(kind: str, name: str, subscription: str = REFERENCE, group: str = "rg-ml-network") -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/{kind}/{name}"


def gap(kind: str, scope: str) -> Case:
    return {"kind": f"Microsoft.Network/{kind}", "scope": scope, "why": "AuthorizationFailed", "status": 403}


def in_ml(case: Case) -> Resolution:
    """Resolve the vault's name in vnet-ml."""
    graph = graph_of(case)
    return resolve_in(graph, vnet_called("vnet-ml", graph).id, FQDN, ALIAS)


def vnet_called(name: str, graph: Graph) -> VirtualNetwork:
    (found,) = (each for each in graph.seen(VirtualNetwork) if each.name == name)
    return found


def servers(*addresses: str) -> Case:
    return {"virtualNetworks/vnet-ml": {"properties": {"dhcpOptions": {"dnsServers": [*addresses]}}}}


def zone_with_link(subscription: str = REFERENCE, group: str = "rg-other", name: str = ZONE) -> list[Case]:
    zone = network("privateDnsZones", name, subscription, group)
    vnet = network("virtualNetworks", "vnet-ml")
    state = {"virtualNetworkLinkState": "Completed", "provisioningState": "Succeeded"}
    link = {"id": f"{zone}/virtualNetworkLinks/ml", "properties": {"virtualNetwork": {"id": vnet}, **state}}
    return [{"id": zone, "properties": {}}, link]


def test_vault_resolves_in_the_reference_estate() -> None:
    found = in_ml({})

    assert found.outcome is Outcome.PRIVATE
    assert [*map(str, found.addresses)] == ["10.10.1.16"]


@pytest.mark.parametrize(
    ("properties", "outcome"),
    [
        ({"virtualNetworkLinkState": "InProgress"}, Outcome.PUBLIC),
        ({"provisioningState": "Failed"}, Outcome.PUBLIC),
        ({"virtualNetworkLinkState": "COMPLETED", "provisioningState": "succeeded"}, Outcome.PRIVATE),
        ({"virtualNetworkLinkState": None}, Outcome.UNKNOWN),
        ({"virtualNetworkLinkState": "Done"}, Outcome.UNKNOWN),
        ({"provisioningState": None}, Outcome.UNKNOWN),
        ({"virtualNetwork": None}, Outcome.UNKNOWN),
    ],
)
def test_only_a_completed_and_succeeded_link_resolves(properties: Case, outcome: Outcome) -> None:
    assert in_ml({"patch": {LINK: {"properties": properties}}}).outcome is outcome


@pytest.mark.parametrize(("policy", "outcome"), [("NxDomainRedirect", "public"), ("Default", "no such name")])
def test_links_policy_decides_what_a_missing_record_means(policy: str, outcome: str) -> None:
    case = {"remove": [RECORD], "patch": {LINK: {"properties": {"resolutionPolicy": policy}}}}

    assert in_ml(case).outcome == outcome


def test_two_zones_of_one_name_linked_to_one_network_are_unknown() -> None:
    found = in_ml({"add": zone_with_link()})

    assert found.outcome is Outcome.UNKNOWN
    assert "2 zones" in found.why


def test_zone_of_another_subscription_that_was_read_counts() -> None:
    case = {"remove": [LINK], "add": [*zone_with_link(UNREAD)]}

    assert in_ml(case).outcome is Outcome.NO_SUCH_NAME


@pytest.mark.parametrize(
    ("removed", "missing"),
    [
        ([LINK], gap("privateDnsZones/virtualNetworkLinks", network("privateDnsZones", ZONE))),
        ([RECORD], gap("privateDnsZones/ALL", network("privateDnsZones", ZONE))),
        ([RECORD], gap("privateDnsZones/ALL", f"/subscriptions/{REFERENCE}")),
        ([f"privateDnsZones/{ZONE}"], gap("privateDnsZones", f"/subscriptions/{REFERENCE}")),
        ([], gap("privateDnsZones", f"/subscriptions/{REFERENCE}")),
        ([], gap("dnsForwardingRulesets", f"/subscriptions/{REFERENCE}")),
        ([], gap("dnsForwardingRulesets/virtualNetworkLinks", network("dnsForwardingRulesets", "any"))),
    ],
)
def test_listing_that_was_denied_makes_the_answer_unknown(removed: list[str], missing: Case) -> None:
    found = in_ml({"remove": removed, "gaps": [missing]})

    assert found.outcome is Outcome.UNKNOWN
    assert "AuthorizationFailed" in found.why


def test_records_of_another_zone_that_were_denied_do_not_matter() -> None:
    missing = gap("privateDnsZones/ALL", network("privateDnsZones", "privatelink.azurecr.io"))

    assert in_ml({"gaps": [missing]}).outcome is Outcome.PRIVATE


def test_zone_that_a_zone_group_names_in_an_unread_subscription_is_unknown() -> None:
    config = {"name": "v", "properties": {"privateDnsZoneId": network("privateDnsZones", ZONE, UNREAD)}}
    group = {"pe-kv-ml-reference/privateDnsZoneGroups/default": {"properties": {"privateDnsZoneConfigs": [config]}}}
    found = in_ml({"remove": [f"privateDnsZones/{ZONE}"], "patch": group})

    assert found.outcome is Outcome.UNKNOWN
    assert "which was not read" in found.why


def test_zone_that_is_gone_from_a_listed_subscription_is_not_there() -> None:
    assert in_ml({"remove": [f"privateDnsZones/{ZONE}"]}).outcome is Outcome.PUBLIC


# Servers


@pytest.mark.parametrize("base", ["hub-spoke-firewall-dns", "hub-spoke-private-resolver"])
def test_hubs_server_answers_from_the_zones_of_the_hub(base: str) -> None:
    found = in_ml({"base": base})

    assert (found.outcome, [*map(str, found.addresses)]) == (Outcome.PRIVATE, ["10.10.1.16"])
    assert found.steps[0].at.name == "vnet-ml"
    assert found.steps[-1].at.name == ZONE


def test_firewall_without_a_policy_has_its_own_dns_settings() -> None:
    settings = {"Network.DNS.EnableProxy": "true", "Network.DNS.Servers": "192.168.10.4, 192.168.10.5"}
    patch = {"azureFirewalls/afw-hub": {"properties": {"firewallPolicy": None, "additionalProperties": settings}}}
    found = in_ml({"base": "hub-spoke-firewall-dns", "patch": patch})

    assert found.why == "the DNS server 192.168.10.4 was not seen"


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ({"dnsSettings": {"enableProxy": False}, "basePolicy": None}, "DNS proxy is off"),
        ({"dnsSettings": None, "basePolicy": None}, "DNS proxy is off"),
        ({"dnsSettings": None, "basePolicy": {"id": network("firewallPolicies", "base")}}, "base policy"),
    ],
)
def test_firewall_without_a_proxy_is_not_seen_through(properties: Case, why: str) -> None:
    found = in_ml(
        {"base": "hub-spoke-firewall-dns", "patch": {"firewallPolicies/afwp-hub": {"properties": properties}}}
    )

    assert found.outcome is Outcome.UNKNOWN
    assert why in found.why


def test_policy_that_was_not_read_makes_the_answer_unknown() -> None:
    found = in_ml({"base": "hub-spoke-firewall-dns", "remove": ["firewallPolicies/afwp-hub"]})

    assert found.outcome is Outcome.UNKNOWN


def test_server_in_a_network_that_is_not_connected_does_not_answer() -> None:
    patch: Case = {
        "virtualNetworks/vnet-ml": {"properties": {"virtualNetworkPeerings": []}},
        "virtualNetworks/vnet-hub": {"properties": {"virtualNetworkPeerings": []}},
    }
    found = in_ml({"base": "hub-spoke-private-resolver", "patch": patch})

    assert found.outcome is Outcome.UNKNOWN
    assert "in-hub of vnet-hub has the address" in found.why


def test_server_on_a_machine_is_not_seen_through() -> None:
    found = in_ml({"patch": servers("10.20.1.4")})

    assert found.outcome is Outcome.UNKNOWN
    assert "vm-jump-nic in vnet-access" in found.why


def test_address_of_two_resources_is_unknown() -> None:
    endpoint = network("dnsResolvers", "dnspr-hub/inboundEndpoints/twin", RESOLVER, "rg-ml-hub")
    twin = {"id": endpoint, "properties": {"ipConfigurations": [{"privateIpAddress": "10.20.3.4"}]}}
    found = in_ml({"base": "hub-spoke-private-resolver", "add": [twin]})

    assert found.outcome is Outcome.UNKNOWN
    assert "2 resources" in found.why


def test_firewall_of_a_virtual_wan_hub_serves_the_networks_at_it() -> None:
    hub = network("virtualHubs", "vhub")
    proxy = {"Network.DNS.EnableProxy": "true"}
    firewall = {"virtualHub": {"id": hub}, "hubIPAddresses": {"privateIPAddress": "10.99.0.4"}}
    add = [
        {"id": hub, "properties": {}},
        {
            "id": f"{hub}/hubVirtualNetworkConnections/ml",
            "properties": {"remoteVirtualNetwork": {"id": network("virtualNetworks", "vnet-ml")}},
        },
        {"id": network("azureFirewalls", "afw"), "properties": {**firewall, "additionalProperties": proxy}},
    ]
    served = in_ml({"patch": servers("10.99.0.4"), "add": add})
    alone = in_ml({"patch": servers("10.99.0.4"), "add": [add[0], add[2]]})

    assert (served.outcome, served.steps[-1].at.name) == (Outcome.PUBLIC, "afw")
    assert alone.outcome is Outcome.UNKNOWN


# Forwarding rules


@pytest.mark.parametrize(
    ("properties", "outcome"),
    [
        ({"domainName": "."}, Outcome.UNKNOWN),
        ({"domainName": "AZURE.net."}, Outcome.UNKNOWN),
        ({"domainName": ".", "forwardingRuleState": "Disabled"}, Outcome.PRIVATE),
        ({"domainName": "azurecr.io."}, Outcome.PRIVATE),
        ({"domainName": None}, Outcome.UNKNOWN),
        ({"domainName": ".", "targetDnsServers": [{"ipAddress": "168.63.129.16"}]}, Outcome.UNKNOWN),
    ],
)
def test_enabled_rule_for_the_name_takes_it_elsewhere(properties: Case, outcome: Outcome) -> None:
    patch = {"dnsfrs-hub/forwardingRules/corp": {"properties": properties}}

    assert in_ml({"base": "hub-spoke-private-resolver", "patch": patch}).outcome is outcome


def test_ruleset_linked_to_the_client_sends_its_names_to_the_resolver() -> None:
    vnet = network("virtualNetworks", "vnet-ml", RESOLVER)
    link = {"dnsfrs-hub/virtualNetworkLinks/link-vnet-hub": {"properties": {"virtualNetwork": {"id": vnet}}}}
    targets = {"domainName": "vault.azure.net.", "targetDnsServers": [{"ipAddress": "10.20.3.4", "port": 53}]}
    rule = {"dnsfrs-hub/forwardingRules/corp": {"properties": targets}}
    found = in_ml({"base": "hub-spoke-private-resolver", "patch": servers() | link | rule})

    assert found.outcome is Outcome.PRIVATE
    assert [step.at.name for step in found.steps] == ["corp", "corp", "in-hub", ZONE]


def test_ruleset_of_which_the_resolver_was_not_read_is_unknown_for_its_names_only() -> None:
    endpoints = [{"id": network("dnsResolvers", "far/outboundEndpoints/out", UNREAD)}]
    patch = {
        "dnsForwardingRulesets/dnsfrs-hub": {"properties": {"dnsResolverOutboundEndpoints": endpoints}},
        "dnsfrs-hub/forwardingRules/corp": {"properties": {"domainName": "vault.azure.net."}},
    }
    case = {"base": "hub-spoke-private-resolver", "patch": patch}
    graph = graph_of(case)
    other = resolve_in(graph, vnet_called("vnet-ml", graph).id, "crmlreference.azurecr.io")

    assert in_ml(case).outcome is Outcome.UNKNOWN
    assert other.outcome is Outcome.PUBLIC


# Zones by name


def test_zones_of_a_name_are_found_without_case() -> None:
    found = [zone.name for zone in zones_called(ZONE.upper(), graph_of({})).whole()]

    assert found == [ZONE]


def test_zones_of_a_name_may_be_more_where_zones_were_not_listed() -> None:
    graph = graph_of({"gaps": [gap("privateDnsZones", f"/subscriptions/{REFERENCE}")]})
    found = zones_called(ZONE, graph)

    assert [zone.name for zone in found.found] == [ZONE]
    with pytest.raises(MissingEvidence, match="AuthorizationFailed"):
        found.whole()


def test_zones_of_other_names_are_not_looked_at() -> None:
    held = graph_of({}).rows
    rows = Watched(map(held.row, held.keys()))
    (zone,) = zones_called(ZONE, Graph(rows)).whole()

    assert {key for key in rows.asked if ArmId(key).type == zone.type} == {zone.key}


def test_zone_answers_by_a_wildcard_too() -> None:
    graph = graph_of({})
    (zone,) = (each.id for each in graph.seen(PrivateDnsZone) if each.name == "privatelink.api.azureml.ms")
    endpoint = "oe-churn.cf238b4e-6dfe-4439-88d5-11caff2abf9e.inference.westeurope"
    record = answer_in(zone, endpoint, graph)

    assert record is not None
    assert [*map(str, record.addresses)] == ["10.10.1.6"]
    assert answer_in(zone, "oe-churn.another.inference.westeurope", graph) is None
