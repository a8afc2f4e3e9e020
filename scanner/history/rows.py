"""Rows of a history, checked: a file may be damaged, or made by somebody who wants the program to fall over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec

from scanner.engine import Severity, Verdict
from scanner.errors import HistoryError, one_line
from scanner.history.findings import Interval, Run
from scanner.history.intervals import State
from scanner.history.scope import Scope, read_scope

R = TypeVar("R", bound=msgspec.Struct)

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]

_YEARS = range(1970, 9999)
"""Years that time can be reckoned with in every zone."""


class AboutRow(msgspec.Struct, frozen=True, array_like=True):
    """Which program made a database, and the version of its schema."""

    program: str
    version: Number


class ScopeRow(msgspec.Struct, frozen=True, array_like=True):
    """A scope by its number."""

    number: Number
    text: str

    @property
    def scope(self) -> Scope:
        """What was scanned. Raises msgspec.DecodeError or RecursionError."""
        return read_scope(self.text)


class TextRow(msgspec.Struct, frozen=True, array_like=True):
    """The number of a text, by the digest that it is found by."""

    digest: bytes
    number: Number


class RunRow(msgspec.Struct, frozen=True, array_like=True):
    """A run of a scope."""

    number: Number
    started: Moment
    finished: Moment
    source: str
    version: str
    rules: Annotated[int, msgspec.Meta(ge=0)]

    def __post_init__(self) -> None:
        if self.started.year not in _YEARS or self.finished.year not in _YEARS:
            raise ValueError(f"run {self.number} was in no year that can be")

    @property
    def run(self) -> Run:
        """The run."""
        return Run(self.number, self.started, self.finished, self.source, self.version, self.rules)


class IntervalRow(msgspec.Struct, frozen=True, array_like=True):
    """One standing; `rule` and `subject` are texts."""

    rule: str
    subject: str
    verdict: Verdict
    severity: Severity
    waived: bool
    first: Number
    until: Number | None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.first:
            raise ValueError("a standing ends before it begins")

    @property
    def interval(self) -> Interval:
        """The standing."""
        return Interval(
            self.rule, self.subject, State(self.verdict, self.severity, self.waived), self.first, self.until
        )


class StandingRow(msgspec.Struct, frozen=True, array_like=True):
    """How one result stands after the last run; `at_rule` and `at_subject` are the numbers of the texts."""

    rule: str
    subject: str
    verdict: Verdict
    severity: Severity
    waived: bool
    at_rule: Number
    at_subject: Number

    @property
    def state(self) -> State:
        """How it stands."""
        return State(self.verdict, self.severity, self.waived)


class CountRow(msgspec.Struct, frozen=True, array_like=True):
    """How many results of one state a run began or ended."""

    run: Number
    verdict: Verdict
    severity: Severity
    waived: bool
    count: Annotated[int, msgspec.Meta(ge=1)]

    @property
    def state(self) -> State:
        """The state."""
        return State(self.verdict, self.severity, self.waived)


def checked(rows: Iterable[Any], kind: type[R], name: str) -> Iterator[R]:
    """Yield rows as their kind has them, column by column. Raises HistoryError that names the database."""
    for row in rows:
        try:
            yield msgspec.convert(tuple(row), kind, builtin_types=(bytes,))
        except msgspec.ValidationError as error:
            raise damaged(name, error) from error


def damaged(name: str, why: object) -> HistoryError:
    """Return the complaint that a database holds what no run writes."""
    return HistoryError(f"{name} is damaged: {one_line(why)[:200]}; restore it, or name another file")
