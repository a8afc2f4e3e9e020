"""The heat map of the estate: what each cell counts, and in which order the workspaces stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from scanner.causes.causes import Cause, Kind
from scanner.engine import Severity, Verdict
from scanner.engine.result import Result
from scanner.report.html import as_html
from scanner.report.html.build import pictures
from scanner.report.html.first import fix_first
from scanner.report.html.heat import Heat, Row, Tally, heat
from scanner.report.html.homes import Finder, homes
from scanner.report.html.results import groups
from scanner.report.words import Status, status_of
from scanner.scan.outcome import Scan
from tests.report.estates import demo, many
from tests.report.sample import sample


def _heat(scan: Scan) -> Heat:
    every = homes(scan, pictures(scan))
    return heat(scan.results, every, Finder(every))


def _cell(row: Row, control: str) -> Tally:
    return next(each.tally for each in row.cells if each.control == control)


def test_estate_counts_every_result_once() -> None:
    row = _heat(demo()).estate

    assert row.total.counts == Counter(map(status_of, demo().results))
    assert row.total.failed == demo().fails_by_severity


def test_workspace_counts_what_belongs_to_it_and_what_it_shares() -> None:
    every = homes(demo(), pictures(demo()))
    finder = Finder(every)
    rows = {row.label: row for row in _heat(demo()).rows}
    own = {home.label: [each for each in demo().results if home in finder.of(each)] for home in every}

    assert {label: row.total.counts for label, row in rows.items()} == {
        label: Counter(map(status_of, found)) for label, found in own.items()
    }
    assert _cell(rows["mlw-pricing"], "Compute").fails == sum(
        each.verdict is Verdict.FAIL and each.rule.control == "Compute" for each in own["mlw-pricing"]
    )


def test_what_belongs_to_no_workspace_has_a_row_of_its_own() -> None:
    loose = _heat(demo()).loose
    blind = [each for each in demo().results if each.subject is None and each.verdict is Verdict.UNKNOWN]

    assert loose is not None
    assert loose.total.unknown >= len(blind) > 0
    assert _heat(many(2)).loose is None


def test_workspaces_stand_in_order_of_weight() -> None:
    rows = _heat(many()).rows
    fails = [row.total.fails for row in rows]

    assert len(rows) == 20
    assert fails == sorted(fails, reverse=True)
    assert fails[0] > fails[-1] == 0


def _tally(*results: Result) -> Tally:
    found = Tally()
    for each in results:
        found.add(each)
    return found


def test_cell_is_coloured_by_the_worst_failure_and_says_everything() -> None:
    by_name = {each.subject.name: each for each in sample().results if each.subject is not None}
    whole = _tally(*(each for name, each in by_name.items() if name != "stperimeter"))

    assert whole.looks == "critical"
    assert whole.says == "4 failed (1 critical, 3 high), 1 of them known; 1 waived; 1 unknown; 2 passed"
    assert _tally(by_name["stknown"]).looks == "high known"
    assert _tally(by_name["stknown"], by_name["stopen"]).looks == "high"
    assert [_tally(by_name[name]).looks for name in ("sthidden", "stwaived", "stclosed")] == [
        "unknown",
        "waived",
        "pass",
    ]
    assert (_tally().looks, _tally().says, _tally().count) == ("none", "not judged", 0)


def test_rules_stand_in_order_of_weight() -> None:
    every = homes(demo(), pictures(demo()))
    found = groups(demo(), Finder(every))
    failed = [group.severity for group in found if group.status is Status.FAIL]
    statuses = [group.status for group in found]

    assert failed == [each for each in reversed(Severity) if each in demo().fails_by_severity]
    assert statuses == sorted(statuses, key=list(Status).index)
    assert sum(len(part.rows) for group in found for part in group.rules) == len(demo().results)


def test_rule_with_the_most_new_failures_comes_first_of_its_severity() -> None:
    found = groups(demo(), Finder(homes(demo(), pictures(demo()))))
    high = next(group for group in found if group.severity is Severity.HIGH)
    counts = [sum(row.status is Status.FAIL for row in part.rows) for part in high.rules]

    assert counts == sorted(counts, reverse=True)


def _with_causes(count: int) -> Scan:
    """Return the sample with so many causes, each of them behind two failures and a part of a third."""
    fails = sample().fails
    at = fails[0].subject
    assert at is not None
    causes = (Cause(Kind.FAULT, at.id, f"pe-{n} is <Pending>", fails[:2], fails[2:3]) for n in range(count))
    return replace(sample(), causes=tuple(causes))


def test_causes_are_shown_before_the_estate_and_gaps_after_faults() -> None:
    page = as_html(_with_causes(2))
    one, other = page.index("pe-0 is &lt;Pending&gt;"), page.index("pe-1 is &lt;Pending&gt;")
    found, later = fix_first(_with_causes(2))

    assert page.index('id="fix-first"') < one < other < page.index("settles 1 unknown") < page.index('id="estate"')
    assert [(each.clears, each.eases, each.settles, each.severity) for each in found] == [
        (2, 1, 0, "high"), (2, 1, 0, "high"), (0, 0, 1, None),
    ]  # fmt: skip
    assert later == ()
    assert "clears 2 failures" in page
    assert 'href="#?q=stopen"' in page


def test_causes_beyond_the_most_urgent_are_folded() -> None:
    page = as_html(_with_causes(14))

    assert "<summary>9 more</summary>" in page
    assert page.count("is &lt;Pending&gt;") == 14


def test_without_causes_nothing_is_said_of_them() -> None:
    assert 'id="fix-first"' not in as_html(replace(sample(), results=(), gaps=()))
