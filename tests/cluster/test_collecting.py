"""What a cluster collects in shards is what one process collects in one go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanner.cluster.collecting import collect_on
from scanner.cluster.connection import Cluster
from scanner.collect.azure import parts
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected
from scanner.errors import NothingScanned
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.graph.rows import key_of
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.scan.judging import judge
from scanner.simulator import Estate, Fault, FaultKind, Simulator
from tests.bench.tenant import subscriptions, tenant
from tests.cases import estate
from tests.cli.test_cli import mlsec
from tests.soundness.worlds import RULES
from tests.verdicts import Judged, by_subject
from tests.whole.test_landing_zone import OURS, PLATFORM

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

SECOND = "33333333-3333-4333-8333-333333333333"
FORBIDDEN = Fault(f"/subscriptions/{PLATFORM}/*/privateDnsZones*", FaultKind.FORBIDDEN)


def comparable(collected: Collected) -> tuple[Any, ...]:
    """Return all of it but the clock and how many requests it took."""
    assert collected.coverage is not None
    return (
        collected.coverage.covered,
        collected.coverage.horizon,
        collected.neighbours,
        list(collected.resources),
        collected.gaps,
        collected.subscriptions,
        collected.context_subscriptions,
        collected.via,
        collected.why,
    )


@pytest.fixture(scope="module")
def company() -> Iterator[Simulator]:
    """Serve eight subscriptions, two of them with a solution."""
    with Simulator(Estate("A company.", tuple(tenant(8, 160)))) as simulator:
        yield simulator


def source_of(simulator: Simulator, *guids: str, via: str = "arm") -> LiveSource:
    return LiveSource(cloud_of(simulator.url), guids, concurrency=8, backoff=0.001, via=via)


class HalfHanging(Cluster):
    """A cluster whose second worker does not end in time."""

    def __init__(self) -> None:
        super().__init__(None, "tcp://somewhere", timeout=60)

    @property
    def shares(self) -> int:
        """Two."""
        return 2

    def _run(self, task: Any, shared: object, arguments: Any, late: Any) -> list[Any]:  # noqa: ANN401
        return [task(shared, *each) if number == 0 else late(*each) for number, each in enumerate(arguments)]


def test_a_shard_that_is_not_read_in_time_is_a_gap_in_each_of_its_subscriptions(company: Simulator) -> None:
    named = subscriptions(8)
    source = replace(source_of(company, *named), timeout=60)
    collected = collect_on(HalfHanging(), source, lambda _: None)
    late = {gap.scope.rpartition("/")[2] for gap in collected.gaps if gap.why == "not read within 60 s (--timeout)"}
    read = {key_of(row).split("/")[2] for row in collected.resources if "/providers/" in key_of(row)}
    graph = Graph(collected.resources, collected.gaps, Settings(), collected.coverage)

    assert len(late) == len(named) // 2
    assert read.isdisjoint(late)
    assert read | late == set(named)
    for each in late:
        with pytest.raises(MissingEvidence, match="not read within 60 s"):
            graph.all(Workspace, ArmId(f"/subscriptions/{each}")).whole()


@pytest.mark.parametrize("via", ["arm", "graph", "auto"])
def test_a_cluster_collects_what_one_process_does(company: Simulator, cluster: Cluster, via: str) -> None:
    source = replace(source_of(company, *subscriptions(8), via=via), reads_all=True)
    assert comparable(collect_on(cluster, source, print)) == comparable(collect_live(source))


@pytest.mark.parametrize("via", ["graph", "auto"])
def test_a_cluster_leaves_less_unread_than_one_process(company: Simulator, cluster: Cluster, via: str) -> None:
    """A shard does not know what workspaces of others use."""
    source = source_of(company, *subscriptions(8), via=via)
    shards, whole = collect_on(cluster, source, print), collect_live(source)

    assert {json.dumps(dict(each)) for each in whole.resources} <= {json.dumps(dict(each)) for each in shards.resources}
    assert (shards.gaps, shards.neighbours, shards.why) == (whole.gaps, whole.neighbours, whole.why)
    assert _verdicts(shards) == _verdicts(whole)


def _verdicts(collected: Collected) -> Judged:
    return by_subject(judge(collected, tuple(RULES.values()), Settings()).results)


@pytest.mark.parametrize("faults", [(), (FORBIDDEN,)], ids=["readable", "forbidden"])
def test_shards_follow_what_lies_outside_all_of_them(faults: tuple[Fault, ...]) -> None:
    """Two copies of a landing zone's own subscription stand on one platform, which is not scanned."""
    ours = [each for each in estate("landing-zone") if OURS in str(each["id"])]
    copy = json.loads(json.dumps(ours).replace(OURS, SECOND))
    served = Estate("Two that stand on one platform.", (*estate("landing-zone"), *copy))
    with Simulator(served, faults=faults) as it:
        source = replace(source_of(it, OURS, SECOND), reads_all=True)
        whole = collect_live(source)
        surveyed = parts.survey(source, print)
        found = [parts.read_part(surveyed, [each]) for each in surveyed.subscriptions]
    together = parts.put_together(surveyed, found, whole.started)
    assert comparable(together) == comparable(whole)
    assert {str(each["id"]).split("/")[2] for each in whole.resources} >= {OURS, SECOND, PLATFORM}
    assert bool(whole.gaps) is bool(faults)


