"""The whole text report: waivers and known failures, as somebody at a terminal reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.report.text import as_text
from scanner.report.view import View
from tests.bench.counted import calls
from tests.report.sample import EXPIRED, hostile, huge, sample

WHOLE = View(whole=True)
REPORT = as_text(sample(), view=WHOLE)
LINES = REPORT.splitlines()


def after(line: str) -> str:
    """Return the line that follows the one that contains a text."""
    return LINES[next(at for at, each in enumerate(LINES) if line in each) + 1].strip()


def test_waived_failure_is_shown_with_reason_and_expiry() -> None:
    assert "  WAIVED  high     storage-closed  stwaived" in LINES
    assert after("storage-closed  stwaived") == "waived until 2027-01-31: migrated in January"


def test_expired_waiver_is_loud_where_it_failed_and_at_the_end() -> None:
    assert "  FAIL    high     storage-closed  stexpired" in LINES
    assert after("storage-closed  stexpired").startswith("WAIVER EXPIRED on 2026-10-01, this counts as failed")
    assert after("Waivers to look at").startswith("storage-closed on */stexpired: WAIVER EXPIRED")


def test_failure_of_the_baseline_is_marked_known() -> None:
    assert "  FAIL    high     storage-closed  stknown  (known)" in LINES


def test_unused_waiver_is_named_at_the_end() -> None:
    assert "  agents-private on */old: waiver unused, no failure fits it: was deleted" in LINES[-5:]


def test_summary_counts_a_waived_failure_apart() -> None:
    assert LINES[-1] == "4 failed (1 critical, 3 high, 1 known), 1 waived, 2 unknown, 3 passed, 1 not applicable"


def test_nothing_is_said_of_waivers_where_all_of_them_hold() -> None:
    scan = replace(sample(), waivers=tuple(each for each in sample().waivers if each.state == "active"))

    assert "Waivers to look at" not in as_text(scan, view=WHOLE)


def test_expired_waiver_alone_does_not_look_unused() -> None:
    assert "unused" not in as_text(replace(sample(), waivers=(EXPIRED,)), view=WHOLE)


@pytest.mark.parametrize("width", [80, 120])
def test_reasons_are_wrapped_to_the_width(width: int) -> None:
    *lines, _summary = as_text(sample(), width=width, view=WHOLE).splitlines()
    wide = [line for line in lines if len(line) > width]

    assert wide == []


def test_colour_is_only_there_when_asked_for() -> None:
    assert "\x1b[35mWAIVED \x1b[0m" in as_text(sample(), colour=True, view=WHOLE)
    assert "\x1b" not in REPORT


@pytest.mark.parametrize("view", [WHOLE, View()])
def test_wrapping_brings_no_command_to_the_start_of_a_line(view: View) -> None:
    text = as_text(hostile(f"{'x' * 60} ::set-output name=x::y"), width=80, view=view)

    assert [line for line in text.splitlines() if line.strip().startswith("::")] == []


@pytest.mark.parametrize("view", [WHOLE, View(), View(top=1000)])
def test_twice_as_many_results_are_about_twice_the_work(view: View) -> None:
    few, many = (calls(lambda count=count: as_text(huge(count), view=view)) for count in (400, 800))  # type: ignore[misc]

    assert many <= 2.2 * few
