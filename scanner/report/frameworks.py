"""What every report says of frameworks in the same words.

Nobody is called compliant and no share of a framework is given: the rules see a few of its controls, each in part.
"""

from __future__ import annotations

from scanner.engine import Result
from scanner.engine.mapping import Basis, ControlMapping
from scanner.frameworks.view import ControlView, FrameworkView, RuleState, State, view_of
from scanner.scan.outcome import Scan
from scanner.system.counting import counted
from scanner.system.plain import plain

REMARK = (
    "Only these controls are looked at, each as far as rules see it; the others of the framework are outside of this "
    "tool. That no failure was found is no claim of compliance."
)

DERIVED = "Derived: chosen from the control's published text; no Azure Policy initiative has it there."


def views_of(scan: Scan) -> list[FrameworkView]:
    """Return the view of each framework that was asked for."""
    return [view_of(each, scan.results) for each in scan.frameworks]


def mappings_of(result: Result) -> dict[str, list[ControlMapping]]:
    """Return the controls that a result is about, by framework in the order that was asked for."""
    found: dict[str, list[ControlMapping]] = {}
    for each in result.rule.mappings:
        found.setdefault(each.framework, []).append(each)
    return found


def controls_of(result: Result) -> list[str]:
    """Return "mcsb-v1 NS-2" of each framework, with what a control's id does not say: that it is derived or related."""
    return [
        f"{plain(framework)} {', '.join(_named(each) for each in found)}"
        for framework, found in mappings_of(result).items()
    ]


def each_control_of(result: Result) -> list[str]:
    """Return "mcsb-v1 NS-2" of each control, with the same said behind it."""
    return [f"{plain(each.framework)} {_named(each)}" for each in result.rule.mappings]


def _named(mapping: ControlMapping) -> str:
    said = [
        *(["related"] if not mapping.decides else []),
        *(["derived"] if mapping.basis is Basis.DERIVED else []),
    ]
    return plain(mapping.control) + (f" ({', '.join(said)})" if said else "")


def summary_of(view: FrameworkView) -> str:
    """Return "14 controls that rules are about: 2 failing, 1 unknown …": together they are all of these."""
    count = len(view.controls)
    told = ", ".join(f"{view.counts[each]} {each}" for each in State)
    return f"{counted(count, 'control')} that rules are about: {told}"


def state_of(control: ControlView) -> str:
    """Return the state in words; "no failure found by 3 rules" names how many rules that is."""
    passed = control.counts[RuleState.PASS]
    match control.state:
        case State.NO_FAILURE:
            return f"no failure found by {_rules(passed)}"
        case State.NOT_ASSESSED if not control.deciding:
            return "not assessed: no rule decides it"
        case state:
            return str(state)


def rules_of(control: ControlView) -> str:
    """Return "14 rules decide: 2 fail, 1 unknown, 11 pass"; together they are all of these."""
    if not control.deciding:
        return "no rule decides"
    told = ", ".join(f"{control.counts[each]} {each}" for each in RuleState if control.counts[each])
    return f"{counted(len(control.deciding), 'rule decides', 'rules decide')}: {told}"


def title_of(control: ControlView) -> str:
    """Return the id, and the title where there is one to carry."""
    return plain(f"{control.control.id}: {control.control.title}" if control.control.title else control.control.id)


def _rules(count: int) -> str:
    return counted(count, "rule")
