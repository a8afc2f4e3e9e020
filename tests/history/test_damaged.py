"""A database that is damaged, or made to do harm: an error that names it, whatever is asked of it."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from shutil import copyfile

import pytest

from scanner.errors import HistoryError
from scanner.history.as_json import history_as_json, trend_as_json
from scanner.history.database import database
from scanner.history.reading import stories
from scanner.history.store import keep, require_writable
from scanner.history.story import Wanted
from scanner.history.text import history_as_text, trend_as_text
from scanner.history.view import viewed
from tests.cli.test_cli import assert_one_line_error, mlsec
from tests.history.support import FAIL, PASS, new_run, saw

COLUMNS = {
    "mlsec_history": ("program", "version"),
    "mlsec_scope": ("id", "digest", "text"),
    "mlsec_run": ("id", "scope", "started", "finished", "source", "version", "rules"),
    "mlsec_rule": ("id", "digest", "text"),
    "mlsec_subject": ("id", "digest", "text"),
    "mlsec_interval": ("scope", "rule", "subject", "first", "until", "verdict", "severity", "waived"),
}
ODD = (
    "NULL",
    "0",
    "-1",
    "9223372036854775807",
    "1.5",
    "9e999",
    "''",
    "'x'",
    "x'fffe'",
    "CAST(x'fffe' AS TEXT)",
    "'2026-01-01T00:00:00'",
    "'0001-01-01T00:00:00+23:59'",
    "'9999-12-31T23:59:59-23:59'",
    "char(0)",
    "replace(hex(zeroblob(50000)), '00', '{\"a\":')",
    "zeroblob(20000000)",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a history of three runs."""
    path = tmp_path_factory.mktemp("whole") / "h.db"
    for day, state in enumerate((FAIL, PASS, FAIL)):
        keep(new_run(saw(state), day), database(str(path)))
    return path


def _tell(path: str, wanted: Wanted) -> None:
    with viewed(database(path)) as view:
        told = stories(view, wanted)
    for write in (history_as_text, trend_as_text, history_as_json, trend_as_json):
        write(path, told, 20).encode()


USES: tuple[Callable[[str], object], ...] = (
    lambda path: _tell(path, Wanted()),
    lambda path: _tell(path, Wanted(rule="rule-a", subject="*")),
    lambda path: require_writable(database(path)),
    lambda path: keep(new_run(saw(PASS), 9), database(path)),
)


def _complaints(path: Path) -> list[str]:
    """Use a database in every way; return what is said of it. What is raised else fails the test."""
    said = []
    for use in USES:
        try:
            use(str(path))
        except HistoryError as error:
            said.append(str(error))
    assert [each for each in said if str(path) not in each] == []
    return said


def _changed(whole: Path, path: Path, *statements: str) -> Path:
    copyfile(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '')")
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        for each in statements:
            # SQLite itself refuses some values in a column of numbers.
            with suppress(sqlite3.IntegrityError):
                connection.execute(each)
        connection.commit()
    return path


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in COLUMNS.items() for column in columns]
)
def test_value_of_any_kind_in_a_column_is_taken_or_refused_with_the_name_of_the_file(
    table: str, column: str, whole: Path, tmp_path: Path
) -> None:
    for odd in ODD:
        _complaints(_changed(whole, tmp_path / "h.db", f"UPDATE OR IGNORE {table} SET {column} = {odd}"))  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE mlsec_run SET started = 'yesterday'",
        "UPDATE mlsec_run SET finished = '2026-01-01T00:00:00'",
        "UPDATE mlsec_run SET finished = '0001-01-01T00:00:00+23:59'",
        "UPDATE mlsec_interval SET verdict = 'maybe'",
        "UPDATE mlsec_interval SET severity = x'00'",
        "UPDATE mlsec_scope SET text = '{}'",
        "UPDATE mlsec_rule SET text = zeroblob(20000000)",
        "UPDATE mlsec_history SET version = NULL",
        "DELETE FROM mlsec_run WHERE id = 1",
        "DELETE FROM mlsec_rule",
        "DELETE FROM mlsec_subject",
        "DELETE FROM mlsec_scope",
        "DROP TABLE mlsec_interval",
    ],
)
def test_damage_is_told(statement: str, whole: Path, tmp_path: Path) -> None:
    path = _changed(whole, tmp_path / "h.db", statement)

    assert_one_line_error(mlsec("history", str(path)), 2, str(path))
    assert_one_line_error(mlsec("trend", str(path)), 2, str(path))
    assert _complaints(path) != []


ENDLESS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id, 'x' AS text, x AS digest FROM n"
)


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TABLE mlsec_scope", f"CREATE VIEW mlsec_scope AS {ENDLESS}"),
        (f"CREATE TRIGGER t AFTER INSERT ON mlsec_run BEGIN INSERT INTO mlsec_rule {ENDLESS}; END",),
    ],
    ids=["view", "trigger"],
)
def test_schema_that_never_ends_is_refused(statements: tuple[str, ...], whole: Path, tmp_path: Path) -> None:
    assert len(_complaints(_changed(whole, tmp_path / "h.db", *statements))) == len(USES)


@pytest.mark.parametrize("seed", range(8))
def test_flipped_bytes_are_read_over_or_told(seed: int, whole: Path, tmp_path: Path) -> None:
    drawn = random.Random(seed)  # noqa: S311 - no secret
    content = whole.read_bytes()
    filled = [place for place, byte in enumerate(content) if byte]
    for _ in range(60):
        damaged = bytearray(content)
        damaged[drawn.choice(filled)] ^= drawn.choice((1, 0x80, 0xFF))
        (tmp_path / "h.db").write_bytes(damaged)
        _complaints(tmp_path / "h.db")


def test_file_that_was_cut_is_told_where_what_is_gone_is_needed(whole: Path, tmp_path: Path) -> None:
    content, said = whole.read_bytes(), []
    for length in range(100, len(content), 4099):
        (tmp_path / "h.db").write_bytes(content[:length])
        said.append(_complaints(tmp_path / "h.db"))

    assert all(said[: len(said) // 2])


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()

    assert len(_complaints(tmp_path / "pipe")) == len(USES)
    assert len(_complaints(tmp_path / "folder")) == len(USES)
    assert len(_complaints(Path("/dev/zero"))) == len(USES)
