"""A history in each kind of database: what is kept comes back, whole runs only, and scopes do not meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from scanner.engine import Severity
from scanner.errors import HistoryError
from scanner.history import store
from scanner.history.database import database
from scanner.history.findings import Interval
from scanner.history.intervals import Key, State
from scanner.history.store import NewRun, keep, require_writable
from scanner.history.view import viewed
from scanner.scan.trend import Point
from tests.history.support import FAIL, ONE, PASS, SCOPE, Rows, new_run, random_sights, saw, sight

OTHER = replace(SCOPE, subscriptions=("22222222-2222-4222-8222-222222222222",))


def _kept(where: str, runs: Sequence[NewRun]) -> list[int]:
    return [keep(each, database(where)) for each in runs]


def _intervals(where: str, number: int = 1) -> list[Interval]:
    with viewed(database(where)) as view:
        return [*view.every_interval(number)]


def _points(where: str, number: int = 1) -> list[Point]:
    with viewed(database(where)) as view:
        return view.points(number)


def _counted(table: dict[Key, State]) -> Counter[str]:
    return Counter("waived" if each.waived else f"{each.verdict} {each.severity}" for each in table.values())


@pytest.mark.parametrize("seed", range(3))
def test_history_says_what_rows_of_every_run_say(where: str, seed: int) -> None:
    sights = random_sights(seed, 20)
    numbers = _kept(where, [new_run(each, day) for day, each in enumerate(sights)])
    intervals, tables = _intervals(where), Rows.of(sights).tables
    at = [
        {Key(i.rule, i.subject): i.state for i in intervals if i.first <= n and (i.until is None or n < i.until)}
        for n in numbers
    ]

    assert at == [*tables]
    assert len(intervals) < sum(map(len, tables))


def test_counts_after_each_run_are_those_of_the_rows(where: str) -> None:
    sights = random_sights(7, 20)
    _kept(where, [new_run(each, day) for day, each in enumerate(sights)])
    expected = [_counted(dict(table)) for table in Rows.of(sights).tables]

    assert [
        (each.failed.get(Severity.HIGH, 0), each.failed.get(Severity.LOW, 0), each.waived, each.unknown, each.passed)
        for each in _points(where)
    ] == [(c["fail high"], c["fail low"], c["waived"], c["unknown high"], c["pass high"]) for c in expected]


def test_run_ends_nothing_in_another_scope(where: str) -> None:
    _kept(where, [new_run(saw(FAIL), 0), new_run(saw(None), 1, OTHER), new_run(saw(PASS), 2, OTHER)])

    assert [(each.state, each.until) for each in _intervals(where)] == [(FAIL, None)]
    assert [each.state for each in _intervals(where, 2)] == [PASS]


def test_same_failure_in_two_scopes_is_fixed_in_one(where: str) -> None:
    _kept(where, [new_run(saw(FAIL), 0), new_run(saw(FAIL), 0, OTHER), new_run(saw(PASS), 1, OTHER)])

    assert [(each.state, each.until) for each in _intervals(where)] == [(FAIL, None)]
    assert [(each.state, each.until) for each in _intervals(where, 2)] == [(FAIL, 3), (PASS, None)]


def test_subject_comes_back_as_azure_wrote_it_and_is_the_same_in_any_case(where: str) -> None:
    written = {ONE.subject: "/Subscriptions/S/One"}
    _kept(where, [replace(new_run(saw(FAIL), 0), written=written), new_run(saw(FAIL), 1)])

    assert [(each.subject, each.until) for each in _intervals(where)] == [("/Subscriptions/S/One", None)]


@pytest.mark.parametrize("name", ["'; drop table mlsec_run; --", "\\ud800", "ß\u202e", "n" * 10_000])
def test_any_name_can_be_kept(where: str, name: str) -> None:
    _kept(where, [new_run(sight({Key("rule-a", name): FAIL}), day) for day in range(2)])

    assert [(each.subject, each.until) for each in _intervals(where)] == [(name, None)]


def test_more_subjects_than_one_query_asks_for(where: str) -> None:
    seen = {Key("rule-a", f"/subscriptions/s/{number}"): FAIL for number in range(2_500)}
    _kept(where, [new_run(sight(seen), 0), new_run(sight(seen), 1)])

    assert {Key(each.rule, each.subject) for each in _intervals(where)} == {*seen}


def test_scan_that_was_over_before_the_last_run_began_is_refused(where: str) -> None:
    _kept(where, [new_run(saw(FAIL), 5)])

    with pytest.raises(HistoryError, match=r"holds a newer run of this scope, of 2026-11-06T08:00:00Z"):
        _kept(where, [new_run(saw(PASS), 4)])
    assert [each.state for each in _intervals(where)] == [FAIL]


def test_scans_that_overlap_follow_each_other_as_they_come(where: str) -> None:
    first, second = new_run(saw(FAIL), 1), new_run(saw(PASS), 1)
    second = replace(second, finished=second.finished - timedelta(minutes=3))
    _kept(where, [first, second])

    assert [each.state for each in _intervals(where)] == [FAIL, PASS]


def test_run_that_breaks_off_leaves_nothing(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _kept(where, [new_run(saw(FAIL), 0)])
    monkeypatch.setattr(store, "_begin", _broken)
    with pytest.raises(RuntimeError):
        _kept(where, [new_run(saw(PASS), 1)])

    assert [(each.state, each.until) for each in _intervals(where)] == [(FAIL, None)]
    assert len(_points(where)) == 1


def _broken(*_: object) -> None:
    raise RuntimeError


def _change(where: str, statement: str) -> None:
    connection: Connection
    with database(where).writing() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE mlsec_history SET version = 2", "has schema 2 of a newer mlsec-scan; this one knows 1: update it"),
        ("UPDATE mlsec_history SET program = 'other'", "belongs to another program"),
        ("DELETE FROM mlsec_history", "belongs to another program"),
        ("ALTER TABLE mlsec_history RENAME COLUMN program TO x", "cannot be used"),
        ("UPDATE mlsec_scope SET text = '{'", "is damaged: a scope cannot be read"),
    ],
)
def test_database_that_is_not_as_it_should_be_is_refused(where: str, statement: str, says: str) -> None:
    _kept(where, [new_run(saw(FAIL), 0)])
    _change(where, statement)

    with pytest.raises(HistoryError, match=says):
        _read_scopes(where)


def _read_scopes(where: str) -> None:
    with viewed(database(where)) as view:
        view.scopes()


def test_nothing_is_written_into_a_newer_schema(where: str) -> None:
    _kept(where, [new_run(saw(FAIL), 0)])
    _change(where, "UPDATE mlsec_history SET version = 2")

    with pytest.raises(HistoryError, match="newer"):
        require_writable(database(where))
    with pytest.raises(HistoryError, match="newer"):
        _kept(where, [new_run(saw(PASS), 1)])
    _change(where, "UPDATE mlsec_history SET version = 1")
    assert [each.state for each in _intervals(where)] == [FAIL]
