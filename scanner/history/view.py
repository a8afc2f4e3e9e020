"""Reading a history: its scopes, and of each the runs, the intervals and how the counts went."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Integer, Select, func, select

from scanner.engine import Severity, Verdict
from scanner.errors import HistoryError
from scanner.history.database import Database
from scanner.history.findings import Interval, Run
from scanner.history.intervals import Key, State
from scanner.history.rows import CountRow, IntervalRow, RunRow, ScopeRow, StandingRow, checked, damaged
from scanner.history.schema import INTERVAL, RULE, RUN, RUN_COLUMNS, SCOPE, SUBJECT, require_ours
from scanner.history.scope import Scope
from scanner.scan.trend import Point

Deltas = dict[int, Counter[State]]
"""By the number of a run, how many results of each state came with it, less those that went."""


@dataclass(frozen=True, slots=True)
class View:
    """A history at one moment, open for reading."""

    connection: Connection
    name: str

    def scopes(self) -> dict[int, Scope]:
        """Return the scopes by number, in the order in which they were first scanned."""
        rows = self.connection.execute(select(SCOPE.c.id, SCOPE.c.text).order_by(SCOPE.c.id))
        try:
            return {each.number: each.scope for each in checked(rows, ScopeRow, self.name)}
        except (msgspec.DecodeError, RecursionError) as error:
            raise damaged(self.name, "a scope cannot be read") from error

    def number_of(self, scope: Scope) -> int | None:
        """Return the number of a scope, None where it was never scanned."""
        rows = self.connection.execute(select(SCOPE.c.id, SCOPE.c.text).where(SCOPE.c.digest == digest_of(scope.text)))
        return next((each.number for each in checked(rows, ScopeRow, self.name)), None)

    def standing(self, scope: int) -> dict[Key, State]:
        """Return how everything stands after the last run."""
        return standing_in(self.connection, scope, self.name)[0]

    def runs(self, scope: int) -> dict[int, Run]:
        """Return the runs of a scope by number, the first first."""
        rows = self.connection.execute(select(*RUN_COLUMNS).where(RUN.c.scope == scope).order_by(RUN.c.id))
        return {each.number: each.run for each in checked(rows, RunRow, self.name)}

    def intervals(self, scope: int) -> Iterator[Interval]:
        """Yield the intervals of everything that failed at some time, by rule and subject, then the first first."""
        ever = select(INTERVAL.c.rule, INTERVAL.c.subject).where(INTERVAL.c.scope == scope)
        ever = ever.where(INTERVAL.c.verdict == Verdict.FAIL.value).distinct()
        wanted = ever.subquery()
        of_these = (INTERVAL.c.rule == wanted.c.rule) & (INTERVAL.c.subject == wanted.c.subject)
        return self._intervals(scope, _all(scope).join(wanted, of_these))

    def every_interval(self, scope: int) -> Iterator[Interval]:
        """Yield all intervals in the same order."""
        return self._intervals(scope, _all(scope))

    def _intervals(self, scope: int, query: Select[Any]) -> Iterator[Interval]:
        runs: frozenset[int | None] = frozenset({*self.runs(scope), None})
        ordered = query.order_by(INTERVAL.c.rule, INTERVAL.c.subject, INTERVAL.c.first)
        for each in checked(self.connection.execute(ordered), IntervalRow, self.name):
            if not {each.first, each.until} <= runs:
                raise damaged(self.name, "a result is of no run")
            yield each.interval

    def points(self, scope: int) -> list[Point]:
        """Return how things stood after each run of a scope."""
        deltas: Deltas = {number: Counter() for number in self.runs(scope)}
        for column, sign in ((INTERVAL.c.first, 1), (INTERVAL.c.until, -1)):
            for each in self._counted(scope, column):
                if each.run not in deltas:
                    raise damaged(self.name, "a result is of no run")
                deltas[each.run][each.state] += sign * each.count
        return [*points_of(deltas, self.runs(scope).values())]

    def _counted(self, scope: int, column: Column[int]) -> Iterator[CountRow]:
        kinds = (column, INTERVAL.c.verdict, INTERVAL.c.severity, INTERVAL.c.waived)
        query = select(*kinds, func.count(type_=Integer)).where(INTERVAL.c.scope == scope, column.is_not(None))
        return checked(self.connection.execute(query.group_by(*kinds)), CountRow, self.name)


@contextmanager
def viewed(database: Database) -> Iterator[View]:
    """Open a history for reading. Raises HistoryError, also where there is none yet."""
    with database.reading() as connection:
        if not require_ours(connection, database.name):
            raise HistoryError(f"{database.name} holds no history yet; a scan with --history begins one")
        yield View(connection, database.name)


def standing_in(connection: Connection, scope: int, name: str) -> tuple[dict[Key, State], dict[Key, tuple[int, int]]]:
    """Return how everything stands in a scope, and where the tables have it: (rule, subject). Raises HistoryError."""
    columns = (INTERVAL.c.verdict, INTERVAL.c.severity, INTERVAL.c.waived, INTERVAL.c.rule, INTERVAL.c.subject)
    query = _joined(RULE.c.text.label("of_rule"), SUBJECT.c.text.label("of_subject"), *columns)
    standing, places = {}, {}
    rows = connection.execute(query.where(INTERVAL.c.scope == scope, INTERVAL.c.until.is_(None)))
    for row in checked(rows, StandingRow, name):
        key = Key(row.rule, row.subject.lower())
        standing[key] = row.state
        places[key] = row.at_rule, row.at_subject
    return standing, places


def digest_of(text: str) -> bytes:
    """Return what a text is found by: long ARM ids would make for a large index. Case does not tell them apart."""
    return hashlib.sha256(text.lower().encode()).digest()[:16]


def points_of(deltas: Deltas, runs: Iterable[Run]) -> Iterator[Point]:
    """Yield how things stood after each run."""
    standing: Counter[State] = Counter()
    for run in runs:
        standing.update(deltas[run.number])
        yield point(run.number, run.finished, standing)


def point(run: int | None, when: datetime, standing: Counter[State]) -> Point:
    """Sum up how things stand."""
    failed: Counter[Severity] = Counter()
    for state, count in standing.items():
        if state.verdict is Verdict.FAIL and not state.waived and count:
            failed[state.severity] += count
    return Point(
        run,
        when,
        dict(failed),
        sum(count for state, count in standing.items() if state.waived),
        _of(standing, Verdict.UNKNOWN),
        _of(standing, Verdict.PASS),
    )


def _of(standing: Counter[State], verdict: Verdict) -> int:
    return sum(count for state, count in standing.items() if state.verdict is verdict)


def _all(scope: int) -> Select[Any]:
    columns = (INTERVAL.c.verdict, INTERVAL.c.severity, INTERVAL.c.waived, INTERVAL.c.first, INTERVAL.c.until)
    query = _joined(RULE.c.text.label("of_rule"), SUBJECT.c.text.label("of_subject"), *columns)
    return query.where(INTERVAL.c.scope == scope)


def _joined(*columns: ColumnElement[Any]) -> Select[Any]:
    """Select from the standings with their texts; a text that is missing is NULL, and not passed over."""
    whole = select(*columns).select_from(INTERVAL).outerjoin(RULE, RULE.c.id == INTERVAL.c.rule)
    return whole.outerjoin(SUBJECT, SUBJECT.c.id == INTERVAL.c.subject)
