"""CSV after RFC 4180, a row for each control of each framework that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.frameworks.view import ControlView, FrameworkView, RuleState
from scanner.report.csv import rows_as_csv
from scanner.report.frameworks import state_of, views_of
from scanner.scan.outcome import Scan

_COLUMNS = (
    "framework",
    "version",
    "control",
    "title",
    "state",
    "says",
    "derived",
    "rules",
    *(each.replace(" ", "_").replace("/", "_") for each in RuleState),
    "failing_rules",
    "unknown_rules",
    "deciding_rules",
    "related_rules",
)


def as_csv_controls(scan: Scan) -> str:
    """Return a header and a row for each control; `rules` is how many decide, and what follows adds up to it."""
    return rows_as_csv(_COLUMNS, (row for view in views_of(scan) for row in _rows(view)))


def _rows(view: FrameworkView) -> Iterator[tuple[str, ...]]:
    framework = view.framework
    for each in view.controls:
        yield (framework.id, framework.version, each.control.id, each.control.title, *_state(each), *_rules(each))


def _state(control: ControlView) -> tuple[str, str, str]:
    return control.state, state_of(control), "yes" if control.is_derived else "no"


def _rules(control: ControlView) -> Iterator[str]:
    yield str(len(control.deciding))
    yield from (str(control.counts[each]) for each in RuleState)
    for state in (RuleState.FAIL, RuleState.UNKNOWN):
        yield " ".join(each.rule for each in control.deciding if each.state is state)
    yield " ".join(f"{each.rule}:{each.fit}:{each.basis}" for each in control.deciding)
    yield " ".join(each.rule for each in control.related)
