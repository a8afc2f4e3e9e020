"""Frameworks as the JSON report has them."""

from __future__ import annotations

from typing import Any

from scanner.engine import Result
from scanner.frameworks.view import ControlView, FrameworkView, RuleState, RuleView, State
from scanner.report.frameworks import REMARK, mappings_of


def framework_object(view: FrameworkView) -> dict[str, Any]:
    """Return one framework with its controls; see the JSON schema."""
    framework = view.framework
    return {
        "id": framework.id,
        "title": framework.title,
        "version": framework.version,
        "publisher": framework.publisher,
        "source": framework.source,
        "remark": REMARK,
        "summary": {"of": len(view.controls), **{_key(each): view.counts[each] for each in State}},
        "controls": [_control(each) for each in view.controls],
    }


def controls_object(result: Result) -> dict[str, Any]:
    """Return the controls that a result is about, by framework."""
    return {
        framework: [{"control": each.control, "fit": each.fit.value, "basis": each.basis.value} for each in found]
        for framework, found in mappings_of(result).items()
    }


def _control(control: ControlView) -> dict[str, Any]:
    counts = control.counts
    return {
        "id": control.control.id,
        "title": control.control.title or None,
        "state": _key(control.state),
        "derived": control.is_derived,
        "rules": {"of": len(control.deciding), **{_key(each): counts[each] for each in RuleState}},
        "deciding": [_rule(each) for each in control.deciding],
        "related": [_rule(each) for each in control.related],
    }


def _rule(rule: RuleView) -> dict[str, str]:
    return {"rule": rule.rule, "fit": rule.fit.value, "basis": rule.basis.value, "state": _key(rule.state)}


def _key(word: State | RuleState) -> str:
    return word.replace(" ", "_")
