"""Keeping one run: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection, Table, bindparam, select

from scanner.errors import HistoryError
from scanner.history.database import Database
from scanner.history.intervals import Key, Sight, State, step
from scanner.history.rows import RunRow, TextRow, checked
from scanner.history.schema import INTERVAL, RULE, RUN, RUN_COLUMNS, SCOPE, SUBJECT, create, require_ours
from scanner.history.scope import Scope
from scanner.history.view import digest_of, standing_in
from scanner.report.json_text import utc

_MANY = 500
"""So many digests in one query: SQLite takes 999 parameters at least."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be kept: what it is about, what it saw, and how its subjects are written, by their keys."""

    scope: Scope
    started: datetime
    finished: datetime
    source: str
    version: str
    sight: Sight
    written: Mapping[str, str]


def require_writable(database: Database) -> None:
    """Raise HistoryError for a database that no run could be kept in; nothing is changed in it."""
    if not database.is_new():
        with database.writing() as connection:
            require_ours(connection, database.name)


def keep(run: NewRun, database: Database) -> int:
    """Keep a run and return its number. Raises HistoryError; then nothing of it is kept."""
    with database.writing() as connection:
        if not require_ours(connection, database.name):
            create(connection)
        scope = _ids(connection, SCOPE, [run.scope.text], database.name)[run.scope.text]
        _require_latest(connection, scope, run, database.name)
        number = _number(connection, scope, run)
        standing, places = standing_in(connection, scope, database.name)
        change = step(standing, run.sight)
        _end(connection, scope, number, [places[key] for key in change.ended])
        _begin(connection, (scope, number), change.begun, run.written, database.name)
        return number


def _require_latest(connection: Connection, scope: int, run: NewRun, name: str) -> None:
    """Refuse a scan that was over before the last one kept began. Scans that overlap follow each other as they come."""
    rows = connection.execute(select(*RUN_COLUMNS).where(RUN.c.scope == scope).order_by(RUN.c.id.desc()).limit(1))
    for last in checked(rows, RunRow, name):
        if run.finished < last.started:
            raise HistoryError(
                f"{name} holds a newer run of this scope, of {utc(last.started)}; a scan of {utc(run.finished)} "
                "cannot be put before it"
            )


def _number(connection: Connection, scope: int, run: NewRun) -> int:
    row = {
        "scope": scope,
        "started": run.started.astimezone(UTC).isoformat(),
        "finished": run.finished.astimezone(UTC).isoformat(),
        "source": run.source,
        "version": run.version,
        "rules": len(run.sight.judged),
    }
    (number,) = connection.execute(RUN.insert().values(row).returning(RUN.c.id)).one()
    return int(number)


def _end(connection: Connection, scope: int, number: int, places: list[tuple[int, int]]) -> None:
    if places:
        ending = INTERVAL.update().where(
            INTERVAL.c.scope == scope,
            INTERVAL.c.rule == bindparam("of_rule"),
            INTERVAL.c.subject == bindparam("of_subject"),
            INTERVAL.c.until.is_(None),
        )
        rows = [{"of_rule": rule, "of_subject": subject} for rule, subject in places]
        connection.execute(ending.values(until=number), rows)


def _begin(
    connection: Connection, run: tuple[int, int], begun: Mapping[Key, State], written: Mapping[str, str], name: str
) -> None:
    """Put in what begins with a run; `run` is its scope and its number."""
    scope, number = run
    rules = _ids(connection, RULE, {key.rule for key in begun}, name)
    texts = {key.subject: written.get(key.subject, key.subject) for key in begun}
    subjects = _ids(connection, SUBJECT, texts.values(), name)
    rows = [
        {
            "scope": scope,
            "rule": rules[key.rule],
            "subject": subjects[texts[key.subject]],
            "first": number,
            "verdict": state.verdict.value,
            "severity": state.severity.value,
            "waived": state.waived,
        }
        for key, state in begun.items()
    ]
    if rows:
        connection.execute(INTERVAL.insert(), rows)


def _ids(connection: Connection, table: Table, texts: Iterable[str], name: str) -> dict[str, int]:
    """Return the ids of texts in a table; those that are not there yet are put in. Case does not tell them apart."""
    digests = {text: digest_of(text) for text in sorted(set(texts))}
    found = _found(connection, table, digests.values(), name)
    new = {digest: text for text, digest in digests.items() if digest not in found}
    if new:
        connection.execute(table.insert(), [{"digest": digest, "text": text} for digest, text in new.items()])
        found |= _found(connection, table, new, name)
    return {text: found[digest] for text, digest in digests.items()}


def _found(connection: Connection, table: Table, digests: Iterable[bytes], name: str) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    left = iter(digests)
    while some := [*islice(left, _MANY)]:
        rows = connection.execute(select(table.c.digest, table.c.id).where(table.c.digest.in_(some)))
        found |= {each.digest: each.number for each in checked(rows, TextRow, name)}
    return found
