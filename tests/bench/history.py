"""What a history costs: `python -m tests.bench.history [RUNS [RESULTS]]` keeps runs as intervals and as plain rows.

Between two runs one result in a hundred changes. The rows are what a table with a line for every result of every run
takes, without an index; both lie in SQLite.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from scanner.engine import Severity, Verdict
from scanner.history.database import database
from scanner.history.intervals import Key, Sight, State
from scanner.history.scope import Scope
from scanner.history.store import NewRun, keep
from scanner.history.view import viewed

RUNS, RESULTS = 30, 5_000
_RULES = [f"rule-number-{number:02}" for number in range(68)]
_CHANGING = 100
_SCOPE = Scope("azure", "public", "current", ("11111111-1111-4111-8111-111111111111",))
_GROUP = f"/subscriptions/{_SCOPE.subscriptions[0]}/resourcegroups/rg-%05d"
_ACCOUNT = f"{_GROUP}/providers/microsoft.storage/storageaccounts/st%05d"
_STATES = [State(each, Severity.HIGH) for each in (Verdict.PASS, Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN)]


def main() -> None:
    """Measure and print."""
    runs, results = [*map(int, sys.argv[1:3]), *(RUNS, RESULTS)[len(sys.argv[1:3]) :]]
    with TemporaryDirectory() as folder:
        intervals, rows = Path(folder) / "intervals.db", Path(folder) / "rows.db"
        taken = [_kept(intervals, day, seen) for day, seen in enumerate(_runs(runs, results))]
        _write_rows(rows, runs, results)
        began = time.process_time()
        with viewed(database(str(intervals))) as view:
            counted = len(view.points(1))
        trend = time.process_time() - began
        sys.stdout.write(
            f"$ python -m tests.bench.history {runs} {results}\n\n"
            f"| {runs} runs x {results:,} results | |\n|---|---|\n"
            f"| as intervals | {_megabytes(intervals):.1f} MB |\n"
            f"| as rows | {_megabytes(rows):.1f} MB, {_megabytes(rows) / _megabytes(intervals):.0f} times as much |\n"
            f"| first run kept in | {taken[0]:.2f} CPU s |\n"
            f"| later runs kept in | {sum(taken[1:]) / max(len(taken) - 1, 1):.2f} CPU s each |\n"
            f"| trend over {counted} runs read in | {trend:.2f} CPU s |\n"
        )


def _runs(runs: int, results: int) -> Iterator[dict[Key, State]]:
    """Yield what each run saw; always the same."""
    drawn = random.Random(1)  # noqa: S311 - no secret
    keys = [Key(_RULES[n % len(_RULES)], _ACCOUNT % (n // 500, n // len(_RULES))) for n in range(results)]
    seen = {key: drawn.choice(_STATES) for key in keys}
    for _ in range(runs):
        yield dict(seen)
        seen |= {key: drawn.choice(_STATES) for key in drawn.sample(keys, max(results // _CHANGING, 1))}


def _kept(path: Path, day: int, seen: dict[Key, State]) -> float:
    started = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    sight = Sight(frozenset(_RULES), frozenset(), seen)
    began = time.process_time()
    keep(NewRun(_SCOPE, started, started, "live", "1", sight, {}), database(str(path)))
    return time.process_time() - began


def _write_rows(path: Path, runs: int, results: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE result (run, rule, subject, verdict, severity, waived)")
        for number, seen in enumerate(_runs(runs, results)):
            connection.executemany(
                "INSERT INTO result VALUES (?, ?, ?, ?, ?, ?)",
                ((number, key.rule, key.subject, each.verdict, each.severity, 0) for key, each in seen.items()),
            )
        connection.commit()


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6


if __name__ == "__main__":
    main()
