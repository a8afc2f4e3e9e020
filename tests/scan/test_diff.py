"""What changed between two scans, result by result, and how it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from scanner.engine import Severity, Verdict
from scanner.model.arm import ArmId
from scanner.report.diff_json import diff_as_json
from scanner.report.diff_markdown import diff_as_markdown
from scanner.report.diff_text import diff_as_text
from scanner.scan.diff import Diff, Judged, Kind, compare

HERE = ArmId("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm/extensions/agent")
FAIL = Judged("no-holes", HERE, Verdict.FAIL, Severity.HIGH, False, ("one", "two"), (), "f" * 32)  # noqa: FBT003 - waived
WAIVED = replace(FAIL, waived=True)
PASS = replace(FAIL, verdict=Verdict.PASS, problems=())
UNKNOWN = replace(FAIL, verdict=Verdict.UNKNOWN, problems=(), doubts=("not seen",))
UNLISTED = replace(UNKNOWN, subject=None, fingerprint="e" * 32)
NOT_APPLICABLE = replace(PASS, verdict=Verdict.NOT_APPLICABLE, subject=None, fingerprint="e" * 32)


@pytest.mark.parametrize(
    ("old", "new", "kind", "news"),
    [
        (None, FAIL, Kind.NEW, True),
        (PASS, FAIL, Kind.NEW, True),
        (NOT_APPLICABLE, FAIL, Kind.NEW, True),
        (UNKNOWN, FAIL, Kind.CHANGED, True),
        (UNLISTED, FAIL, Kind.CHANGED, True),
        (WAIVED, FAIL, Kind.CHANGED, True),
        (FAIL, UNKNOWN, Kind.CHANGED, False),
        (FAIL, UNLISTED, Kind.CHANGED, False),
        (FAIL, WAIVED, Kind.CHANGED, False),
        (PASS, UNKNOWN, Kind.CHANGED, False),
        (UNKNOWN, PASS, Kind.CHANGED, False),
        (FAIL, replace(FAIL, problems=("one", "three")), Kind.CHANGED, False),
        (FAIL, replace(FAIL, severity=Severity.CRITICAL), Kind.CHANGED, False),
        (FAIL, FAIL, Kind.STILL_FAILING, False),
        (FAIL, replace(FAIL, problems=("two", "one")), Kind.STILL_FAILING, False),
        (FAIL, PASS, Kind.FIXED, False),
        (WAIVED, PASS, Kind.FIXED, False),
        (FAIL, None, Kind.NO_LONGER_SEEN, False),
        (FAIL, NOT_APPLICABLE, Kind.NO_LONGER_SEEN, False),
    ],
)
def test_pair_of_results_comes_to_one_kind(old: Judged | None, new: Judged | None, kind: Kind, news: bool) -> None:
    (change,) = compare([old] if old else [], [new] if new else [])

    assert change.kind is kind
    assert change.is_news is news
    assert change.latest.subject == HERE


@pytest.mark.parametrize(
    ("old", "new"),
    [(None, PASS), (PASS, PASS), (PASS, None), (WAIVED, WAIVED), (None, WAIVED), (UNKNOWN, UNKNOWN), (None, UNLISTED)],
)
def test_what_no_failure_is_part_of_is_not_told(old: Judged | None, new: Judged | None) -> None:
    assert compare([old] if old else [], [new] if new else []) == ()


def test_same_subject_under_two_rules_is_two_results() -> None:
    other = replace(FAIL, rule="other", fingerprint="0" * 32)

    assert [each.latest.rule for each in compare([FAIL], [FAIL, other])] == ["other", "no-holes"]


def test_changes_come_by_kind_then_the_worst_first() -> None:
    low, high = replace(FAIL, severity=Severity.LOW, fingerprint="0" * 32), replace(FAIL, fingerprint="1" * 32)
    changes = compare([FAIL], [low, high, replace(FAIL, rule="a", severity=Severity.INFO)])

    assert [(each.kind, each.latest.severity) for each in changes] == [
        (Kind.NEW, Severity.HIGH),
        (Kind.NEW, Severity.LOW),
        (Kind.CHANGED, Severity.INFO),
    ]


def _diff(old: list[Judged], new: list[Judged]) -> Diff:
    return Diff("old.json", "new.json", compare(old, new))


def test_text_says_what_came_and_went_and_counts() -> None:
    text = diff_as_text(_diff([FAIL], [replace(FAIL, problems=("one", "three"))]))

    assert text == (
        "old.json → new.json\n\n"
        "Changed\n"
        "  high     no-holes  vm/agent\n"
        "        came: three\n"
        "        went: two\n\n"
        "0 new, 1 changed, 0 still failing, 0 fixed, 0 no longer seen\n"
    )


def test_text_of_a_new_failure_says_every_problem() -> None:
    text = diff_as_text(_diff([PASS], [FAIL]))

    assert "New\n  high     no-holes  vm/agent\n        one\n        two\n" in text


def test_text_tells_of_a_severity_that_changed() -> None:
    assert "        high → low\n" in diff_as_text(_diff([FAIL], [replace(FAIL, severity=Severity.LOW)]))


def test_text_keeps_to_its_width() -> None:
    new = replace(FAIL, problems=("word " * 60,))

    assert max(len(line) for line in diff_as_text(_diff([], [new]), width=60).splitlines()) <= 60


def test_json_holds_both_results_of_a_change() -> None:
    report = json.loads(diff_as_json(_diff([UNKNOWN], [FAIL])))
    (change,) = report["changes"]

    assert report["schema"] == "mlsec-scan-diff/1"
    assert report["summary"] == {"new": 0, "changed": 1, "still-failing": 0, "fixed": 0, "no-longer-seen": 0}
    assert (change["kind"], change["news"], change["subject"]) == ("changed", True, str(HERE))
    assert (change["old"]["doubts"], change["new"]["problems"]) == (["not seen"], ["one", "two"])


def test_markdown_folds_what_asks_for_nothing() -> None:
    report = diff_as_markdown(_diff([FAIL], [FAIL, replace(FAIL, fingerprint="1" * 32)]))

    assert "### New\n" in report
    assert "<details><summary>Still failing (1)</summary>" in report


def test_markdown_stays_under_what_a_comment_takes_and_counts_what_it_leaves_out() -> None:
    new = [replace(FAIL, fingerprint=f"{number:032}", problems=("| <b> * " * 50,)) for number in range(2000)]
    report = diff_as_markdown(_diff([], new))

    assert len(report) < 65_000
    assert "more left out here" in report


@pytest.mark.parametrize("write", [diff_as_text, diff_as_markdown, diff_as_json])
def test_hostile_names_are_harmless(write: Callable[[Diff], str]) -> None:
    evil = "a\x1b[31m\n##vso[task.complete]<script>| @everyone \u202e"
    new = replace(FAIL, subject=ArmId(f"{HERE}{evil}"), problems=(evil,))
    report = write(_diff([], [new]))

    assert not {"\x1b", "\u202e"} & set(report)
    assert "##vso[" not in report


def test_markdown_acts_on_no_name() -> None:
    new = replace(FAIL, problems=("<script> | @everyone [x](y)",))
    report = diff_as_markdown(_diff([], [new]))

    assert "<script>" not in report
    assert "@everyone" not in report
    assert "[x](y)" not in report
    assert all(line.replace("\\|", "").count("|") == 5 for line in report.splitlines() if line.startswith("| high"))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (None, FAIL, "one<br>two"),
        (FAIL, FAIL, "one<br>two"),
        (FAIL, PASS, "was: one<br>was: two"),
        (FAIL, None, "was: one<br>was: two"),
        (FAIL, NOT_APPLICABLE, "was: one<br>was: two"),
        (FAIL, UNKNOWN, "fail → unknown<br>came: not seen<br>went: one<br>went: two"),
    ],
)
def test_markdown_says_why_of_every_change(old: Judged | None, new: Judged | None, why: str) -> None:
    report = diff_as_markdown(_diff([old] if old else [], [new] if new else []))

    assert f"| vm/agent | {why} |\n" in report.replace("\\", "").replace("&#45;", "-")
