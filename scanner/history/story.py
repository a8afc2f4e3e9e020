"""What the commands tell of one scope: its runs, what opened and closed in each, and how long failures stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from statistics import mean, median

from scanner.history.findings import Ending, Finding, Interval, Run
from scanner.history.scope import Scope
from scanner.scan.trend import Point


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for; empty is all. `subject` is a part of an ARM id, or a glob of one."""

    rule: str = ""
    subject: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.rule or self.subject)

    def fits(self, rule: str, subject: str) -> bool:
        """Tell whether a result is asked for."""
        key, wanted = subject.lower(), self.subject.lower()
        is_it = fnmatchcase(key, wanted) if {*wanted} & {*"*?["} else wanted in key
        return self.rule.lower() in {"", rule.lower()} and is_it


@dataclass(frozen=True, slots=True)
class Story:
    """One scope: runs by number, failures, counts after each run, and, where some were asked for, intervals."""

    number: int
    scope: Scope
    runs: dict[int, Run]
    findings: tuple[Finding, ...]
    points: tuple[Point, ...]
    intervals: tuple[Interval, ...] = ()
    opened: dict[int, list[Finding]] = field(init=False)
    closed: dict[int, list[Finding]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "opened", _by_run((each.opened, each) for each in self.findings))
        object.__setattr__(self, "closed", _by_run((each.closed, each) for each in self.findings))

    @property
    def last(self) -> Run:
        """The newest run."""
        return self.runs[max(self.runs)]

    @property
    def open(self) -> list[Finding]:
        """The failures that nobody saw closed, the worst first, then the oldest."""
        still = (each for each in self.findings if each.closed is None)
        return sorted(still, key=lambda each: (-each.severity.rank, each.opened.number, each.rule, each.subject))

    @property
    def mean_time_to_fix(self) -> timedelta | None:
        """How long the failures stayed that were fixed; those that were no longer seen tell nothing of that."""
        fixed = [each.lasted(self.last.finished) for each in self.findings if each.ending is Ending.FIXED]
        return timedelta(seconds=mean(each.total_seconds() for each in fixed)) if fixed else None

    @property
    def median_age(self) -> timedelta | None:
        """How long the open failures have stayed, waived ones left out."""
        ages = [each.lasted(self.last.finished).total_seconds() for each in self.open if not each.waived]
        return timedelta(seconds=median(ages)) if ages else None


def _by_run(pairs: Iterable[tuple[Run | None, Finding]]) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    for run, finding in pairs:
        if run is not None:
            found[run.number].append(finding)
    return found
