"""GitLab's Code Quality report: what its documentation asks of each issue, and nothing of what did not fail."""

from __future__ import annotations

import json

from jsonschema import validate

from scanner.report.codequality import as_codequality
from scanner.report.words import Status, of_status
from tests.report.estates import demo
from tests.report.sample import sample

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!/|\.)"},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}
"""docs.gitlab.com/ci/testing/code_quality, "Code Quality report format", read 2026-11-29."""


def test_each_failure_is_an_issue_and_nothing_else_is() -> None:
    for scan in (demo(), sample()):
        issues = json.loads(as_codequality(scan))
        failed = of_status(scan, Status.FAIL)

        validate(issues, SCHEMA)
        assert [(each["check_name"], each["fingerprint"]) for each in issues] == [
            (each.rule.id, each.fingerprint) for each in failed
        ]
        assert len({each["fingerprint"] for each in issues}) == len(issues) > 0


def test_the_five_severities_are_those_of_gitlab() -> None:
    severities = [each["severity"] for each in json.loads(as_codequality(demo()))]

    assert severities[0] == "blocker"
    assert {*severities} == {"blocker", "critical", "major", "minor"}
