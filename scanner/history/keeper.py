"""Keeping the run of a scan: the database is tried before the scan, and written after the reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.engine import Result, Verdict
from scanner.errors import HistoryError
from scanner.history.database import Database, database
from scanner.history.intervals import Key, Sight, State, step
from scanner.history.scope import scope_of
from scanner.history.store import NewRun, keep, require_writable
from scanner.history.view import point, viewed
from scanner.scan.outcome import Scan
from scanner.scan.trend import Point

_WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps runs in one database. The options narrow the scope, as they narrow what is judged."""

    database: Database
    resource_group: str
    workspace: str
    management_groups: tuple[str, ...] = ()

    def with_trend(self, scan: Scan) -> Scan:
        """Add how earlier runs stood, and how things stand once this one is kept.

        Without it where the database fails: the reports come first, and `keep` says what is wrong.
        """
        try:
            return replace(scan, trend=tuple(self._points(scan)))
        except HistoryError:
            return scan

    def keep(self, scan: Scan) -> None:
        """Keep the run. Raises HistoryError."""
        try:
            keep(self._run(scan), self.database)
        except HistoryError as error:
            raise HistoryError(f"{error}; the reports are written, but this run is not in the history") from error

    def _points(self, scan: Scan) -> Iterator[Point]:
        run = self._run(scan)
        standing: dict[Key, State] = {}
        if not self.database.is_new():
            with viewed(self.database) as view:
                scope = view.number_of(run.scope)
                if scope is not None:
                    yield from view.points(scope)
                    standing = view.standing(scope)
        change = step(standing, run.sight)
        for key in change.ended:
            del standing[key]
        yield point(None, scan.header.finished, Counter({**standing, **change.begun}.values()))

    def _run(self, scan: Scan) -> NewRun:
        header = scan.header
        scope = scope_of(header, self.resource_group, self.workspace, self.management_groups)
        written = {text.lower(): text for text in map(_subject, scan.results)}
        sight = sight_of(scan.results)
        return NewRun(scope, header.started, header.finished, header.source, header.tool_version, sight, written)


def keeper(where: str, resource_group: str, workspace: str, management_groups: tuple[str, ...]) -> Keeper:
    """Return what keeps runs there. Raises HistoryError where no run could be kept: before the scan."""
    found = Keeper(database(where), resource_group, workspace, management_groups)
    require_writable(found.database)
    return found


def sight_of(results: Iterable[Result]) -> Sight:
    """Return what a scan saw. Of two results about the same, the worse one counts."""
    results = sorted(results, key=lambda each: _WORST.index(each.verdict), reverse=True)
    return Sight(
        frozenset(_storable(each.rule.id) for each in results),
        frozenset(_storable(each.rule.id) for each in results if each.subject is None and _is_unknown(each)),
        {_key(each): State(each.verdict, each.severity, each.is_waived) for each in results},
    )


def _is_unknown(result: Result) -> bool:
    return result.verdict is Verdict.UNKNOWN


def _key(result: Result) -> Key:
    return Key(_storable(result.rule.id), _subject(result).lower())


def _subject(result: Result) -> str:
    return _storable(str(result.subject.id)) if result.subject is not None else ""


def _storable(text: str) -> str:
    """Escape what a database may refuse: unpaired surrogates and NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
