"""What network managers have in force on a network, as far as it was read."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.estate.connected_groups import connected_with
from scanner.estate.network_managers import admin_rules_of
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.graph.coverage import Coverage, Covered
from scanner.model.arm import ArmId
from scanner.model.network import Subnet
from scanner.model.network_security import Direction
from tests.cases import changed, estate

NAME = "variants/network-manager"
HERE = "/subscriptions/11111111-1111-4111-8111-111111111111"
NETWORK = f"{HERE}/resourceGroups/rg-ml-network/providers/Microsoft.Network"
ML = ArmId(f"{NETWORK}/virtualNetworks/vnet-ml")
ACCESS = ArmId(f"{HERE}/resourceGroups/rg-ml-access/providers/Microsoft.Network/virtualNetworks/vnet-access")
MANAGER = f"{NETWORK}/networkManagers/nm-platform"
MINE = ("networkmanagers", "effectivesecurityadminrules", "effectiveconnectivity", "networkgroupmemberships")


def of(patch: dict[str, Any] | None = None, **case: Any) -> Graph:  # noqa: ANN401 - JSON
    return Graph(changed(estate(NAME), {"patch": patch or {}, **case}))


def rules(graph: Graph, subnet: str = "snet-compute", vnet: ArmId = ML) -> dict[Direction, list[str]]:
    found = admin_rules_of(graph.get(Subnet, ArmId(f"{vnet}/subnets/{subnet}")), graph)
    return {direction: [each.name for each in clauses] for direction, clauses in found.items()}


IN_FORCE = {Direction.INBOUND: ["deny-management"], Direction.OUTBOUND: ["always-allow-monitoring"]}


def test_snapshots_that_were_deployed_in_the_region_are_the_rules_without_what_is_only_allowed_last() -> None:
    assert rules(of()) == IN_FORCE


def test_rules_of_services_subnets_and_of_other_groups_do_not_apply() -> None:
    other = {"appliesToGroups": [{"networkGroupId": f"{MANAGER}/networkGroups/ng-other"}]}

    assert rules(of(), "AzureBastionSubnet", ACCESS) == {}
    assert rules(of({"ruleCollections/everybody/snapshots/2": {"properties": other}})) == {
        Direction.INBOUND: [],
        Direction.OUTBOUND: [],
    }


def test_network_with_a_service_that_keeps_rules_out_leaves_them_open() -> None:
    databricks = {"delegations": [{"properties": {"serviceName": "Microsoft.Databricks/workspaces"}}]}
    graph = of({"virtualNetworks/vnet-ml": {"properties": {"subnets[snet-compute]": {"properties": databricks}}}})
    found = admin_rules_of(graph.get(Subnet, ArmId(f"{ML}/subnets/snet-compute")), graph)

    assert "whether security admin rules apply to vnet-ml" in str(found[Direction.INBOUND][0].unread)


def test_rule_that_is_in_force_and_was_not_read_leaves_all_open() -> None:
    with pytest.raises(MissingEvidence, match="baseline were not read"):
        rules(of(remove=["rules/deny-management/snapshots/2"]))


def test_rules_that_are_not_in_force_yet_leave_all_open() -> None:
    state = f"{ML}/providers/Microsoft.Network/effectiveSecurityAdminRules/default".lstrip("/")

    with pytest.raises(MissingEvidence, match="it is Updating"):
        rules(of({state: {"properties": {"provisioningState": "Updating"}}}))


def partly(resources: list[dict[str, Any]], *uncovered: str) -> Graph:
    """Return the graph of a reader who listed every type but some."""
    types = {str(each["type"]) for each in resources} | {"Microsoft.Network/networkManagers"}
    whole = [each for each in types if not any(part in each.lower() for part in uncovered)]
    return Graph(resources, coverage=Coverage([Covered(each, HERE) for each in whole], [HERE[15:]]))


def without(resources: list[dict[str, Any]], *parts: str) -> list[dict[str, Any]]:
    return [each for each in resources if not any(part in str(each["type"]).lower() for part in parts)]


@pytest.mark.parametrize(
    "scopes",
    [
        {"subscriptions": [HERE], "managementGroups": []},
        {"subscriptions": [], "managementGroups": ["/providers/Microsoft.Management/managementGroups/all"]},
    ],
)
def test_where_resource_graph_was_not_read_a_manager_over_the_network_leaves_it_open(scopes: dict[str, Any]) -> None:
    told = {"networkManagers/nm-platform": {"properties": {"networkManagerScopes": scopes}}}
    graph = partly(without(changed(estate(NAME), {"patch": told}), *MINE[1:], "snapshots", "goalstates"), *MINE[1:])

    with pytest.raises(MissingEvidence, match="nm-platform has in force on vnet-ml was not read"):
        rules(graph)
    with pytest.raises(MissingEvidence, match="nm-platform has in force on vnet-ml was not read"):
        connected_with(ML, graph)


@pytest.mark.parametrize(
    "manager",
    [
        {"networkManagerScopes": {"subscriptions": ["/subscriptions/other"], "managementGroups": []}},
        {"networkManagerScopeAccesses": ["Routing"]},
    ],
)
def test_a_manager_of_other_networks_or_of_other_things_leaves_nothing_open(manager: dict[str, Any]) -> None:
    told = changed(estate(NAME), {"patch": {"networkManagers/nm-platform": {"properties": manager}}})
    graph = partly(without(told, *MINE[1:], "snapshots", "goalstates"), *MINE[1:])

    assert rules(graph) == {}
    assert connected_with(ML, graph).whole() == ()


def test_without_a_manager_nothing_is_left_open() -> None:
    graph = partly(without(estate(NAME), *MINE, "snapshots", "goalstates"), *MINE[1:])

    assert rules(graph) == {}


def test_mesh_joins_networks_of_a_region_or_of_all() -> None:
    away = {"virtualNetworks/vnet-access": {"location": "northeurope"}}
    everywhere = {"connectivityConfigurations/mesh/snapshots/1": {"properties": {"isGlobal": "True"}}}

    assert connected_with(ML, of()).whole() == (ACCESS,)
    assert connected_with(ML, of(away)).whole() == ()
    assert connected_with(ML, of(away | everywhere)).whole() == (ACCESS,)


@pytest.mark.parametrize(("direct", "joined"), [("DirectlyConnected", (ACCESS,)), ("None", ())])
def test_spokes_of_a_directly_connected_group_and_their_hub_are_joined(direct: str, joined: tuple[ArmId, ...]) -> None:
    item = {"networkGroupId": f"{MANAGER}/networkGroups/ng-platform", "groupConnectivity": direct, "isGlobal": "False"}
    told = {"connectivityTopology": "HubAndSpoke", "appliesToGroups": [item]}
    hub = told | {"hubs": [{"resourceId": str(ACCESS), "resourceType": "Microsoft.Network/virtualNetworks"}]}
    access = f"{ACCESS}/providers/Microsoft.Network/networkGroupMemberships/default".lstrip("/")

    def with_(properties: dict[str, Any], **case: Any) -> Graph:  # noqa: ANN401 - JSON
        return of({"connectivityConfigurations/mesh/snapshots/1": {"properties": properties}}, **case)

    assert connected_with(ML, with_(told)).whole() == joined
    assert connected_with(ML, with_(hub, remove=[access])).whole() == joined
    assert connected_with(ML, with_(told, remove=[access])).whole() == ()
