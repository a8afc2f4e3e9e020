"""Several processes that write at once, and one that is killed while it does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scanner.history.database import database
from scanner.history.store import keep
from scanner.history.view import viewed
from tests.cli.test_cli import PLAIN
from tests.history.support import FAIL, PASS, Rows, new_run, random_sights, saw, table_at

WRITERS, RUNS = 4, 8


def _writer(where: str, seed: int, runs: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.history.writer", where, str(seed), runs]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=PLAIN)  # noqa: S603 - our own


def test_runs_of_processes_that_write_at_once_follow_each_other(where: str) -> None:
    processes = [_writer(where, seed, str(RUNS)) for seed in range(WRITERS)]
    outputs = [each.communicate(timeout=300) for each in processes]
    numbers = [[int(line) for line in stdout.split()] for stdout, _ in outputs]
    by_number = {
        number: sight
        for seed, kept in enumerate(numbers)
        for number, sight in zip(kept, random_sights(seed, RUNS), strict=True)
    }
    with viewed(database(where)) as view:
        runs, intervals = [*view.runs(1)], [*view.every_interval(1)]

    assert [stderr for _, stderr in outputs if stderr] == []
    assert runs == sorted(by_number)
    assert len(runs) == WRITERS * RUNS
    assert [table_at(intervals, number) for number in runs] == [*Rows.of([by_number[each] for each in runs]).tables]


def test_run_that_is_killed_leaves_nothing_and_holds_nobody_up(where: str) -> None:
    keep(new_run(saw(FAIL), 0), database(where))
    with _writer(where, 0, "stall") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
    left = [*Path(where).parent.glob("history.db-journal")]
    with viewed(database(where)) as view:
        before = [(each.state, each.until) for each in view.every_interval(1)]
    number = keep(new_run(saw(PASS), 2), database(where))
    with viewed(database(where)) as view:
        runs, after = view.runs(1), [*view.every_interval(1)]

    assert len(left) == (0 if "://" in where else 1)
    assert before == [(FAIL, None)]
    assert [(each.state, each.until) for each in after] == [(FAIL, number), (PASS, None)]
    assert len(runs) == 2
