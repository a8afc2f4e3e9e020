"""History and trend for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from scanner.engine import Severity
from scanner.history.findings import Finding, Interval, Run
from scanner.history.scope import Scope
from scanner.history.story import Story
from scanner.report.json_text import json_text, utc
from scanner.scan.trend import Point

HISTORY_SCHEMA = "mlsec-scan-history/1"
TREND_SCHEMA = "mlsec-scan-trend/1"


def history_as_json(name: str, stories: Iterable[Story], last: int) -> str:
    """Return {schema, database, scopes}; of each scope its `last` runs, the failures of its whole time, and intervals.

    Intervals are there only where a rule or subject was asked for.
    """
    scopes = [_history(each, last) for each in stories]
    return json_text({"schema": HISTORY_SCHEMA, "database": name, "scopes": scopes})


def trend_as_json(name: str, stories: Iterable[Story], last: int) -> str:
    """Return {schema, database, scopes}; of each scope the counts after its `last` runs; times are in seconds."""
    scopes = [_trend(each, last) for each in stories]
    return json_text({"schema": TREND_SCHEMA, "database": name, "scopes": scopes})


def _history(story: Story, last: int) -> dict[str, Any]:
    return {
        **_scope(story.number, story.scope),
        "runs": [_run(each, story) for each in [*story.runs.values()][-last:]],
        "failures": [_finding(each, story.last) for each in story.findings],
        "intervals": [_interval(each) for each in story.intervals],
    }


def _scope(number: int, scope: Scope) -> dict[str, Any]:
    return {
        "scope": number,
        "source": scope.source,
        "cloud": scope.cloud,
        "profile": scope.profile,
        "subscriptions": list(scope.subscriptions),
        "management_groups": list(scope.management_groups),
        "resource_group": scope.resource_group or None,
        "workspace": scope.workspace or None,
    }


def _run(run: Run, story: Story) -> dict[str, Any]:
    return {
        "run": run.number,
        "started": utc(run.started),
        "finished": utc(run.finished),
        "source": run.source,
        "version": run.version,
        "rules": run.rules,
        "opened": len(story.opened.get(run.number, ())),
        "closed": len(story.closed.get(run.number, ())),
    }


def _finding(finding: Finding, last: Run) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "subject": finding.subject or None,
        "severity": finding.severity.value,
        "waived": finding.waived,
        "opened": _at(finding.opened),
        "unknown_since": _at(finding.unknown_since),
        "closed": _at(finding.closed),
        "ending": finding.ending.value if finding.ending is not None else None,
        "seconds": _seconds(finding.lasted(last.finished)),
    }


def _at(run: Run | None) -> dict[str, Any] | None:
    return {"run": run.number, "at": utc(run.finished)} if run is not None else None


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "rule": interval.rule,
        "subject": interval.subject or None,
        "verdict": interval.state.verdict.value,
        "severity": interval.state.severity.value,
        "waived": interval.state.waived,
        "first": interval.first,
        "until": interval.until,
    }


def _trend(story: Story, last: int) -> dict[str, Any]:
    return {
        **_scope(story.number, story.scope),
        "runs": [_point(each, story) for each in story.points[-last:]],
        "mean_seconds_to_fix": _seconds(story.mean_time_to_fix),
        "median_seconds_open": _seconds(story.median_age),
    }


def _point(point: Point, story: Story) -> dict[str, Any]:
    number = point.run or 0
    return {
        "run": number,
        "finished": utc(point.when),
        "fail": point.failures,
        "by_severity": {each.value: point.failed.get(each, 0) for each in reversed(Severity)},
        "waived": point.waived,
        "unknown": point.unknown,
        "pass": point.passed,
        "opened": len(story.opened.get(number, ())),
        "closed": len(story.closed.get(number, ())),
    }


def _seconds(time: timedelta | None) -> int | None:
    return round(time.total_seconds()) if time is not None else None
