from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .support import EMPTY_SUB, NET, SCALE_SET, SUB, WORKSPACE, ZONE, get

if TYPE_CHECKING:
    from scanner.simulator import Simulator

LISTS = {
    "subscriptions": ("/subscriptions", [SUB.rpartition("/")[2], EMPTY_SUB.rpartition("/")[2]]),
    "resource groups": (f"{SUB}/resourceGroups", ["ml", "spare"]),
    "resource groups, other spelling": (f"{SUB}/resourcegroups", ["ml", "spare"]),
    "a type in a subscription": (f"{SUB}/providers/Microsoft.Network/virtualNetworks", ["hub", "aml", "access", "far"]),
    "a type in a resource group": (f"{NET}/virtualNetworks", ["hub", "aml", "access"]),
    "a type listed per group only": (f"{NET}/virtualNetworkGateways", ["vpn"]),
    "no rows in a subscription": (f"{EMPTY_SUB}/providers/Microsoft.Network/virtualNetworks", []),
    "children": (f"{WORKSPACE}/computes", ["gpu"]),
    "grandchildren": (f"{WORKSPACE}/onlineEndpoints/score/deployments", ["blue"]),
    "no children": (f"{WORKSPACE}/batchEndpoints", []),
    "all record sets": (f"{ZONE}/ALL", ["ws", "@"]),
    "record sets of a type": (f"{ZONE}/A", ["ws"]),
    "links of a zone": (f"{ZONE}/virtualNetworkLinks", ["aml"]),
    "subnets": (f"{NET}/virtualNetworks/hub/subnets", ["training"]),
    "no peerings": (f"{NET}/virtualNetworks/hub/virtualNetworkPeerings", []),
    "security rules": (f"{NET}/networkSecurityGroups/nsg/securityRules", ["in"]),
    "extensions of a scale set": (f"{SCALE_SET}/extensions", ["agent"]),
    "private endpoint connections": (f"{WORKSPACE}/privateEndpointConnections", ["pe.1"]),
}


@pytest.mark.parametrize(("path", "names"), LISTS.values(), ids=LISTS)
def test_a_list_holds_its_rows_in_estate_order(simulator: Simulator, path: str, names: list[str]) -> None:
    answer = get(simulator, path)

    assert (answer.status, answer.names) == (200, names)
    assert "nextLink" not in answer.json


@pytest.mark.parametrize(("path", "names"), LISTS.values(), ids=LISTS)
def test_a_list_path_is_read_in_any_case(simulator: Simulator, path: str, names: list[str]) -> None:
    assert get(simulator, path.upper()).names == names


def test_repeated_slashes_are_read_as_one(simulator: Simulator) -> None:
    assert get(simulator, f"/{SUB}//providers/Microsoft.Network/virtualNetworks/").status == 200
