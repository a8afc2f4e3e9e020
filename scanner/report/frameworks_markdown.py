"""Frameworks as Markdown: for each a heading, how its controls stand together, and a row for each control."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.frameworks.view import ControlView, State
from scanner.report.frameworks import DERIVED, REMARK, rules_of, state_of, summary_of, title_of, views_of
from scanner.report.markdown_text import literal
from scanner.scan.outcome import Scan

_MARKS = {
    State.FAILING: "❌",
    State.UNKNOWN: "❔",
    State.WAIVED: "🟣",
    State.NO_FAILURE: "🟢",
    State.NOT_ASSESSED: "⚪",
}
_ORDER = tuple(State)


def framework_parts(scan: Scan) -> Iterator[tuple[str, str, list[str]]]:
    """Yield heading, head with the table's first lines, and rows of each framework; what matters most comes first."""
    for number, view in enumerate(views_of(scan)):
        heading = literal(f"{view.framework.name} ({view.framework.id})")
        said = f"{literal(summary_of(view))}.{f' {REMARK} {DERIVED}' if not number else ''}"
        rows = [_row(each) for each in sorted(view.controls, key=lambda each: _ORDER.index(each.state))]
        yield heading, f"{said}\n\n| control | state | rules |\n|---|---|---|", rows


def _row(control: ControlView) -> str:
    derived = " (derived)" if control.is_derived else ""
    state = f"{_MARKS[control.state]} {state_of(control)}"
    return f"| {literal(title_of(control))}{derived} | {state} | {rules_of(control)} |"
