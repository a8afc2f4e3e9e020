"""Which waivers are for a result: those that asking all of them finds, without asking all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from scanner.engine import Result, Verdict
from scanner.engine.waivers import Waiver, WaiverState, WaiverUse
from scanner.model.arm import ArmId
from scanner.scan.covering import Covering
from scanner.scan.gate import apply_waivers
from tests.report.sample import OPEN, Thing, account, rule

RULES = {each: rule(each) for each in ("rule-a", "rule-b")}
SUBJECTS = st.sampled_from(["/a", "/A/b", "/a/b/", "*", "*/b", "/a*", "[/]a", "?a", "/a[b", "/c"])


def _use(rule_id: str, subject: str) -> WaiverUse:
    return WaiverUse(Waiver(rule_id, subject, "why", date(2027, 1, 1)), WaiverState.ACTIVE)


WAIVERS = st.lists(st.builds(_use, st.sampled_from([*RULES]), SUBJECTS))


def _covers(use: WaiverUse, result: Result) -> bool:
    assert result.subject is not None
    key, wanted = result.subject.id.key, use.waiver.subject.lower().rstrip("/")
    return use.waiver.rule == result.rule.id and (key == wanted or fnmatchcase(key, wanted))


@given(WAIVERS, st.sampled_from(["/a", "/A/B", "/a[b", "/c/d"]), st.sampled_from([*RULES]))
def test_waivers_of_a_result_are_those_that_fit_it_in_their_order(
    uses: list[WaiverUse], subject: str, rule_id: str
) -> None:
    result = Result(RULES[rule_id], Verdict.FAIL, Thing(ArmId(subject)), (OPEN,))

    assert [*Covering(uses).of(result)] == [use for use in uses if _covers(use, result)]


def test_result_without_a_subject_is_under_no_waiver() -> None:
    assert [*Covering([_use("rule-a", "*")]).of(Result(RULES["rule-a"], Verdict.UNKNOWN))] == []


def test_each_waiver_is_looked_at_once_whatever_the_number_of_results() -> None:
    asked: list[str] = []

    class Counted(str):
        __slots__ = ()

        def lower(self) -> str:
            asked.append(self)
            return super().lower()

    failures = tuple(Result(RULES["rule-a"], Verdict.FAIL, account(f"st{at}"), (OPEN,)) for at in range(50))
    waivers = [replace(_use("rule-a", f"/none/{at}").waiver, subject=Counted(f"/none/{at}")) for at in range(50)]
    _, uses = apply_waivers(failures, waivers, date(2026, 1, 1))

    assert len(asked) == len(waivers)
    assert {each.state for each in uses} == {WaiverState.UNUSED}
