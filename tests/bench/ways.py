"""What each way of reading asks: `python -m tests.bench.ways` prints the tables of README.

One subscription holds the reference's solution and 2,000 private DNS zones; 200 hold it once, and else a network each.
One holds 20 workspaces and 300 networks, of which one workspace is judged. The identity has its role at the tenant's
root group.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence

from scanner.collect.azure.arm.demand import EVERYTHING
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Silent
from scanner.graph.settings import Scope
from scanner.simulator import Estate, Simulator
from tests.bench.estates import renamed
from tests.bench.tenant import TENANT, subscriptions, tenant
from tests.cases import FIXTURES, Resource

_WAYS = ("arm", "graph")
_ZONES = 2_000
_SUBSCRIPTIONS = 200
_SOLUTIONS, _NETWORKS = 10, 300
"""A solution of the reference's has two workspaces."""
ONE_WORKSPACE = Scope(workspaces=("*/resourcegroups/rg-0000-ml/*/mlw-reference",))
_UNIQUE = ("stml", "crml", "kv-ml", "log-ml", "appi-ml")
"""How names begin that no two resources of Azure have."""


def main() -> None:
    """Measure and print."""
    (one,) = subscriptions(1)
    _table(f"one subscription, {_ZONES:,} private DNS zones", [*_solution(one), *_zones(one)], [one])
    several = subscriptions(_SUBSCRIPTIONS)
    estate = [*tenant(_SUBSCRIPTIONS, each=1), *_solution(one)[1:], *map(_network, several[1:])]
    _table(f"{_SUBSCRIPTIONS} subscriptions, all but one nearly empty", estate, several)
    many = [*solutions(one, _SOLUTIONS), *networks(one, _NETWORKS)]
    title = f"one workspace of {2 * _SOLUTIONS} in a subscription of {_NETWORKS} networks"
    _table(title, many, [one], ONE_WORKSPACE, ways=("graph",))
    _table("the same workspace alone", list(solutions(one, 1)), [one], ONE_WORKSPACE, ways=("graph",))


def _solution(guid: str) -> list[Resource]:
    """Return a subscription with the reference's solution in it."""
    return [*tenant(1, each=1), *json.loads(renamed(_reference(), 0, guid))]


def _reference() -> str:
    every = json.loads((FIXTURES / "reference.json").read_text())["resources"]
    return json.dumps([each for each in every if "/" in each["id"].removeprefix("/subscriptions/")])


def solutions(guid: str, count: int) -> Iterator[Resource]:
    """Yield the first subscription of a tenant with solutions in it that share nothing."""
    yield from tenant(1, each=1)
    made: set[str] = set()
    for copy in range(count):
        text = _reference()
        for each in _UNIQUE:
            text = text.replace(each, f"{each}{copy:02}")
        for resource in json.loads(renamed(text, copy, guid)):
            if resource["id"] not in made:
                made.add(resource["id"])
                yield resource


def networks(guid: str, count: int) -> Iterator[Resource]:
    """Yield networks that are joined to nothing."""
    for number in range(count):
        one = _network(guid)
        yield {**one, "id": f"{one['id']}-{number}", "name": f"vnet-{number}"}


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


def _table(
    title: str,
    resources: list[Resource],
    subscriptions_: list[str],
    judged: Scope = EVERYTHING,
    *,
    ways: Sequence[str] = _WAYS,
) -> None:
    sys.stdout.write(f"| {title} | requests |\n|---|---|\n")
    groups = {TENANT: tuple(subscriptions_)}
    with Simulator(Estate(title, tuple(resources), management_groups=groups)) as simulator:
        for way in ways:
            before = len(simulator.requests)
            collect_live(LiveSource(cloud_of(simulator.url), tuple(subscriptions_), via=way, scope=judged), Silent())
            asked = simulator.requests[before:]
            queries = sum("resourcegraph" in each.path.lower() for each in asked)
            beside = f", {queries} of them queries" if queries else ""
            sys.stdout.write(f"| `--via {way}` | {len(asked):,}{beside} |\n")
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
