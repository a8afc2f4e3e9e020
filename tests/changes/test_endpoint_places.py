"""New endpoints where no subnet has room: a subnet is made in a free range, and the endpoint in it helps."""

from __future__ import annotations

from typing import Any

from scanner.changes.connections import connects
from scanner.engine.change import Change, Create
from scanner.engine.evaluate import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.verdict import Verdict
from scanner.fix.az_making import making
from scanner.fix.effects import made
from scanner.graph import Graph
from scanner.model.services import StorageAccount
from tests.fix.plans import damaged

RULE = "storage-blob-private-endpoint"


def without_room(prefix: str, space: str) -> list[dict[str, Any]]:
    """Return the estate without its blob endpoint, whose endpoints' subnet and network have these ranges."""
    rows: list[dict[str, Any]] = damaged("blob-endpoint-removed")
    (vnet,) = (each for each in rows if each["id"].endswith("/virtualNetworks/vnet-ml"))
    vnet["properties"]["addressSpace"]["addressPrefixes"].append(space)
    (subnet,) = (each for each in vnet["properties"]["subnets"] if each["name"] == "snet-endpoints")
    subnet["properties"] |= {"addressPrefix": prefix, "addressPrefixes": None}
    return rows


def offered(graph: Graph) -> list[Change]:
    (account,) = (each for each in graph.seen(StorageAccount) if each.name == "stmlreference")
    return [*connects("blob")(account, graph)]


def test_a_full_subnet_is_answered_by_one_that_is_made_in_the_first_free_range() -> None:
    graph = Graph(without_room("10.99.0.0/30", "10.99.0.0/24"))
    (change,) = offered(graph)
    subnet, *_ = change.edits
    (rule,) = (each for each in load_packs([built_in_pack()]) if each.id == RULE)
    before, after = (evaluate([rule], each) for each in (graph, made(graph, change.edits)))
    (command,) = making(subnet.target, subnet.row) if isinstance(subnet, Create) else [[]]
    chosen = {each.name: each.value for each in change.choices}

    assert chosen["subnet"] == "snet-endpoints-2"
    assert chosen["address range"].endswith("/27")
    assert command[:5] == ["az", "network", "vnet", "subnet", "create"]
    assert command[-2:] == ["--address-prefixes", chosen["address range"]]
    assert Verdict.FAIL in {each.verdict for each in before}
    assert {each.verdict for each in after} == {Verdict.PASS}


def test_a_network_without_a_free_range_gets_no_offer() -> None:
    rows = without_room("10.99.0.0/30", "10.99.0.0/30")
    (vnet,) = (each for each in rows if each["id"].endswith("/virtualNetworks/vnet-ml"))
    inside = vnet["properties"]
    prefixes = (each["properties"] for each in inside["subnets"])
    inside["addressSpace"]["addressPrefixes"] = [
        prefix for each in prefixes for prefix in each.get("addressPrefixes") or [each["addressPrefix"]]
    ]

    assert offered(Graph(rows)) == []