def test_what_one_shard_takes_for_absent_is_held_against_what_others_saw() -> None:
    """No network provider in one subscription, they say; a link in the other one refers to a network there."""
    resources = list(tenant(2, 40))
    first, second = subscriptions(2)
    network = f"/subscriptions/{second}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v"
    interface = f"/subscriptions/{first}/resourceGroups/rg-bulk-00000/providers/Microsoft.Network/networkInterfaces/far"
    resources.append(
        {
            "id": interface,
            "name": "far",
            "type": "Microsoft.Network/networkInterfaces",
            "properties": {"virtualMachine": {"id": network.replace("virtualNetworks", "bastionHosts")}},
        }
    )
    faults = [Fault(f"/subscriptions/{second}/providers/Microsoft.Network/*", FaultKind.UNREGISTERED)]
    with Simulator(Estate("Two.", tuple(resources)), faults=faults) as it:
        # Here too a shard would leave less unread.
        source = replace(source_of(it, first, second), reads_all=True)
        whole = collect_live(source)
        surveyed = parts.survey(source, print)
        found = [parts.read_part(surveyed, [each]) for each in surveyed.subscriptions]
        together = parts.put_together(surveyed, found, whole.started)
    assert comparable(together) == comparable(whole)


def test_no_subscription_is_told_as_without_a_cluster(company: Simulator, cluster: Cluster) -> None:
    source = source_of(company, "99999999-9999-4999-8999-999999999999")
    with pytest.raises(NothingScanned, match="no subscription could be read") as alone:
        collect_live(source)
    with pytest.raises(NothingScanned) as shared:
        collect_on(cluster, source, print)
    assert str(shared.value) == str(alone.value)


def test_a_scan_on_a_cluster_gives_the_same_report(company: Simulator, scheduler: str, tmp_path: Path) -> None:
    options = ["--cloud", company.url, *(f"--subscription={each}" for each in subscriptions(8)), "--fail-on", "never"]
    reports = []
    for number, more in enumerate([[], ["--dask-scheduler", scheduler]]):
        path = tmp_path / f"{number}.json"
        done = mlsec(*options, *more, "--allow-unknown", "--format", "json", "--output", str(path))
        assert done.returncode == 0, done.stderr
        report = json.loads(path.read_text())
        for volatile in ("started", "finished", "requests"):
            del report["scan"][volatile]
        reports.append(report)
    assert reports[0] == reports[1]
    assert reports[0]["results"]
