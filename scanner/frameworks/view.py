"""What a scan's results come to by control. Only rules whose fit is direct or partial decide.

That no rule failed is no claim that a control is met: rules see a part of it, and of a framework a few controls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanner.engine import Result, Verdict
from scanner.engine.mapping import Basis, Fit
from scanner.frameworks.framework import Control, Framework, Link


class State(StrEnum):
    """How a control stands, what matters most first."""

    FAILING = "failing"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    NO_FAILURE = "no failure found"
    NOT_ASSESSED = "not assessed"


class RuleState(StrEnum):
    """How a rule stands over all its subjects, what matters most first; NOT_RUN was left out of the scan."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NOT_APPLICABLE = "n/a"
    NOT_RUN = "not run"


_STATES = {
    RuleState.FAIL: State.FAILING,
    RuleState.UNKNOWN: State.UNKNOWN,
    RuleState.WAIVED: State.WAIVED,
    RuleState.PASS: State.NO_FAILURE,
}

_BY_VERDICT = {
    Verdict.FAIL: RuleState.FAIL,
    Verdict.UNKNOWN: RuleState.UNKNOWN,
    Verdict.PASS: RuleState.PASS,
    Verdict.NOT_APPLICABLE: RuleState.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule that is about a control, and how it stands."""

    rule: str
    fit: Fit
    basis: Basis
    state: RuleState


@dataclass(frozen=True, slots=True)
class ControlView:
    """A control with the rules that decide and those that only support it, each by id."""

    control: Control
    deciding: tuple[RuleView, ...]
    related: tuple[RuleView, ...]

    @property
    def counts(self) -> Counter[RuleState]:
        """How many of the deciding rules stand how; together they are all of them."""
        return Counter(each.state for each in self.deciding)

    @property
    def state(self) -> State:
        """The worst that a deciding rule says; what none of them judged is not assessed."""
        found = self.counts
        return next((state for rule, state in _STATES.items() if found[rule]), State.NOT_ASSESSED)

    @property
    def is_derived(self) -> bool:
        """Whether no deciding rule is in the control by a policy initiative or by the user's word."""
        return bool(self.deciding) and all(each.basis is Basis.DERIVED for each in self.deciding)


@dataclass(frozen=True, slots=True)
class FrameworkView:
    """A framework with each of its controls that a rule is about."""

    framework: Framework
    controls: tuple[ControlView, ...]

    @property
    def counts(self) -> Counter[State]:
        """How many controls stand how; together they are all of these controls, not of the framework."""
        return Counter(each.state for each in self.controls)


def view_of(framework: Framework, results: Iterable[Result]) -> FrameworkView:
    """Return how the controls stand, in the framework's order."""
    states = _rule_states(results)
    links: dict[str, list[Link]] = {}
    for each in framework.links:
        links.setdefault(each.control, []).append(each)
    return FrameworkView(
        framework, tuple(_control(each, links.get(each.id, []), states) for each in framework.controls)
    )


def _rule_states(results: Iterable[Result]) -> dict[str, RuleState]:
    order, found = [*RuleState], dict[str, RuleState]()
    for each in results:
        state = RuleState.WAIVED if each.is_waived else _BY_VERDICT[each.verdict]
        found[each.rule.id] = min(found.get(each.rule.id, state), state, key=order.index)
    return found


def _control(control: Control, links: list[Link], states: dict[str, RuleState]) -> ControlView:
    rules = [
        RuleView(each.rule, each.fit, each.basis, states.get(each.rule, RuleState.NOT_RUN))
        for each in sorted(links, key=lambda link: link.rule)
    ]
    return ControlView(
        control,
        tuple(each for each in rules if each.fit is not Fit.SUPPORTING),
        tuple(each for each in rules if each.fit is Fit.SUPPORTING),
    )
