"""The two sides of a private endpoint: which one is believed, and what is said where one is missing."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.estate.private_link import Link, links_asking, links_of, vnet_of, zones_named_by, zones_needed_by
from scanner.evidence import Gap, MissingEvidence
from scanner.graph import Graph
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.private_link import PrivateEndpoint
from scanner.model.services import KeyVault, StorageAccount

SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"
ELSEWHERE = "/subscriptions/22222222-2222-2222-2222-222222222222"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg/providers"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/kv"
ACCOUNT = f"{GROUP}/Microsoft.Storage/storageAccounts/st"
ENDPOINT = f"{GROUP}/Microsoft.Network/privateEndpoints/pe"
FOREIGN = f"{ELSEWHERE}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe"
VNET = f"{GROUP}/Microsoft.Network/virtualNetworks/vnet"
SUBNET = f"{VNET}/subnets/snet"
ZONE = f"{GROUP}/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"

Json = dict[str, Any]


def vault(*connections: Json, **properties: object) -> Json:
    return {"id": VAULT, "properties": {"privateEndpointConnections": list(connections), **properties}}


def connection(endpoint: str = ENDPOINT, status: str = "Approved", subnet: str | None = None) -> Json:
    return {
        "properties": {
            "privateEndpoint": {"id": endpoint, "subnetArmId": subnet},
            "privateLinkServiceConnectionState": {"status": status},
        }
    }


def endpoint(
    target: object = VAULT,
    status: str = "Approved",
    group: str = "vault",
    *,
    manual: bool = False,
    arm_id: str = ENDPOINT,
) -> Json:
    asks = {
        "properties": {
            "privateLinkServiceId": target,
            "groupIds": [group],
            "privateLinkServiceConnectionState": {"status": status},
        }
    }
    key = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    return {"id": arm_id, "properties": {"subnet": {"id": SUBNET}, key: [asks]}}


def graph_of(*resources: Json, gaps: tuple[Gap, ...] = (), cloud: str = "public") -> Graph:
    return Graph([{"id": SUBSCRIPTION}, *resources], gaps, Settings(cloud=cloud))


def links(graph: Graph) -> list[Link]:
    return list(links_of(graph.get(KeyVault, ArmId(VAULT)), graph).whole())


def only_link(graph: Graph) -> Link:
    (link,) = links(graph)
    return link


def forbidden(scope: str) -> Gap:
    return Gap("Microsoft.Network/privateEndpoints", scope, "AuthorizationFailed", 403)


def test_two_sides_of_a_connection_make_one_link() -> None:
    link = only_link(graph_of(vault(connection()), endpoint()))

    assert link.id == ArmId(ENDPOINT)
    assert link.target == ArmId(VAULT)
    assert link.status is ConnectionStatus.APPROVED
    assert link.groups == {"vault"}
    assert link.vnet == ArmId(VNET)


def test_two_sides_meet_whatever_the_case_of_their_ids() -> None:
    graph = graph_of(
        vault(connection(ENDPOINT.lower())), endpoint(VAULT.upper().replace("/SUBSCRIPTIONS", "/subscriptions"))
    )

    assert only_link(graph).connection is not None


@pytest.mark.parametrize("own", ["Pending", "Rejected", "Disconnected"])
def test_the_resources_side_outweighs_a_stale_copy(own: str) -> None:
    link = only_link(graph_of(vault(connection(status="Approved")), endpoint(status=own)))

    assert link.status is ConnectionStatus.APPROVED


def test_an_endpoint_that_thinks_itself_approved_is_not_if_the_resource_rejected_it() -> None:
    link = only_link(graph_of(vault(connection(status="Rejected")), endpoint(status="Approved")))

    assert link.status is ConnectionStatus.REJECTED


def test_the_endpoints_side_decides_where_the_resource_does_not_list_it() -> None:
    link = only_link(graph_of(vault(), endpoint(status="Pending", manual=True)))

    assert link.connection is None
    assert link.status is ConnectionStatus.PENDING


def test_a_state_that_the_resource_does_not_tell_is_not_taken_from_the_endpoint() -> None:
    unstated = connection()
    unstated["properties"]["privateLinkServiceConnectionState"] = None
    link = only_link(graph_of(vault(unstated), endpoint(status="Approved")))

    with pytest.raises(MissingEvidence):
        _ = link.status


def test_an_endpoint_that_may_not_be_read_keeps_the_resources_side() -> None:
    link = only_link(graph_of(vault(connection(FOREIGN, subnet=SUBNET))))

    assert link.endpoint is None
    assert link.status is ConnectionStatus.APPROVED
    assert link.vnet == ArmId(VNET)
    with pytest.raises(MissingEvidence, match="which was not read"):
        _ = link.groups


def test_an_endpoint_that_may_not_be_read_has_no_known_subnet_unless_the_resource_tells() -> None:
    link = only_link(graph_of(vault(connection(FOREIGN))))

    with pytest.raises(MissingEvidence, match="which was not read"):
        _ = link.vnet


def test_unlisted_endpoints_leave_the_question_open_after_those_that_were_seen() -> None:
    graph = graph_of(vault(connection()), endpoint(), gaps=(forbidden(SUBSCRIPTION),))
    found = links_of(graph.get(KeyVault, ArmId(VAULT)), graph)

    assert [each.id for each in found.found] == [ArmId(ENDPOINT)]
    with pytest.raises(MissingEvidence, match="AuthorizationFailed"):
        found.whole()


def test_an_endpoint_listed_without_properties_might_lead_anywhere() -> None:
    graph = graph_of(vault(), {"id": ENDPOINT})

    with pytest.raises(MissingEvidence, match="without properties"):
        links(graph)


def test_a_resource_listed_without_properties_does_not_tell_its_endpoints() -> None:
    graph = graph_of({"id": VAULT}, endpoint())

    with pytest.raises(MissingEvidence, match="without properties"):
        links(graph)


def test_an_endpoint_of_another_resource_is_not_this_ones() -> None:
    assert links(graph_of(vault(), endpoint(ACCOUNT, group="blob"))) == []


@pytest.mark.parametrize("status", ["Disconnected", "Rejected"])
def test_a_connection_out_of_use_whose_endpoint_is_gone_is_no_endpoint(status: str) -> None:
    assert links(graph_of(vault(connection(status=status)))) == []


def test_a_connection_out_of_use_whose_endpoint_was_made_again_for_another_resource_is_no_endpoint() -> None:
    assert links(graph_of(vault(connection(status="Disconnected")), endpoint(ACCOUNT, group="blob"))) == []


def test_an_approved_connection_whose_endpoint_is_gone_is_a_contradiction_left_open() -> None:
    link = only_link(graph_of(vault(connection(status="Approved"))))

    with pytest.raises(MissingEvidence, match="which was not found"):
        _ = link.groups


def test_an_approved_connection_whose_endpoint_leads_elsewhere_is_a_contradiction_left_open() -> None:
    link = only_link(graph_of(vault(connection(status="Approved")), endpoint(ACCOUNT, group="blob")))

    with pytest.raises(MissingEvidence, match="now leads elsewhere"):
        _ = link.groups


def test_endpoints_that_ask_are_found_without_the_resource() -> None:
    (link,) = links_asking(ArmId(VAULT), graph_of(endpoint(status="Pending")))

    assert link.status is ConnectionStatus.PENDING


def test_a_link_stands_for_its_endpoint_as_a_subject() -> None:
    link = only_link(graph_of(vault(connection()), endpoint()))

    assert (link.TYPE, link.name) == ("Microsoft.Network/privateEndpoints", "pe")


def test_an_id_without_a_parent_is_no_subnet() -> None:
    with pytest.raises(MissingEvidence, match="not the id of a subnet"):
        vnet_of(ArmId(VNET))


def zone_group(*zones: Json) -> Json:
    return {
        "id": f"{ENDPOINT}/privateDnsZoneGroups/default",
        "properties": {"privateDnsZoneConfigs": [{"properties": zone} for zone in zones]},
    }


def pe(graph: Graph) -> PrivateEndpoint:
    return graph.get(PrivateEndpoint, ArmId(ENDPOINT))


def test_zones_are_those_that_the_zone_group_names() -> None:
    graph = graph_of(endpoint(), zone_group({"privateDnsZoneId": ZONE}))

    assert [zone.name for zone in zones_named_by(pe(graph), graph).whole()] == ["privatelink.vaultcore.azure.net"]


def test_zone_groups_that_could_not_be_listed_are_not_taken_for_none() -> None:
    gap = Gap("Microsoft.Network/privateEndpoints/privateDnsZoneGroups", ENDPOINT, "AuthorizationFailed", 403)
    graph = graph_of(endpoint(), gaps=(gap,))

    with pytest.raises(MissingEvidence, match="AuthorizationFailed"):
        zones_named_by(pe(graph), graph).whole()


def test_zones_needed_follow_the_sub_resource_and_the_cloud() -> None:
    graph = graph_of(endpoint(), cloud="usgov")

    assert zones_needed_by(pe(graph), graph) == ("privatelink.vaultcore.usgovcloudapi.net",)


def test_an_account_with_numbered_dns_zones_leaves_the_needed_zones_open() -> None:
    account = {"id": ACCOUNT, "properties": {"dnsEndpointType": "AzureDnsZone"}}
    graph = graph_of(account, endpoint(ACCOUNT, group="blob"))

    assert graph.get(StorageAccount, ArmId(ACCOUNT)).dns_endpoint_type == "AzureDnsZone"
    with pytest.raises(MissingEvidence, match="AzureDnsZone"):
        zones_needed_by(pe(graph), graph)


def test_an_endpoint_without_sub_resource_leaves_the_needed_zones_open() -> None:
    nameless = endpoint()
    nameless["properties"]["privateLinkServiceConnections"][0]["properties"]["groupIds"] = []
    graph = graph_of(nameless)

    with pytest.raises(MissingEvidence, match="names no sub-resource"):
        zones_needed_by(pe(graph), graph)


@pytest.mark.parametrize(
    "states", [("Disconnected", "Approved"), ("Approved", "Disconnected"), ("Pending", "Approved")]
)
def test_an_endpoint_created_again_under_its_name_has_its_new_connections_state(states: tuple[str, str]) -> None:
    link = only_link(graph_of(vault(*(connection(status=each) for each in states)), endpoint()))

    assert link.status is ConnectionStatus.APPROVED


@pytest.mark.parametrize(("own", "stale"), [("Pending", ConnectionStatus.PENDING), ("Approved", None)])
def test_a_copy_that_differs_is_told(own: str, stale: ConnectionStatus | None) -> None:
    link = only_link(graph_of(vault(connection(status="Approved")), endpoint(status=own)))

    assert link.stale_copy is stale


def test_a_copy_that_is_not_known_is_not_called_stale() -> None:
    silent = endpoint()
    silent["properties"]["privateLinkServiceConnections"][0]["properties"].pop("privateLinkServiceConnectionState")
    link = only_link(graph_of(vault(connection(status="Approved")), silent))

    assert link.stale_copy is None


ALIAS = "partner.0a1b2c3d-1111-4222-8333-444455556666.westeurope.azure.privatelinkservice"


@pytest.mark.parametrize("manual", [True, False])
def test_an_endpoint_that_leads_to_an_alias_leads_to_none_of_ours(manual: bool) -> None:
    stranger = endpoint(ALIAS, manual=manual, arm_id=f"{ENDPOINT}-partner")
    graph = graph_of(vault(connection()), endpoint(), stranger)

    assert [link.id for link in links_of(graph.get(KeyVault, ArmId(VAULT)), graph).whole()] == [ArmId(ENDPOINT)]


@pytest.mark.parametrize("target", ["partner.privatelinkservice", "", ["garbled"], f"{ALIAS}.example.org"])
def test_what_is_neither_an_id_nor_an_alias_may_lead_to_any_service(target: object) -> None:
    graph = graph_of(vault(connection()), endpoint(), endpoint(target, arm_id=f"{ENDPOINT}-partner"))

    assert links_of(graph.get(KeyVault, ArmId(VAULT)), graph).missing is not None
