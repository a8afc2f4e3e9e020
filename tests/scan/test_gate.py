"""What counts: waivers, baselines and severities, on results that the engine decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest

from scanner.engine import Notes, Problem, Result, Rule, Severity, Subject, Verdict, evaluate
from scanner.engine.choice import reweighed
from scanner.engine.severity import SeverityOverride
from scanner.engine.waivers import Waiver, WaiverState
from scanner.graph import Graph
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.scan.gate import Gate, apply_waivers, counts, exit_code, fits_nothing, gated
from scanner.scan.outcome import Header, Scan

DAY = date(2026, 11, 23)
ACCOUNT = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Storage/storageAccounts/stml"
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
HEADER = Header("snapshot", "public", "current", (), (), MOMENT, MOMENT, 0, "1")


@dataclass(frozen=True, slots=True)
class Thing:
    """A subject with nothing to it but an id."""

    TYPE: ClassVar[str] = "Microsoft.Storage/storageAccounts"
    id: ArmId
    name: str = "stml"


def _check(_: Subject, __: Graph) -> Notes:
    yield Problem("broken")
    yield Problem("worse", severity=Severity.HIGH)


def _things(_: Graph) -> Iterable[Subject]:
    yield Thing(ArmId(ACCOUNT))


RULE: Rule[Subject] = Rule("no-holes", "Ours", Severity.MEDIUM, _things, _check)
FAIL = Result(RULE, Verdict.FAIL, Thing(ArmId(ACCOUNT)), problems=(Problem("broken"),))
UNKNOWN = Result(RULE, Verdict.UNKNOWN, Thing(ArmId(ACCOUNT)))
UNLISTED = Result(RULE, Verdict.UNKNOWN)
PASS = Result(RULE, Verdict.PASS, Thing(ArmId(ACCOUNT)))
ELSEWHERE = Result(RULE, Verdict.FAIL, Thing(ArmId(f"{ACCOUNT}2")))

WAIVER = Waiver("no-holes", ACCOUNT, "agreed", DAY)
EXPIRED = replace(WAIVER, expires=date(2026, 11, 22))


def _scan(*results: Result) -> Scan:
    return Scan(HEADER, (), results, ())


@pytest.mark.parametrize(
    "subject",
    [ACCOUNT, ACCOUNT.upper(), f"{ACCOUNT}/", "*/storageaccounts/STML", "*", "/subscriptions/?/*/stml", "*/st[mn]l"],
)
def test_waiver_covers_the_subjects_that_its_id_or_glob_fits_whatever_the_case(subject: str) -> None:
    (result,), (use,) = apply_waivers((FAIL,), [replace(WAIVER, subject=subject)], DAY)

    assert result.is_waived
    assert not counts(result)
    assert use.state is WaiverState.ACTIVE


@pytest.mark.parametrize("subject", [f"{ACCOUNT}2", "stml", "*/storageAccounts/st", "*/stml/*"])
def test_waiver_of_another_subject_covers_nothing_and_is_unused(subject: str) -> None:
    (result,), (use,) = apply_waivers((FAIL,), [replace(WAIVER, subject=subject)], DAY)

    assert result.waiver is None
    assert counts(result)
    assert use.state is WaiverState.UNUSED


def test_waiver_covers_one_rule_only() -> None:
    other = replace(FAIL, rule=replace(RULE, id="other"))
    results, _ = apply_waivers((FAIL, other), [WAIVER], DAY)

    assert [each.is_waived for each in results] == [True, False]


def test_waiver_holds_on_its_last_day_and_not_on_the_next() -> None:
    today, _ = apply_waivers((FAIL,), [WAIVER], DAY)
    tomorrow, _ = apply_waivers((FAIL,), [WAIVER], date(2026, 11, 24))

    assert [counts(each) for each in (*today, *tomorrow)] == [False, True]


def test_expired_waiver_is_attached_and_the_failure_counts() -> None:
    (result,), (use,) = apply_waivers((FAIL,), [EXPIRED], DAY)

    assert result.waiver == use
    assert use.state is WaiverState.EXPIRED
    assert counts(result)


def test_waiver_that_holds_goes_before_one_that_has_expired() -> None:
    (result,), uses = apply_waivers((FAIL,), [EXPIRED, WAIVER], DAY)

    assert result.is_waived
    assert [use.state for use in uses] == [WaiverState.UNUSED, WaiverState.ACTIVE]


@pytest.mark.parametrize("waiver", [WAIVER, EXPIRED])
def test_waiver_of_a_subject_that_passes_is_unused(waiver: Waiver) -> None:
    results, (use,) = apply_waivers((PASS, ELSEWHERE), [waiver], DAY)

    assert use.state is WaiverState.UNUSED
    assert [each.waiver for each in results] == [None, None]


@pytest.mark.parametrize("result", [UNKNOWN, UNLISTED])
def test_waiver_of_a_subject_that_could_not_be_judged_is_not_called_unused(result: Result) -> None:
    (judged,), (use,) = apply_waivers((result,), [WAIVER], DAY)

    assert use.state is WaiverState.ACTIVE
    assert judged == result


def test_waiver_of_a_rule_that_was_not_judged_is_not_spoken_of() -> None:
    _, uses = apply_waivers((FAIL,), [replace(WAIVER, rule="another")], DAY)

    assert uses == ()


@pytest.mark.parametrize(("result", "known"), [(FAIL, True), (PASS, False), (UNKNOWN, False), (ELSEWHERE, False)])
def test_baseline_knows_failures_by_fingerprint_and_nothing_else(result: Result, known: bool) -> None:
    (marked,) = gated(_scan(result), Gate(DAY, baseline=frozenset({FAIL.fingerprint}))).results

    assert marked.seen_before is known


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        (Gate(DAY), 1),
        (Gate(DAY, (WAIVER,)), 0),
        (Gate(DAY, (EXPIRED,)), 1),
        (Gate(DAY, baseline=frozenset({FAIL.fingerprint})), 0),
        (Gate(DAY, baseline=frozenset({ELSEWHERE.fingerprint})), 1),
    ],
)
def test_only_failures_that_count_decide_the_exit_code(gate: Gate, code: int) -> None:
    assert exit_code(gated(_scan(FAIL, PASS), gate), gate) == code


def test_what_is_unknown_still_decides_when_every_failure_is_waived() -> None:
    finished = gated(_scan(FAIL, UNLISTED), Gate(DAY, (WAIVER,)))

    assert exit_code(finished, Gate(DAY)) == 3


@pytest.mark.parametrize(("chosen", "shown"), [("info", "info"), ("critical", "critical")])
def test_severity_override_goes_before_the_rules_and_its_problems_own(chosen: str, shown: str) -> None:
    graph = Graph([], [], Settings())
    (plain,) = evaluate([RULE], graph)
    (weighed,) = evaluate(reweighed([RULE], [SeverityOverride("no-holes", Severity(chosen))]), graph)

    assert plain.severity is Severity.HIGH
    assert weighed.severity == shown
    assert [each.message for each in weighed.problems] == ["broken", "worse"]
    assert weighed.fingerprint == plain.fingerprint


def test_severity_override_leaves_other_rules_alone() -> None:
    assert reweighed([RULE], [SeverityOverride("other", Severity.INFO)]) == (RULE,)


# The baseline knows unknowns


KNOWN = frozenset({FAIL.fingerprint})


@pytest.mark.parametrize(
    ("gate", "result", "known", "code"),
    [
        (Gate(DAY, unknown_before=KNOWN), UNKNOWN, True, 0),
        (Gate(DAY, baseline=KNOWN), UNKNOWN, False, 3),
        (Gate(DAY, baseline=KNOWN), FAIL, True, 0),
        (Gate(DAY, unknown_before=KNOWN), FAIL, False, 1),
        (Gate(DAY, unknown_before=KNOWN), UNLISTED, False, 3),
        (Gate(DAY, baseline=KNOWN), PASS, False, 0),
        (Gate(DAY, unknown_before=KNOWN, required=frozenset({RULE.id})), UNKNOWN, False, 3),
    ],
)
def test_what_stands_as_it_did_is_known(gate: Gate, result: Result, known: bool, code: int) -> None:
    finished = gated(_scan(result), gate)

    assert [each.seen_before for each in finished.results] == [known]
    assert exit_code(finished, gate) == code


def test_baseline_fits_where_it_has_any_result_of_the_scan_whatever_its_verdict() -> None:
    assert not fits_nothing(_scan(PASS), Gate(DAY, compared=KNOWN))
    assert fits_nothing(_scan(ELSEWHERE), Gate(DAY, compared=KNOWN))
    assert not fits_nothing(_scan(ELSEWHERE), Gate(DAY))
