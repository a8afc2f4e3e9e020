"""What each way of reading asks: `python -m tests.bench.ways` prints the two tables of README.

One subscription holds the reference's solution and 2,000 private DNS zones; 200 hold it once, and else a network each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Silent
from scanner.simulator import Estate, Simulator
from tests.bench.estates import renamed
from tests.bench.tenant import subscriptions, tenant
from tests.cases import FIXTURES, Resource

_WAYS = ("arm", "graph")
_ZONES = 2_000
_SUBSCRIPTIONS = 200


def main() -> None:
    """Measure and print."""
    (one,) = subscriptions(1)
    _table(f"one subscription, {_ZONES:,} private DNS zones", [*_solution(one), *_zones(one)], [one])
    several = subscriptions(_SUBSCRIPTIONS)
    estate = [*tenant(_SUBSCRIPTIONS, each=1), *_solution(one)[1:], *map(_network, several[1:])]
    _table(f"{_SUBSCRIPTIONS} subscriptions, all but one nearly empty", estate, several)


def _solution(guid: str) -> list[Resource]:
    """Return a subscription with the reference's solution in it."""
    every = json.loads((FIXTURES / "reference.json").read_text())["resources"]
    text = json.dumps([each for each in every if "/" in each["id"].removeprefix("/subscriptions/")])
    return [*tenant(1, each=1), *json.loads(renamed(text, 0, guid))]


def _zones(guid: str) -> Iterator[Resource]:
    for number in range(_ZONES):
        name = f"z{number}.example"
        yield {
            "id": f"/subscriptions/{guid}/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/{name}",
            "type": "Microsoft.Network/privateDnsZones",
            "name": name,
            "location": "global",
            "properties": {"provisioningState": "Succeeded"},
        }


def _network(guid: str) -> Resource:
    return {
        "id": f"/subscriptions/{guid}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet",
        "type": "Microsoft.Network/virtualNetworks",
        "name": "vnet",
        "location": "westeurope",
        "properties": {
            "provisioningState": "Succeeded",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [],
            "virtualNetworkPeerings": [],
        },
    }


def _table(title: str, resources: list[Resource], scope: list[str]) -> None:
    sys.stdout.write(f"| {title} | requests |\n|---|---|\n")
    with Simulator(Estate(title, tuple(resources))) as simulator:
        for way in _WAYS:
            before = len(simulator.requests)
            collect_live(LiveSource(cloud_of(simulator.url), tuple(scope), via=way), Silent())
            asked = simulator.requests[before:]
            queries = sum("resourcegraph" in each.path.lower() for each in asked)
            beside = f", {queries} of them queries" if queries else ""
            sys.stdout.write(f"| `--via {way}` | {len(asked):,}{beside} |\n")
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
