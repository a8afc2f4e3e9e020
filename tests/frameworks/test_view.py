"""What results come to by control."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.engine import Doubt, Problem, Result, Rule, Subject, Verdict
from scanner.engine.mapping import Basis, Fit
from scanner.frameworks.framework import Control, Framework, Link, mapped
from scanner.frameworks.view import ControlView, RuleState, State, view_of
from tests.report.sample import ACTIVE, EXPIRED, account, rule

FAIL = (Verdict.FAIL, None)
WAIVED = (Verdict.FAIL, ACTIVE)
LAPSED = (Verdict.FAIL, EXPIRED)
UNKNOWN = (Verdict.UNKNOWN, None)
PASS = (Verdict.PASS, None)
NOTHING = (Verdict.NOT_APPLICABLE, None)


def framework(*links: Link) -> Framework:
    return Framework("ours", "Ours", "1", "us", "here", (Control("C-1"), Control("C-2")), links)


def decides(name: str, fit: Fit = Fit.DIRECT, basis: Basis = Basis.POLICY, profile: str = "") -> Link:
    return Link(name, "C-1", fit, basis, profile)


def result(of: Rule[Subject], verdict: Verdict, waiver: object = None) -> Result:
    reasons = {Verdict.FAIL: {"problems": (Problem("x"),)}, Verdict.UNKNOWN: {"doubts": (Doubt("x"),)}}
    found = Result(of, verdict, account("st"), **reasons.get(verdict, {}))  # type: ignore[arg-type]
    return replace(found, waiver=waiver)  # type: ignore[arg-type]


def control(links: list[Link], **results: list[tuple[Verdict, object]]) -> ControlView:
    """Judge: results by the first letters of rules called a-rule, b-rule and so on."""
    rules = {name: rule(f"{name}-rule") for name in results}
    found = [result(rules[name], *each) for name, said in results.items() for each in said]
    first, second = view_of(framework(*links), found).controls
    assert second.state is State.NOT_ASSESSED
    return first


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([FAIL, UNKNOWN, PASS], State.FAILING),
        ([LAPSED, PASS], State.FAILING),
        ([UNKNOWN, WAIVED, PASS], State.UNKNOWN),
        ([WAIVED, PASS], State.WAIVED),
        ([PASS, NOTHING], State.NO_FAILURE),
        ([NOTHING], State.NOT_ASSESSED),
        ([], State.NOT_ASSESSED),
    ],
)
def test_worst_result_of_a_deciding_rule_is_the_state(said: list[tuple[Verdict, object]], state: State) -> None:
    for fit in (Fit.DIRECT, Fit.PARTIAL):
        assert control([decides("a-rule", fit)], a=said).state is state


def test_waived_failure_among_unknowns_stays_unknown_and_a_pass_beside_a_failure_does_not_help() -> None:
    links = [decides("a-rule"), decides("b-rule"), decides("c-rule")]

    assert control(links, a=[PASS], b=[FAIL], c=[WAIVED]).state is State.FAILING
    assert control(links, a=[PASS], b=[UNKNOWN], c=[WAIVED]).state is State.UNKNOWN


def test_supporting_rule_decides_nothing_and_is_shown_as_related() -> None:
    found = control([decides("a-rule", Fit.SUPPORTING)], a=[FAIL])

    assert found.state is State.NOT_ASSESSED
    assert found.deciding == ()
    assert [(each.rule, each.state) for each in found.related] == [("a-rule", RuleState.FAIL)]


def test_counts_add_up_to_the_rules_that_decide() -> None:
    links = [decides(f"{each}-rule") for each in "abcdef"]
    found = control(links, a=[FAIL, FAIL], b=[UNKNOWN], c=[WAIVED], d=[PASS, PASS, PASS], e=[NOTHING])

    assert found.counts == dict.fromkeys(RuleState, 1)
    assert found.counts.total() == len(found.deciding) == 6
    assert found.counts[RuleState.NOT_RUN] == 1


def test_control_is_derived_only_where_no_deciding_rule_is_there_by_policy() -> None:
    derived = decides("a-rule", basis=Basis.DERIVED)

    assert control([derived], a=[PASS]).is_derived
    assert not control([derived, decides("b-rule")], a=[PASS]).is_derived
    assert not control([decides("a-rule", Fit.SUPPORTING, Basis.DERIVED)], a=[PASS]).is_derived


def test_counts_of_a_framework_add_up_to_its_controls() -> None:
    found = view_of(framework(decides("a-rule")), [result(rule("a-rule"), Verdict.PASS)])

    assert found.counts == {State.NO_FAILURE: 1, State.NOT_ASSESSED: 1}
    assert found.counts.total() == len(found.controls)


def test_profile_binds_what_decides() -> None:
    ours = framework(decides("a-rule", profile="current"), decides("b-rule"))
    failed = [result(rule("a-rule"), Verdict.FAIL), result(rule("b-rule"), Verdict.PASS)]

    assert view_of(ours.under("current"), failed).controls[0].state is State.FAILING
    assert view_of(ours.under("article"), failed).controls[0].state is State.NO_FAILURE


def test_rules_carry_their_controls_and_lose_those_of_another_scan() -> None:
    one, other = framework(decides("a-rule")), replace(framework(decides("a-rule"), decides("b-rule")), id="others")
    rules = mapped([rule("a-rule"), rule("b-rule")], [one, other])

    assert [[each.framework for each in found.mappings] for found in rules] == [["ours", "others"], ["others"]]
    assert [found.mappings for found in mapped(rules, [])] == [(), ()]
