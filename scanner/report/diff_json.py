"""A comparison of two scans for other programs."""

from __future__ import annotations

from typing import Any

from scanner.report.json_text import json_text
from scanner.scan.diff import Change, Diff, Judged, Kind

SCHEMA = "mlsec-scan-diff/1"


def diff_as_json(diff: Diff) -> str:
    """Return {schema, old, new, summary, changes}; of each change its kind and both results, null where there is none.

    `news` tells whether it fails now and did not before.
    """
    return json_text({"schema": SCHEMA, "old": diff.old, "new": diff.new, **changes_of(diff)})


def changes_of(diff: Diff) -> dict[str, Any]:
    """Return {summary, changes}: how many there are of each kind, and every one."""
    return {
        "summary": {kind.value: len(diff.of(kind)) for kind in Kind},
        "changes": [_change(each) for each in diff.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    latest = change.latest
    return {
        "kind": change.kind.value,
        "rule": latest.rule,
        "subject": str(latest.subject) if latest.subject is not None else None,
        "fingerprint": latest.fingerprint,
        "news": change.is_news,
        "old": _result(change.old),
        "new": _result(change.new),
    }


def _result(result: Judged | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "verdict": result.verdict.value,
        "severity": result.severity.value,
        "waived": result.waived,
        "problems": list(result.problems),
        "doubts": list(result.doubts),
    }
