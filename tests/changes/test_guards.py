"""Changes of what network security groups let through: none where a network manager decides before them."""

from __future__ import annotations

import json

from scanner.changes.guards import lets_out_required, shuts_management_ports, shuts_out_internet
from scanner.engine.change import Create
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet
from tests.cases import CASES, FIXTURES, KEYS, graph_of

INBOUND = "compute-nsg-inbound-from-internet-denied"


def compute_subnet(graph: Graph) -> Subnet:
    network = (
        "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-ml-network/providers/Microsoft.Network"
    )
    return graph.get(Subnet, ArmId(f"{network}/virtualNetworks/vnet-ml/subnets/snet-compute"))


def damaged(name: str) -> Graph:
    damage = json.loads((FIXTURES / "damages" / f"{name}.json").read_text())
    return graph_of({key: damage[key] for key in KEYS & damage.keys()})


def test_default_route_to_an_appliance_is_answered_by_a_rule_ahead_of_the_default_ones() -> None:
    graph = graph_of(json.loads((CASES / INBOUND / "fail-default-route-to-an-appliance.json").read_text()))
    (change,) = shuts_out_internet(compute_subnet(graph), graph)
    (made,) = change.edits

    assert isinstance(made, Create)
    assert made.row["id"].endswith("/networkSecurityGroups/nsg-compute/securityRules/DenyInternetInbound4096")
    assert (made.row["properties"]["access"], made.row["properties"]["sourceAddressPrefix"]) == ("Deny", "Internet")


def test_security_admin_rule_is_not_offered_to_be_taken_away() -> None:
    graph = damaged("security-admin-rule-opens-management")
    subnet = compute_subnet(graph)

    assert list(shuts_out_internet(subnet, graph)) == []
    assert list(shuts_management_ports(subnet, graph)) == []


def test_what_a_security_admin_rule_denies_no_rule_of_a_group_lets_out() -> None:
    graph = damaged("security-admin-rule-denies-endpoints")

    assert list(lets_out_required(compute_subnet(graph), graph)) == []
