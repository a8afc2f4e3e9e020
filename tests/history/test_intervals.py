"""Intervals hold what rows of every run would, and no more of them than there are changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given

from scanner.history.intervals import Key, Sight, State, Step, step
from tests.history.support import FAIL, ONE, PASS, RUNS, UNKNOWN, WAIVED, Rows, saw, sight, stepped, table_at


@given(RUNS)
def test_intervals_say_what_rows_say_after_every_run(runs: Sequence[Sight]) -> None:
    intervals, rows = stepped(runs), Rows.of(runs)

    assert [table_at(intervals, number) for number in range(1, len(runs) + 1)] == [*rows.tables]


@given(RUNS)
def test_interval_ends_only_where_something_else_begins_or_nothing_is_there(runs: Sequence[Sight]) -> None:
    neighbours = [
        (one, other) for one, other in pairwise(stepped(runs)) if (one.rule, one.subject) == (other.rule, other.subject)
    ]

    assert [each for each, _ in neighbours if each.until is None] == []
    assert [one for one, other in neighbours if one.until == other.first and one.state == other.state] == []
    assert [one for one, other in neighbours if one.until is not None and one.until > other.first] == []


@pytest.mark.parametrize("state", [FAIL, PASS, UNKNOWN, WAIVED])
def test_what_is_seen_again_as_it_stood_changes_nothing(state: State) -> None:
    assert step({ONE: state}, saw(state)) == Step((), {})


def test_failure_that_is_waived_from_now_on_begins_anew_with_its_waiver() -> None:
    assert step({ONE: FAIL}, saw(WAIVED)) == Step((ONE,), {ONE: WAIVED})


def test_subject_that_is_gone_ends() -> None:
    assert step({ONE: FAIL}, saw(None)) == Step((ONE,), {})


def test_failure_whose_subjects_could_not_be_listed_is_unknown_and_not_gone() -> None:
    nothing = Key(ONE.rule, "")
    change = step({ONE: FAIL}, sight({nothing: UNKNOWN}, unlisted=[ONE.rule]))

    assert change == Step((ONE,), {ONE: UNKNOWN, nothing: UNKNOWN})


def test_subject_that_is_listed_although_others_are_not_stands_as_it_was_seen() -> None:
    assert step({ONE: FAIL}, sight({ONE: PASS}, unlisted=[ONE.rule])) == Step((ONE,), {ONE: PASS})


def test_run_of_other_rules_says_nothing() -> None:
    assert step({ONE: FAIL}, sight({Key("rule-b", "/x"): PASS})).ended == ()
