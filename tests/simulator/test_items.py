from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .support import AUTH, NET, RG, SCALE_SET, SUB, WORKSPACE, ZONE, get

if TYPE_CHECKING:
    from scanner.simulator import Simulator

ITEMS = [
    SUB,
    RG,
    f"{NET}/virtualNetworks/hub",
    f"{NET}/virtualNetworks/hub/subnets/training",
    f"{SCALE_SET}/extensions/agent",
    f"{ZONE}/SOA/@",
    f"{WORKSPACE}/onlineEndpoints/score/deployments/blue",
    f"{WORKSPACE}/privateEndpointConnections/pe.1",
    f"{RG}{AUTH}/roleAssignments/group",
    f"{AUTH}/roleDefinitions/owner",
]


@pytest.mark.parametrize("arm_id", ITEMS)
def test_an_item_is_served_by_its_id(simulator: Simulator, arm_id: str) -> None:
    answer = get(simulator, arm_id)

    assert (answer.status, answer.json["id"]) == (200, arm_id)


@pytest.mark.parametrize("arm_id", ITEMS)
def test_an_id_is_read_in_any_case(simulator: Simulator, arm_id: str) -> None:
    assert get(simulator, arm_id.upper()).json["id"] == arm_id


def test_an_embedded_child_has_the_id_and_type_it_was_embedded_without(simulator: Simulator) -> None:
    rule = get(simulator, f"{NET}/networkSecurityGroups/nsg/securityRules/in").json

    assert rule["id"] == f"{NET}/networkSecurityGroups/nsg/securityRules/in"
    assert rule["type"] == "Microsoft.Network/networkSecurityGroups/securityRules"


def test_an_embedded_child_is_named_by_its_id_where_nothing_else_names_it(simulator: Simulator) -> None:
    connection = get(simulator, f"{WORKSPACE}/privateEndpointConnections/pe.1").json

    assert connection["name"] == "pe.1"
    assert connection["type"] == "Microsoft.MachineLearningServices/workspaces/privateEndpointConnections"


@pytest.mark.parametrize("version", ["2024-10-01-preview", "2025-07-01-Preview"])
def test_a_preview_api_version_shows_a_workspaces_ip_rules(simulator: Simulator, version: str) -> None:
    properties = get(simulator, WORKSPACE, f"api-version={version}").json["properties"]

    assert properties["networkAcls"] == {"defaultAction": "Deny"}
    assert properties["ipAllowlist"] == ["203.0.113.0/24"]


@pytest.mark.parametrize("path", [WORKSPACE, WORKSPACE.rpartition("/")[0]])
def test_a_stable_api_version_hides_a_workspaces_ip_rules(simulator: Simulator, path: str) -> None:
    answer = get(simulator, path, "api-version=2025-06-01")

    assert b"publicNetworkAccess" in answer.body
    assert b"networkAcls" not in answer.body
    assert b"ipAllowlist" not in answer.body
