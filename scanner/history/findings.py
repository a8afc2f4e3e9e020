"""Failures over time: when each opened, since when it could not be seen, when and how it closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, pairwise

from scanner.engine import Severity, Verdict
from scanner.history.intervals import State


@dataclass(frozen=True, slots=True)
class Run:
    """One scan that was kept. `rules` is how many it judged; times are in UTC."""

    number: int
    started: datetime
    finished: datetime
    source: str
    version: str
    rules: int


@dataclass(frozen=True, slots=True)
class Interval:
    """One standing of a rule and subject, from its first run until the run that saw otherwise, None if none did."""

    rule: str
    subject: str
    state: State
    first: int
    until: int | None


class Ending(StrEnum):
    """How a failure closed."""

    FIXED = "fixed"
    GONE = "no longer seen"


@dataclass(frozen=True, slots=True)
class Finding:
    """One failure from the run that saw it first to the one that saw it fixed or gone.

    One that could not be seen any more stays open: `unknown_since` names the run. `severity` and `waived` are the last
    that were seen.
    """

    rule: str
    subject: str
    severity: Severity
    waived: bool
    opened: Run
    unknown_since: Run | None = None
    closed: Run | None = None
    ending: Ending | None = None

    def lasted(self, now: datetime) -> timedelta:
        """Return how long it was open, up to `now` if it still is."""
        return (self.closed.finished if self.closed else now) - self.opened.finished


def findings(intervals: Iterable[Interval], runs: Mapping[int, Run]) -> Iterator[Finding]:
    """Yield the failures in the order of their rules and subjects; intervals come in that order, then in time's."""
    for _, series in groupby(intervals, key=lambda each: (each.rule, each.subject)):
        yield from _of_one([*series], runs)


def _of_one(series: list[Interval], runs: Mapping[int, Run]) -> Iterator[Finding]:
    finding: Finding | None = None
    for interval, after in pairwise([*series, None]):
        if interval is None:
            continue
        finding = _entered(finding, interval, runs)
        gone = interval.until is not None and (after is None or after.first != interval.until)
        if finding is not None and finding.closed is None and gone and interval.until is not None:
            finding = replace(finding, closed=runs[interval.until], ending=Ending.GONE)
        if finding is not None and finding.closed is not None:
            yield finding
            finding = None
    if finding is not None:
        yield finding


def _entered(finding: Finding | None, interval: Interval, runs: Mapping[int, Run]) -> Finding | None:
    """Return the failure as it is once an interval has begun."""
    state, run = interval.state, runs[interval.first]
    if state.verdict is Verdict.FAIL:
        if finding is None:
            return Finding(interval.rule, interval.subject, state.severity, state.waived, run)
        return replace(finding, severity=state.severity, waived=state.waived, unknown_since=None)
    if finding is None:
        return None
    if state.verdict is Verdict.UNKNOWN:
        return replace(finding, unknown_since=finding.unknown_since or run)
    return replace(finding, closed=run, ending=Ending.FIXED, unknown_since=None)
