"""Markdown: always short enough, and text that stays text when GitHub renders it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from scanner.causes.causes import Cause, Kind
from scanner.engine import Problem, Result, Severity, Verdict
from scanner.report.markdown import LONGEST, as_markdown
from scanner.report.markdown_text import literal
from scanner.scan.scanning import explained
from tests.report.estates import demo
from tests.report.sample import HOSTILE, account, hostile, huge, rule, sample

REPORT = as_markdown(sample())


class Seen(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element and the names of its attributes."""
        self.tags.append(" ".join([tag, *(name for name, _ in attrs)]))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def rendered(markdown: str) -> Seen:
    """Render as GitHub does before it looks for mentions and references."""
    seen = Seen()
    seen.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))
    return seen


def test_head_says_the_verdict_and_the_counts() -> None:
    lines = REPORT.splitlines()

    assert lines[0] == "## mlsec-scan: failed ❌"
    assert lines[2].startswith("**4 failed** (1 critical, 3 high, 1 known), 1 waived, 2 unknown, 3 passed")


@pytest.mark.parametrize(
    ("verdicts", "head"),
    [
        ([Verdict.PASS], "passed ✅"),
        ([Verdict.PASS, Verdict.UNKNOWN], "not everything could be judged ❔"),
        ([Verdict.UNKNOWN, Verdict.FAIL], "failed ❌"),
    ],
)
def test_verdict_is_the_worst_of_the_results(verdicts: list[Verdict], head: str) -> None:
    results = tuple(Result(rule("r"), each, account("st")) for each in verdicts)

    assert as_markdown(replace(sample(), results=results)).startswith(f"## mlsec-scan: {head}\n")


def test_known_failures_alone_do_not_fail() -> None:
    known = Result(rule("r"), Verdict.FAIL, account("st"), seen_before=True)

    assert "only known failures" in as_markdown(replace(sample(), results=(known,)))


def test_failures_are_a_table_with_the_most_severe_first() -> None:
    table = [line for line in REPORT.splitlines() if line.startswith("| ")]

    assert table[0] == "| severity | rule | subject | why |"
    assert [line.split(" | ")[2] for line in table[1:]] == ["stfar", "stopen", "stexpired", "stknown"]
    assert table[-1].startswith("| high (known) |")


def test_what_to_fix_first_stands_above_the_failures_with_what_to_type_or_why_there_is_no_edit() -> None:
    failed = [Result(rule("closed"), Verdict.FAIL, account(f"st{n}"), (Problem(f"open {n} @team"),)) for n in range(12)]
    causes = tuple(Cause(Kind.FAULT, account(f"st{n}").id, f"open {n} @team", (each,)) for n, each in enumerate(failed))
    report = as_markdown(replace(sample(), results=tuple(failed), causes=causes))
    todo = report.partition("### Fix first")[2].partition("### Failed")[0].strip().splitlines()

    assert len(todo) == 10
    assert all(re.fullmatch(r"1\. high: open \d+ @&#8203;team; clears 1 failure<br>no edit: .+", each) for each in todo)
    assert "`mlsec-scan fix --demo --cause fault-6f350615`" in as_markdown(explained(demo()))


def test_fix_of_each_failed_rule_is_there_once() -> None:
    fixes = REPORT.partition("### How to fix")[2].partition("Unknown (")[0]

    assert fixes.count("az storage account update") == 2
    assert "<summary>storage-closed: Storage closed</summary>" in fixes


def test_unknowns_waivers_gaps_and_passes_are_folded() -> None:
    folded = re.findall(r"<summary>([A-Z][a-z ]+ \(\d+\))</summary>", REPORT)

    assert folded == ["Unknown (2)", "Could not be read (1)", "Waived (1)", "Unused waivers (1)", "Passed (3)"]


def test_expired_waivers_come_before_the_failures() -> None:
    assert REPORT.index("### Expired waivers") < REPORT.index("### Failed")


@pytest.mark.parametrize("message", ["open", "@" * 3000, "<&|" * 500], ids=["short", "mentions", "markup"])
@pytest.mark.parametrize("count", [200, 1500])
def test_report_fits_into_a_comment_and_says_what_it_leaves_out(count: int, message: str) -> None:
    report = as_markdown(replace(huge(count, message), waivers=()))
    failures = re.findall(r"^\| (\w+) \| rule-", report, re.MULTILINE)
    others = re.findall(r"^- ", report, re.MULTILINE)
    left_out = [int(each) for each in re.findall(r"\*(\d+) more left out here", report)]

    assert len(report) < LONGEST
    assert len(failures) + len(others) + sum(left_out) == 4 * count
    assert failures[0] == "critical"
    assert failures == sorted(failures, key=lambda each: -Severity(each).rank)


def test_longest_head_and_parts_together_still_fit() -> None:
    bad = "<@#|`_" * 400
    scan = hostile(bad)
    header = replace(scan.header, cloud=bad, profile=bad, subscriptions=(bad,) * 50)
    many = replace(huge(600, bad), header=header, waivers=scan.waivers * 300)
    wordy = tuple(replace(each, rule=replace(each.rule, page=f"{bad}.\n\n## Fix\n{bad}")) for each in many.results)

    assert len(as_markdown(replace(many, results=wordy))) < LONGEST


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_adds_no_element_and_nothing_that_github_acts_on(name: str) -> None:
    page, plain = rendered(as_markdown(hostile(name))), rendered(as_markdown(hostile("harmless")))

    assert page.tags == plain.tags
    assert re.findall(r"(?<!\w)[@#]\w|GH-\d|://|www\.", page.text) == re.findall(r"://", plain.text)


@pytest.mark.parametrize("text", ["a|b", "`x`", "*b* _i_ ~~s~~", "<b>&amp;", "[l](u)", "\\|", "$x$", "# h"])
def test_literal_text_renders_as_itself(text: str) -> None:
    assert rendered(f"| {literal(text)} |\n|---|\n").text.strip() == text
