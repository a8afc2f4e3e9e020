"""Drift in words and as JSON: what differs from what code left behind, and which verdicts that explains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scanner.report.diff_json import changes_of
from scanner.report.diff_words import reasons
from scanner.report.words import name_of_id
from scanner.scan.diff import Change
from scanner.scan.drift import Drift, Drifted
from scanner.system.counting import counted
from scanner.system.plain import plain

_LONGEST = 80


def summary(drift: Drift) -> str:
    """Return one line: how many were compared, differ, are gone, and could not be compared."""
    gone = sum(each.is_missing for each in drift.resources)
    unread = f"; {len(drift.unread)} could not be compared, since they were not read" if drift.unread else ""
    differ = len(drift.resources) - gone
    said = f"{counted(differ, 'differs', 'differ')}, {counted(gone, 'is', 'are')} gone{unread}"
    return f"{counted(drift.compared, 'resource')} compared with the code's state: {said}"


def lines(drift: Drift) -> Iterator[tuple[int, str]]:
    """Yield lines with their depth: each resource, what differs of it, then the verdicts that this explains."""
    for each in drift.resources:
        yield (
            0,
            f"{name_of_id(each.id)}: {'it is in the state and not there' if each.is_missing else 'not as it was left'}",
        )
        yield from ((1, said) for said in _differences(each))
    if drift.explains.changes:
        yield 0, "which explains these verdicts:"
        for change in drift.explains.changes:
            yield 1, _explained(change)
            yield from ((2, reason) for reason in reasons(change))


def _differences(drifted: Drifted) -> Iterator[str]:
    for each in drifted.differences:
        yield plain(f"{each.path}: {_value(each.one)} in the state, {_value(each.other)} now")


def _value(value: Any) -> str:  # noqa: ANN401 - JSON
    if value is None:
        return "nothing"
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return "there"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _explained(change: Change) -> str:
    latest = change.latest
    subject = name_of_id(latest.subject) if latest.subject is not None else "-"
    return f"{change.standings[0]} → {change.standings[1]}: {latest.rule} {subject}"


def drift_object(drift: Drift) -> dict[str, Any]:
    """Return drift as the JSON report has it."""
    return {
        "compared": drift.compared,
        "resources": [
            {
                "id": str(each.id),
                "state": "missing" if each.is_missing else "changed",
                "differences": [
                    {"path": one.path, "code": _told(one.one), "live": _told(one.other)} for one in each.differences
                ],
            }
            for each in drift.resources
        ],
        "unread": [str(each) for each in drift.unread],
        "explains": changes_of(drift.explains),
    }


def _told(value: Any) -> str | None:  # noqa: ANN401 - JSON
    return value if value is None or isinstance(value, str) else json.dumps(value, default=str)
