"""`--fresh`: what failures stand on is read again by ARM, since Resource Graph lags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import ref

import pytest

from scanner.collect.azure.collector import LiveSource
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected, Progress, Silent
from scanner.engine import Result, Rule, Subject, Verdict, evaluate
from scanner.graph import Graph
from scanner.graph.settings import Settings
from scanner.scan.gate import Gate
from scanner.scan.outcome import Scan
from scanner.scan.request import Evaluate, ScanRequest
from scanner.scan.scanning import scan
from scanner.simulator import Estate, Fault, FaultKind, Simulator
from scanner.system import heap

from .support import Resource, changed, fixture, subscriptions_in, type_of

REFERENCE = fixture("reference")
VAULT = next(str(each["id"]) for each in REFERENCE.resources if type_of(dict(each)).endswith("/vaults"))
LINK = next(str(each["id"]) for each in REFERENCE.resources if type_of(dict(each)).endswith("virtualnetworklinks"))
ENDPOINT = next(str(each["id"]) for each in REFERENCE.resources if type_of(dict(each)).endswith("/privateendpoints"))


def _without(estate: Estate, *ids: str) -> Estate:
    return Estate(estate.about, tuple(each for each in estate.resources if each["id"] not in ids), estate.groups)


def _opened(resource: Resource) -> None:
    resource["properties"]["publicNetworkAccess"] = "Enabled"
    resource["properties"]["networkAcls"] = {"defaultAction": "Allow", "bypass": "None"}


@dataclass(frozen=True)
class FaultedMeanwhile:
    """A source that meets faults when it reads again."""

    live: LiveSource
    simulator: Simulator
    faults: tuple[Fault, ...]
    before: Callable[[], object]

    def refresh(self, before: Collected, ids: tuple[str, ...], progress: Progress) -> Collected:
        """Let the faults happen, and read again."""
        self.before()
        self.simulator.faults = self.faults
        return self.live.refresh(before, ids, progress)


def _scanned(  # noqa: PLR0913 - each is one thing that a test sets by name
    pack: dict[str, Rule[Subject]],
    lagging: Estate,
    *,
    fresh: bool = True,
    now: Estate = REFERENCE,
    via: str = "graph",
    faults: tuple[Fault, ...] = (),
    judge: Evaluate = evaluate,
    before: Callable[[], object] = list,
) -> Scan:
    with Simulator(now, lagging=lagging) as simulator:
        live = LiveSource(cloud_of(simulator.url), subscriptions_in(now), via=via, retries=1, backoff=0.001)
        refresh = FaultedMeanwhile(live, simulator, faults, before) if fresh else None
        gate = Gate(datetime.now(UTC).date())
        return scan(ScanRequest(live, tuple(pack.values()), Settings(), gate, evaluate=judge, refresh=refresh))


def _failed(finished: Scan) -> set[str]:
    return {each.rule.id for each in finished.results if each.verdict is Verdict.FAIL}


def _unknown(finished: Scan) -> set[str]:
    return {each.rule.id for each in finished.results if each.verdict is Verdict.UNKNOWN}


def test_a_failure_that_was_mended_meanwhile_passes(pack: dict[str, Rule[Subject]]) -> None:
    lagging = changed(REFERENCE, _opened, VAULT)

    assert _failed(_scanned(pack, lagging, fresh=False)) != set()
    finished = _scanned(pack, lagging)

    assert _failed(finished) == set()
    assert finished.header.why.endswith("what failures stand on was read again by ARM")


def test_of_a_large_estate_the_first_graph_is_gone_when_it_is_read_again(
    pack: dict[str, Rule[Subject]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heap, "LARGE", 1)
    judged: list[ref[Graph]] = []
    there: list[Graph | None] = []

    def judge(rules: Sequence[Rule[Subject]], graph: Graph) -> tuple[Result, ...]:
        judged.append(ref(graph))
        return evaluate(rules, graph)

    lagging = changed(REFERENCE, _opened, VAULT)
    _scanned(pack, lagging, judge=judge, before=lambda: there.extend(each() for each in judged))

    assert there == [None]
    assert len(judged) == 2


def test_a_failure_that_still_holds_stays(pack: dict[str, Rule[Subject]]) -> None:
    opened = changed(REFERENCE, _opened, VAULT)

    finished = _scanned(pack, opened, now=opened)

    assert _failed(finished) == _failed(_scanned(pack, opened, now=opened, via="arm", fresh=False)) != set()


def test_a_child_that_was_made_meanwhile_is_seen(pack: dict[str, Rule[Subject]]) -> None:
    lagging = _without(REFERENCE, LINK)

    assert _failed(_scanned(pack, lagging, fresh=False)) != set()
    assert _failed(_scanned(pack, lagging)) == set()


def test_an_endpoint_that_was_made_meanwhile_is_seen(pack: dict[str, Rule[Subject]]) -> None:
    lagging = _without(REFERENCE, ENDPOINT)

    assert _failed(_scanned(pack, lagging)) == set()


def test_a_failure_that_cannot_be_read_again_stays(pack: dict[str, Rule[Subject]]) -> None:
    lagging = changed(REFERENCE, _opened, VAULT)

    finished = _scanned(pack, lagging, faults=(Fault(f"{VAULT}", FaultKind.FORBIDDEN),))

    assert _failed(finished) == _failed(_scanned(pack, lagging, fresh=False))


def test_a_passing_scan_is_read_once(pack: dict[str, Rule[Subject]]) -> None:
    plain, fresh = _scanned(pack, REFERENCE, fresh=False), _scanned(pack, REFERENCE)

    assert fresh.header.requests == plain.header.requests
    assert "again" not in fresh.header.why


def test_what_arm_told_is_not_read_again(pack: dict[str, Rule[Subject]]) -> None:
    opened = changed(REFERENCE, _opened, VAULT)

    by_arm = _scanned(pack, opened, now=opened, via="arm")

    assert by_arm.header.requests == _scanned(pack, opened, now=opened, via="arm", fresh=False).header.requests


def _refreshed(lagging: Estate, now: Estate, *ids: str, faults: tuple[Fault, ...] = ()) -> tuple[Collected, set[str]]:
    with Simulator(now, lagging=lagging) as simulator:
        source = LiveSource(cloud_of(simulator.url), subscriptions_in(now), via="graph", retries=1, backoff=0.001)
        before = source.collect(Silent())
        simulator.faults = faults
        after = source.refresh(before, ids, Silent())
        return after, {str(each["id"]).lower() for each in after.resources}


def test_what_was_deleted_meanwhile_goes() -> None:
    zone = LINK.rpartition("/virtualNetworkLinks/")[0]
    below = [str(each["id"]) for each in REFERENCE.resources if str(each["id"]).startswith(f"{zone}/")]

    _, without_link = _refreshed(REFERENCE, _without(REFERENCE, LINK), LINK)
    after, without_zone = _refreshed(REFERENCE, _without(REFERENCE, zone, *below), LINK, zone)

    assert LINK.lower() not in without_link
    assert zone.lower() in without_link
    assert not {each for each in without_zone if each.startswith(zone.lower())}
    assert after.gaps == ()


def test_children_that_cannot_be_listed_again_stay_and_are_a_gap() -> None:
    zone = LINK.rpartition("/virtualNetworkLinks/")[0]
    faults = (Fault(f"{zone}/virtualNetworkLinks", FaultKind.FORBIDDEN),)

    after, ids = _refreshed(REFERENCE, REFERENCE, zone, faults=faults)

    assert LINK.lower() in ids
    assert [(gap.scope, gap.status) for gap in after.gaps] == [(zone, 403)]
