"""Failures as GitLab takes them for a merge request's Code Quality widget: a part of what Code Climate engines write.

docs.gitlab.com/ci/testing/code_quality, "Code Quality report format", read 2026-11-29: description, check_name,
fingerprint, severity, location.path (relative) and location.lines.begin.
"""

from __future__ import annotations

from typing import Any

from scanner.engine import Result, Severity
from scanner.model.place import Place
from scanner.report.frameworks import controls_of
from scanner.report.json_text import json_text
from scanner.report.sarif_place import uri_of
from scanner.report.words import Status, name_of, of_status, reasons_of
from scanner.scan.outcome import Scan

_SEVERITIES = {
    Severity.INFO: "info",
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def as_codequality(scan: Scan) -> str:
    """Return a JSON array with an issue for each failure that nobody accepted, the most severe first.

    GitLab itself tells what is new by the fingerprints, so what a baseline knows is there too.
    """
    return json_text([_issue(each, scan.places.of_result(each)) for each in of_status(scan, Status.FAIL)])


def _issue(result: Result, place: Place | None) -> dict[str, Any]:
    """Return an issue; it names controls where frameworks were asked for, and its place in code where that is known."""
    subject = result.subject.id if result.subject is not None else None
    controls = "; ".join(controls_of(result))
    return {
        "description": f"{name_of(result)}: {'; '.join(reasons_of(result))}{f' ({controls})' if controls else ''}",
        "check_name": result.rule.id,
        "fingerprint": result.fingerprint,
        "severity": _SEVERITIES[result.severity],
        "location": {
            "path": uri_of(subject) if place is None else place.file,
            "lines": {"begin": 1 if place is None else place.line},
        },
    }
