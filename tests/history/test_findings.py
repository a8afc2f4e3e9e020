"""When failures opened and closed, and what an unknown does to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given

from scanner.engine import Verdict
from scanner.history.findings import Ending, Finding, findings
from scanner.history.intervals import Key, Sight, State
from tests.history.support import FAIL, PASS, RUNS, UNKNOWN, WAIVED, Rows, run_of, saw, stepped

Short = tuple[int, int | None, int | None, Ending | None]
"""When a failure opened, since when it is unknown, when it closed, and how; runs by number."""


def _found(*states: State | None) -> list[Short]:
    return [_short(each) for each in _of([saw(state) for state in states])]


def _of(runs: Sequence[Sight]) -> list[Finding]:
    return [*findings(stepped(runs), {number: run_of(number) for number in range(1, len(runs) + 1)})]


def _short(finding: Finding) -> Short:
    unknown, closed = finding.unknown_since, finding.closed
    return (
        finding.opened.number,
        unknown.number if unknown is not None else None,
        closed.number if closed is not None else None,
        finding.ending,
    )


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([FAIL], [(1, None, None, None)]),
        ([PASS, FAIL, FAIL], [(2, None, None, None)]),
        ([FAIL, PASS], [(1, None, 2, Ending.FIXED)]),
        ([FAIL, None], [(1, None, 2, Ending.GONE)]),
        ([FAIL, UNKNOWN], [(1, 2, None, None)]),
        ([FAIL, UNKNOWN, UNKNOWN, PASS], [(1, None, 4, Ending.FIXED)]),
        ([FAIL, UNKNOWN, None], [(1, 2, 3, Ending.GONE)]),
        ([FAIL, UNKNOWN, FAIL], [(1, None, None, None)]),
        ([FAIL, WAIVED, PASS], [(1, None, 3, Ending.FIXED)]),
        ([FAIL, PASS, FAIL], [(1, None, 2, Ending.FIXED), (3, None, None, None)]),
        ([FAIL, None, PASS, FAIL], [(1, None, 2, Ending.GONE), (4, None, None, None)]),
        ([UNKNOWN, PASS, None], []),
    ],
)
def test_failure_is_open_until_it_is_seen_fixed_or_gone(states: list[State | None], found: list[Short]) -> None:
    assert _found(*states) == found


def test_last_severity_and_waiver_are_told() -> None:
    (finding,) = _of([saw(FAIL), saw(WAIVED), saw(UNKNOWN)])

    assert finding.waived


def test_open_failure_ages_and_a_closed_one_does_not() -> None:
    later = run_of(9).finished

    assert _of([saw(FAIL)])[0].lasted(later) == timedelta(days=8)
    assert _of([saw(FAIL), saw(FAIL), saw(PASS)])[0].lasted(later) == timedelta(days=2)


def _by_rows(runs: Sequence[Sight], key: Key) -> list[Short]:
    """Read the same off the rows of every run."""
    found: list[Short] = []
    opened: int | None = None
    unknown: int | None = None
    for number, table in enumerate(Rows.of(runs).tables, 1):
        verdict = table[key].verdict if key in table else None
        if verdict is Verdict.FAIL:
            opened, unknown = opened or number, None
        elif opened is not None and verdict is Verdict.UNKNOWN:
            unknown = unknown or number
        elif opened is not None:
            ending = Ending.GONE if verdict is None else Ending.FIXED
            found.append((opened, unknown if ending is Ending.GONE else None, number, ending))
            opened = unknown = None
    return [*found, *([(opened, unknown, None, None)] if opened is not None else [])]


@given(RUNS)
def test_failures_are_those_that_the_rows_show(runs: Sequence[Sight]) -> None:
    keys = sorted({key for each in runs for key in each.seen}, key=lambda key: (key.rule, key.subject))
    expected = [(key.rule, key.subject, *each) for key in keys for each in _by_rows(runs, key)]

    assert [(each.rule, each.subject, *_short(each)) for each in _of(runs)] == expected
