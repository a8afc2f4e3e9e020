"""The trend in the HTML report: bars that add up, and nothing where there is nothing to compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine import Severity
from scanner.report.html import as_html
from scanner.report.html.trend import plot
from scanner.scan.trend import Point
from tests.report.sample import sample

BEGAN = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def point(day: int, **failed: int) -> Point:
    return Point(day + 1, BEGAN + timedelta(days=day), {Severity(key): count for key, count in failed.items()}, 1, 2, 3)


FAILED = st.fixed_dictionaries({severity.value: st.integers(0, 100_000) for severity in Severity})
POINTS = st.lists(FAILED, min_size=2, max_size=100).map(
    lambda found: [point(day, **each) for day, each in enumerate(found)]
)


@given(POINTS)
def test_bars_stay_in_the_picture_and_their_pieces_stand_on_each_other(points: list[Point]) -> None:
    drawn = plot(tuple(points))
    assert drawn is not None
    stacks = [(bar.whole, [rect for _, rect in bar.pieces]) for bar in drawn.bars]

    assert len(drawn.bars) == min(len(points), 60)
    assert all(whole.width > 0 and whole.right <= drawn.width for whole, _ in stacks)
    assert [r for _, stack in stacks for r, above in pairwise(stack) if r.y != above.bottom] == []
    assert [stack for whole, stack in stacks if stack and stack[0].bottom != whole.bottom] == []
    assert [stack for whole, stack in stacks if stack and stack[-1].y < whole.y] == []


def test_bar_with_the_most_failures_fills_its_room_and_the_others_their_share() -> None:
    drawn = plot((point(0, high=1, low=1), point(1, critical=8), point(2)))
    assert drawn is not None
    heights = [sum(rect.height for _, rect in bar.pieces) for bar in drawn.bars]

    assert heights[1] == drawn.bars[1].whole.height
    assert (heights[0] - heights[1] // 4, heights[2]) in {(0, 0), (1, 0)}


def test_the_last_runs_are_shown() -> None:
    drawn = plot(tuple(point(day) for day in range(90)))

    assert drawn is not None
    assert (drawn.points[0].run, drawn.points[-1].run) == (31, 90)


@pytest.mark.parametrize("points", [(), (point(0, high=3),)])
def test_one_run_is_no_trend(points: tuple[Point, ...]) -> None:
    assert plot(points) is None
    assert 'id="trend"' not in as_html(replace(sample(), trend=points))


def test_page_says_of_each_run_what_its_bar_shows() -> None:
    page = as_html(replace(sample(), trend=(point(0, high=3, low=1), replace(point(1), run=None))))

    assert "<title>run 1, 2026-11-01 08:00 UTC: 4 failed (3 high, 1 low), 2 unknown</title>" in page
    assert "<title>this run, 2026-11-02 08:00 UTC: nothing failed, 2 unknown</title>" in page
    assert 'href="#trend"' in page
    assert "style=" not in page


def test_every_severity_has_its_piece() -> None:
    drawn = plot((point(0), point(1, critical=1, high=1, medium=1, low=1, info=1)))

    assert drawn is not None
    assert [severity for severity, _ in drawn.bars[1].pieces] == [*reversed(Severity)]
