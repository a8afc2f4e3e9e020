"""One scan from end to end: collect, build the graph, judge, and hold what failed against the gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto

from scanner.causes.causes import causes_of
from scanner.collect.collected import Collected, Progress, Silent
from scanner.engine import Result, Verdict
from scanner.fix.bench import judgement
from scanner.model.arm import ArmId
from scanner.probe.expected.joined import joined
from scanner.scan.block_waivers import of_instances
from scanner.scan.drifting import drift_of
from scanner.scan.gate import gated
from scanner.scan.judging import judge
from scanner.scan.locating import located
from scanner.scan.outcome import Scan
from scanner.scan.request import ScanRequest
from scanner.scan.stand_ins import readable
from scanner.scan.what_if import what_if
from scanner.system.heap import give_back

SHOW_CAUSES = frozenset({"text", "json", "html", "markdown", "ocsf"})
"""The formats that show what failures come from; looking for that costs several times what judging does."""


class Effort(Enum):
    """How far causes are looked for: not at all, within a budget, or by every change however long that takes."""

    NONE = auto()
    BUDGET = auto()
    ALL = auto()


def scan(request: ScanRequest, progress: Progress | None = None, causes: Effort | None = None) -> Scan:
    """Run one scan; how far `causes` are looked for is by what is written of it, if nothing is said.

    Raises NothingScanned, SnapshotError, OutputError, ProbeError or RulePackError.
    """
    progress = progress or Silent()
    collected = _refreshed(request, request.source.collect(progress), progress)
    if request.outputs.snapshot is not None:
        request.save(collected, request.outputs.snapshot)
    waivers = (*request.gate.waivers, *of_instances(request.in_code, collected.lines))
    request = replace(request, gate=replace(request.gate, waivers=waivers))
    causes = causes or (Effort.BUDGET if request.outputs.formats & SHOW_CAUSES else Effort.NONE)
    judged = judge(collected, request.rules, request.settings, request.evaluate)
    judged = replace(judged, narrowed=request.narrowed, frameworks=request.frameworks)
    if request.probes and judged.graph is not None:
        judged = replace(judged, evidence=joined(request.probes, judged.graph))
    if collected.before is not None:
        return _told(explained(what_if(judged, collected.before, request), causes), collected)
    finished = explained(gated(judged, request.gate), causes)
    return _told(replace(finished, drift=drift_of(finished, collected.code)), collected)


def _told(finished: Scan, collected: Collected) -> Scan:
    """Say where things stand in code; names come last, since they are put in place of what was judged."""
    return readable(located(finished, collected.lines))


def explained(finished: Scan, causes: Effort = Effort.BUDGET) -> Scan:
    """Return a scan with what its failures come from."""
    if finished.graph is None or not finished.fails or causes is Effort.NONE:
        return finished
    judged = judgement(finished.results, finished.graph)
    return replace(finished, causes=causes_of(judged, None) if causes is Effort.ALL else causes_of(judged))


def _refreshed(request: ScanRequest, collected: Collected, progress: Progress) -> Collected:
    """Read again what failures stand on, where it came from Resource Graph, which lags."""
    if request.refresh is None or collected.via != "graph":
        return collected
    ids = _failing(request, collected)
    # The graph and all that was worked out of it: judging again would do so beside it.
    give_back(len(collected.resources))
    return request.refresh.refresh(collected, ids, progress) if ids else collected


def _failing(request: ScanRequest, collected: Collected) -> tuple[str, ...]:
    """Judge, and return the ids of what failures stand on."""
    found = judge(collected, request.rules, request.settings, request.evaluate).results
    failed = [result for result in found if result.verdict is Verdict.FAIL]
    return tuple(dict.fromkeys(str(each) for result in failed for each in _seen(result)))


def _seen(result: Result) -> Iterator[ArmId]:
    """Yield what a failure stands on: its subject, what its problems involve, and the hops of their paths."""
    if result.subject is not None:
        yield result.subject.id
    for problem in result.problems:
        yield from problem.involves
        yield from (hop.at for hop in problem.path)
