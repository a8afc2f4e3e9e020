"""Private paths where security rules tell apart the endpoints of one subnet."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.checks.paths import from_aml_vnet
from scanner.engine import Note, Problem
from scanner.graph import Graph
from scanner.model.network import VirtualNetwork
from tests.cases import graph_of

BLOB = "10.10.1.10"


def a_rule(priority: int, access: str, to: str) -> dict[str, Any]:
    return {
        "name": f"{access}{priority}",
        "properties": {
            "priority": priority,
            "access": access,
            "direction": "Outbound",
            "protocol": "*",
            "sourceAddressPrefix": "*",
            "sourcePortRange": "*",
            "destinationAddressPrefix": to,
            "destinationPortRange": "*",
        },
    }


def graph_with(*rules: dict[str, Any]) -> Graph:
    return graph_of({"patch": {"networkSecurityGroups/nsg-compute": {"properties": {"securityRules": list(rules)}}}})


def judged(graph: Graph) -> tuple[list[Problem], list[Note]]:
    vnet = next(each for each in graph.all(VirtualNetwork).whole() if each.name == "vnet-ml")
    found = list(from_aml_vnet(vnet, graph))
    return [each for each in found if isinstance(each, Problem)], [each for each in found if isinstance(each, Note)]


def test_a_rule_against_one_endpoint_breaks_its_path_alone() -> None:
    problems, notes = judged(graph_with(a_rule(100, "Deny", BLOB), a_rule(200, "Allow", "VirtualNetwork")))

    assert [each.message for each in problems] == [
        f"snet-compute does not reach blob of stmlreference: TCP 443 to {BLOB} denied by Deny100 (priority 100)"
    ]
    assert len(notes) > 1


@pytest.mark.parametrize("only", [f"{BLOB}/32", "10.10.1.0/28"])
def test_each_path_names_the_rule_that_lets_its_own_address_through(only: str) -> None:
    problems, notes = judged(graph_with(a_rule(100, "Allow", only), a_rule(200, "Allow", "VirtualNetwork")))
    said = {hop.says for note in notes for hop in note.path if hop.at.name == "snet-compute"}

    assert not problems
    assert f"TCP 443 to {BLOB} allowed by Allow100 (priority 100)" in said
    assert "TCP 443 to 10.10.1.16 allowed by Allow200 (priority 200)" in said


def test_a_subnet_of_endpoints_without_known_prefixes_is_judged_by_the_address() -> None:
    unread = {"properties": {"addressPrefix": {"$unknown": "not read"}, "addressPrefixes": None}}
    graph = graph_of({"patch": {"virtualNetworks/vnet-ml": {"properties": {"subnets[snet-endpoints]": unread}}}})
    _, notes = judged(graph)

    assert any("TCP 443 to" in hop.says and hop.at.name == "snet-compute" for note in notes for hop in note.path)
