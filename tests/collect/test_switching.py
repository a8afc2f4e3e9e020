"""`auto` decides by what is really there: where it took ARM and that is long, Resource Graph tells of the rest."""

from __future__ import annotations

from functools import cache

from scanner.collect.azure.session.pacer import BURST
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.simulator import Fault, FaultKind
from tests.soundness.worlds import RULES

from .support import Resource, Run, collect, fixture, subscriptions_in, with_more

_REFERENCE = fixture("reference")
(_GUID,) = subscriptions_in(_REFERENCE)
_NETWORK = f"/subscriptions/{_GUID}/resourceGroups/rg-ml-network/providers/Microsoft.Network"
_SUBNET = f"{_NETWORK}/virtualNetworks/vnet-ml/subnets/snet-training"
_MACHINES = f"/subscriptions/{_GUID}/resourceGroups/rg-ml-access/providers"
_COUNT = 180
"""Machines beside the reference's solution: each costs a request where it is in a solution's network."""
_QUERIES = "*/providers/Microsoft.ResourceGraph/resources"


def _row(arm_id: str, kind: str, properties: Resource) -> Resource:
    return {
        "id": arm_id,
        "name": arm_id.rpartition("/")[2],
        "type": kind,
        "location": "westeurope",
        "properties": properties,
    }


def _machine(number: int) -> tuple[Resource, ...]:
    """Return a machine in the network of the solution, with its interface and an extension: nobody counts on that."""
    machine = f"{_MACHINES}/Microsoft.Compute/virtualMachines/vm-{number:03}"
    interface = f"{_MACHINES}/Microsoft.Network/networkInterfaces/nic-{number:03}"
    at = {"name": "ip", "properties": {"privateIPAddress": f"10.10.200.{number}", "subnet": {"id": _SUBNET}}}
    held = {"networkProfile": {"networkInterfaces": [{"id": interface}]}}
    asks = {"publisher": "Contoso", "type": "Watch", "settings": {"level": 1}}
    return (
        _row(machine, "Microsoft.Compute/virtualMachines", held),
        _row(interface, "Microsoft.Network/networkInterfaces", {"ipConfigurations": [at]}),
        _row(f"{machine}/extensions/watch", "Microsoft.Compute/virtualMachines/extensions", asks),
    )


_ESTATE = with_more(_REFERENCE, *(row for number in range(_COUNT) for row in _machine(number)))


@cache
def _read(via: str) -> Run:
    return collect(_ESTATE, via=via)


def _told(run: Run) -> list[object]:
    results = judge(run.collected, tuple(RULES.values()), Settings()).results
    return [(each.rule.id, each.subject and each.subject.id, each.verdict, each.problems) for each in results]


def test_what_was_not_counted_is_read_by_the_graph_once_it_shows() -> None:
    run = _read("auto")

    assert run.collected.via == "graph"
    assert "of 250 that Azure grants at once; there were" in run.collected.why
    assert run.collected.why.endswith("Resource Graph told of the rest; Resource Graph lags behind Azure by minutes")
    assert {each.status for each in run.requests if each.method == "POST"} == {200}
    assert len(_read("arm").requests) > BURST > len(run.requests)


def test_what_is_told_on_the_way_is_what_arm_tells() -> None:
    run = _read("auto")

    assert run.gaps == _read("arm").gaps
    assert run.resources.keys() == _read("arm").resources.keys()
    assert _told(run) == _told(_read("arm"))


def test_where_the_graph_fails_on_the_way_arm_reads_the_rest() -> None:
    fails = Fault(_QUERIES, FaultKind.SERVER_ERROR, every=3)

    run = collect(_ESTATE, via="auto", faults=[fails], retries=0)

    assert run.collected.via == "graph"
    assert run.resources.keys() == _read("arm").resources.keys()
    assert "Resource Graph did not answer in full" in run.collected.why
