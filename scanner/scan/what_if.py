"""What a plan would do: the estate as it will be, held against the estate as it is."""

from __future__ import annotations

from dataclasses import replace

from scanner.collect.collected import Collected
from scanner.engine import Verdict
from scanner.scan.diff import Diff, compare, judged
from scanner.scan.drifting import drift_of
from scanner.scan.gate import gated
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from scanner.scan.request import ScanRequest


def what_if(after: Scan, before: Collected, request: ScanRequest) -> Scan:
    """Return a finished scan of what there will be, with what changes. What fails already does not count.

    What fails already and gets worse counts: it has problems that it has not now.
    """
    now = judge(before, request.rules, request.settings, request.evaluate, roles_must_exist=False)
    changes = compare(map(judged, now.results), map(judged, after.results))
    worse = {each.latest.fingerprint for each in changes if each.word == "worse"}
    failing = {each.fingerprint for each in now.results if each.verdict is Verdict.FAIL} - worse
    unknown = frozenset(each.fingerprint for each in now.results if each.verdict is Verdict.UNKNOWN)
    gate = request.gate
    if gate.everything:
        failing, unknown = set(), frozenset()
    finished = replace(
        after,
        change=Diff("now", "with the plan", changes),
        unknown_before=unknown,
        drift=drift_of(now, before.code),
    )
    return gated(finished, replace(gate, baseline=gate.baseline | failing))
