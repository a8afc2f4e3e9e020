"""A network that fails every third request changes nothing in the report, and a limit is waited for, not run into."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected, Silent
from scanner.engine import Rule, Subject
from scanner.graph.settings import Settings
from scanner.report.json_v1 import as_json
from scanner.scan.judging import judge
from scanner.simulator import Fault, FaultKind, Limits, Seen, Simulator

from .support import fixture, subscriptions_in

ESTATES = {name: fixture(name) for name in ("reference", "demo")}
DAY = datetime(2026, 3, 1, tzinfo=UTC)
PATIENCE = 40
"""Retries: whichever thread comes third again and again has as many."""

FAULTS = {
    "429": Fault("*", FaultKind.THROTTLED, every=3),
    "429 with Retry-After": Fault("*", FaultKind.THROTTLED, every=3, retry_after=0.02),
    "503": Fault("*", FaultKind.UNAVAILABLE, every=3),
    "500": Fault("*", FaultKind.SERVER_ERROR, every=3),
    "reset": Fault("*", FaultKind.RESET, every=3),
    "cut": Fault("*", FaultKind.CUT, every=3),
}
STALL = Fault("*", FaultKind.SLOW, every=3, seconds=3.0)


class Diary(Silent):
    """Notes each wait for a limit."""

    def __init__(self) -> None:
        self.waits: list[tuple[str, float]] = []

    def waiting(self, scope: str, seconds: float) -> None:
        """Note it."""
        self.waits.append((scope, seconds))


@dataclass(frozen=True)
class Run:
    """What one collection gave, what was asked for it, and what it waited for."""

    collected: Collected
    seen: tuple[Seen, ...]
    waits: list[tuple[str, float]]

    def answered(self, status: int) -> int:
        """Count the answers with a status."""
        return sum(1 for each in self.seen if each.status == status)

    def report(self, pack: dict[str, Rule[Subject]]) -> str:
        """Return the JSON report, without what differs from run to run."""
        same = replace(self.collected, started=DAY, finished=DAY, requests=0)
        return as_json(judge(same, tuple(pack.values()), Settings()))


def run(  # noqa: PLR0913 - each is one thing that a test sets by name
    estate: str,
    faults: Iterable[Fault] = (),
    *,
    limits: Limits | None = None,
    concurrency: int = 8,
    retries: int = PATIENCE,
    read_seconds: float = 60.0,
    pace: float | None = None,
    timeout: float | None = None,
    via: str = "arm",
    backoff: float = 0.0005,
) -> Run:
    """Collect an estate over a network with faults."""
    diary = Diary()
    with Simulator(ESTATES[estate], faults=faults, limits=limits) as simulator:
        source = LiveSource(
            cloud_of(simulator.url),
            subscriptions_in(ESTATES[estate]),
            concurrency=concurrency,
            retries=retries,
            backoff=backoff,
            read_seconds=read_seconds,
            pace=pace,
            timeout=timeout,
            via=via,
        )
        collected = collect_live(source, diary)
        return Run(collected, simulator.requests, diary.waits)


@pytest.fixture(scope="module")
def clean() -> dict[str, Run]:
    """Collect the estates over a network without faults."""
    return {name: run(name) for name in ESTATES}


@pytest.mark.parametrize("estate", ESTATES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_every_third_request_changes_nothing(
    clean: dict[str, Run], pack: dict[str, Rule[Subject]], estate: str, fault: str
) -> None:
    faulted = run(estate, [FAULTS[fault]])

    assert faulted.report(pack) == clean[estate].report(pack)
    assert faulted.collected.requests == len(faulted.seen)
    assert len(faulted.seen) == len(clean[estate].seen) + len(faulted.seen) // 3


@pytest.mark.parametrize("estate", ESTATES)
def test_a_stall_in_every_third_request_changes_nothing(
    clean: dict[str, Run], pack: dict[str, Rule[Subject]], estate: str
) -> None:
    faulted = run(estate, [STALL], read_seconds=0.3)
    asked = len(clean[estate].seen)

    assert faulted.report(pack) == clean[estate].report(pack)
    assert faulted.collected.requests >= asked + asked // 3


def test_all_faults_at_once_change_nothing(clean: dict[str, Run], pack: dict[str, Rule[Subject]]) -> None:
    faults = [replace(each, every=7 + place) for place, each in enumerate(FAULTS.values())]
    faulted = run("reference", faults)

    assert faulted.report(pack) == clean["reference"].report(pack)
    assert faulted.collected.requests == len(faulted.seen) > len(clean["reference"].seen)


@pytest.mark.parametrize("advised", [None, 0.2])
def test_each_refusal_is_waited_for_once(clean: dict[str, Run], advised: float | None) -> None:
    faults = [Fault("*", FaultKind.THROTTLED, every=3, times=8, retry_after=advised)]
    faulted = run("demo", faults, concurrency=1, backoff=0.2)

    assert faulted.answered(429) == 8
    assert len(faulted.seen) == len(clean["demo"].seen) + 8
    assert len([seconds for _, seconds in faulted.waits if seconds > 0.01]) == 8


def test_refusals_that_name_their_end_use_up_no_retries(clean: dict[str, Run]) -> None:
    faults = [Fault("*/privateDnsZones", FaultKind.THROTTLED, times=12, retry_after=0.01)]
    faulted = run("demo", faults, retries=0)

    assert faulted.answered(429) == 12
    assert faulted.collected.resources == clean["demo"].collected.resources
    assert faulted.collected.gaps == clean["demo"].collected.gaps


def test_one_refusal_slows_all_that_go_to_that_subscription() -> None:
    first = "/subscriptions/*/providers/Microsoft.Network/virtualNetworks"
    faulted = run("reference", [Fault(first, FaultKind.THROTTLED, times=1, retry_after=1)])
    held = [seconds for _, seconds in faulted.waits if seconds > 0.1]

    assert faulted.answered(429) == 1
    assert len({scope for scope, _ in faulted.waits}) == 1
    assert len(held) > 1


# Azure's limits, enforced


@pytest.mark.parametrize("concurrency", [1, 8, 32])
def test_where_headers_tell_of_a_limit_nothing_is_refused_but_at_first(
    clean: dict[str, Run], pack: dict[str, Rule[Subject]], concurrency: int
) -> None:
    # So slow that the limit is met however slow the machine is.
    limited = run("reference", limits=Limits(speed=0.25, reads_at_once=50), pace=0.25, concurrency=concurrency)

    assert limited.report(pack) == clean["reference"].report(pack)
    assert limited.answered(429) <= concurrency // 4
    assert limited.waits != []


@pytest.mark.parametrize("concurrency", [1, 8])
def test_where_a_limit_shows_by_refusals_only_the_first_few_are_refused(
    clean: dict[str, Run], pack: dict[str, Rule[Subject]], concurrency: int
) -> None:
    limited = run("reference", limits=Limits(reads_at_once=60), concurrency=concurrency)

    assert limited.report(pack) == clean["reference"].report(pack)
    assert 1 <= limited.answered(429) <= concurrency
    assert limited.collected.requests == len(clean["reference"].seen) + limited.answered(429)


@pytest.mark.parametrize("pace", [None, 10.0])
def test_queries_keep_to_the_quota_of_resource_graph(pace: float | None) -> None:
    free = run("reference", via="graph")
    limited = run("reference", via="graph", limits=Limits(queries=2, query_seconds=0.5), pace=pace)

    assert free.waits == []
    assert limited.answered(429) <= 3
    assert "graph" in {scope for scope, _ in limited.waits}
    assert limited.collected.resources == free.collected.resources
    assert limited.collected.gaps == free.collected.gaps


def test_where_there_is_no_limit_nobody_waits(clean: dict[str, Run]) -> None:
    assert [each.waits for each in clean.values()] == [[], []]


# The time of the scan


@pytest.mark.usefixtures("clean")  # the SDKs are loaded by then
@pytest.mark.parametrize("seconds", [0.8, 2.0])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("*/virtualNetworks", FaultKind.SLOW, seconds=60),
        Fault("*/virtualNetworks", FaultKind.THROTTLED, retry_after=0.01),
        Fault("*/virtualNetworks", FaultKind.THROTTLED, retry_after=600),
        Fault("*/virtualNetworks", FaultKind.UNAVAILABLE),
    ],
    ids=["stall", "short waits", "long wait", "fault"],
)
def test_the_time_bounds_the_scan_and_leaves_what_was_read(fault: Fault, seconds: float) -> None:
    bounded = run("demo", [fault], timeout=seconds, retries=1000)
    lost = {gap.kind: gap.why for gap in bounded.collected.gaps}

    assert (bounded.collected.finished - bounded.collected.started).total_seconds() < seconds + 5
    assert "Microsoft.Network/virtualNetworks" in lost
    assert bounded.collected.resources
    assert re.search(r"--timeout|refused 100 times", lost["Microsoft.Network/virtualNetworks"])
