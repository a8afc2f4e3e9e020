"""The text report as it usually is: the first screen, groups of failures, folded unknowns, and its length."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from scanner.causes.causes import Cause, Kind
from scanner.engine import Doubt, Problem, Result, Severity, Verdict
from scanner.evidence import Gap
from scanner.report import text
from scanner.report.text import as_text
from scanner.report.todo import Todo
from scanner.report.view import View
from scanner.scan.outcome import Scan
from scanner.scan.scanning import explained
from tests.bench.estates import renamed
from tests.damaged import damaged
from tests.report.estates import demo, scan_of
from tests.report.sample import SUBSCRIPTION, account, huge, rule, sample

FIRST_SCREEN = 24


@cache
def thirty() -> Scan:
    """Return a scan of 30 workspaces, each with everything wrong that the damages know."""
    copies = (json.loads(renamed(damaged("reference"), number)) for number in range(15))
    return scan_of([*{each["id"]: each for copy in copies for each in copy}.values()])


def lines_of(scan: Scan, view: View = View(), width: int = 100) -> list[str]:  # noqa: B008 - it is frozen
    return as_text(scan, width=width, view=view).splitlines()


def section(report: list[str], heading: str) -> list[str]:
    """Return the lines below a heading, as far as they are indented."""
    after = report[report.index(heading) + 1 :]
    return after[: next((at for at, line in enumerate(after) if not line.startswith(" ")), len(after))]


# Length


def test_thirty_workspaces_take_a_hundred_lines() -> None:
    scan = thirty()

    assert len(scan.solutions) == 30
    assert len(scan.fails) > 1000
    assert len(lines_of(scan)) <= 100
    assert len(lines_of(scan, View(whole=True))) > 5000


def test_of_every_severity_and_every_rule_something_is_said() -> None:
    report = as_text(thirty())

    assert [each for each in {str(each.rule.id) for each in thirty().fails} if f"\n  {each}: " not in report] == []


@pytest.mark.parametrize("width", [20, 40, 80, 100, 300])
@pytest.mark.parametrize("scan", [huge(2000), replace(huge(500), gaps=()), sample()], ids=["huge", "no gaps", "sample"])
def test_no_scan_takes_much_more(scan: Scan, width: int) -> None:
    assert len(lines_of(scan, width=width)) <= (100 if width >= 80 else 130)


@pytest.mark.parametrize("width", [0, 20, 40, 80])
def test_lines_keep_to_the_terminal_but_for_words_that_are_longer(width: int) -> None:
    report = lines_of(demo(), width=width)
    wide = [line for line in report if len(line) > max(width, 20)]

    assert [line for line in wide if len(line.split()) > 1] == []


# The first screen


def test_first_screen_has_totals_then_the_worst_workspaces_then_the_worst_failure() -> None:
    screen = lines_of(demo())[:FIRST_SCREEN]
    totals, worst, critical = (
        next(at for at, line in enumerate(screen) if line.startswith(start))
        for start in (f"{len(demo().fails)} failed (1 critical", "Worst first", "Critical")
    )

    assert totals < worst < critical
    assert screen[worst + 1].startswith("  mlw-forecast (rg-forecast-ml): 1 critical, 15 high")
    assert (
        "agent-secret-not-in-extension-settings: vm-agent-01/install-agent (in rg-forecast-ops" in screen[critical + 1]
    )


def test_five_workspaces_are_named_and_the_others_counted() -> None:
    named = section(lines_of(thirty()), "Worst first")

    assert len(named) == 6
    assert named[-1] == "  and 25 more workspaces"


def test_what_to_fix_first_stands_below_the_totals(monkeypatch: pytest.MonkeyPatch) -> None:
    todo = Todo("vpe-kv is Pending", "5 failures in 2 workspaces", "mlsec-scan fix --cause c1")
    monkeypatch.setattr(text, "fix_first", lambda _, __: (todo,))
    report = lines_of(demo())

    assert section(report, "Fix first") == [
        "  1. vpe-kv is Pending; 5 failures in 2 workspaces",
        "      mlsec-scan fix --cause c1",
    ]
    assert report.index("Worst first") < report.index("Fix first") < report.index("Critical")
    assert any(line.startswith("  mlsec-scan fix --demo --all: ") for line in section(report, "Next"))


def test_causes_of_a_scan_are_what_to_fix_first() -> None:
    scan = explained(demo())
    told = section(lines_of(scan), "Fix first")
    kinds = [each for each in scan.causes if each.change is not None]
    said = {(each.severity, each.says) for each in scan.causes}

    assert [line[:4] for line in told if line[2].isdigit()] == ["  1.", "  2.", "  3.", "  4.", "  5."]
    assert next(line.split()[-1] for line in told if "mlsec-scan fix --demo --cause" in line) == kinds[0].id
    assert told[-1] == f"  and {len(said) - 5} more: mlsec-scan causes, for the same source"
    assert len(lines_of(scan)) <= 100


def test_what_is_said_of_several_causes_is_said_once() -> None:
    failed = [Result(rule("storage-closed"), Verdict.FAIL, account(f"st{n}"), (Problem("open"),)) for n in range(3)]
    same = tuple(Cause(Kind.FAULT, account(f"st{n}").id, "st: open", (each,)) for n, each in enumerate(failed))
    told = section(lines_of(replace(sample(), results=tuple(failed), causes=same)), "Fix first")

    assert told == [
        "  1. high: st: open (3 such); clears 3 failures",
        "      no edit: nothing that was found would mend it",
    ]


def test_failures_are_grouped_by_the_causes_of_a_scan() -> None:
    scan = explained(demo())
    report = " ".join(as_text(scan, view=View(group_by="cause", top=100)).split())

    assert [each.says for each in scan.causes if f"{each.says}: " not in report] == []


def test_report_ends_with_what_to_type_next() -> None:
    explain, html, whole = section(lines_of(sample()), "Next")

    assert explain.startswith("  mlsec-scan explain private-path: ")
    assert html.startswith("  mlsec-scan --snapshot FILE --report html=")
    assert whole.startswith("  mlsec-scan --snapshot FILE --all: ")


# Failures


def test_failures_stand_under_their_severity_and_rule_with_workspace_and_group() -> None:
    report = lines_of(demo())
    high = section(report, "High")
    at = next(place for place, line in enumerate(high) if line.startswith("  key-vault-private-endpoint: "))

    assert high[at] == "  key-vault-private-endpoint: kv-forecast-ml (in rg-forecast-ml, of mlw-forecast)"
    assert high[at + 1] == "    no approved private endpoint for vault: pe-kv-forecast-ml is Pending"


def test_what_is_said_of_many_is_said_once_and_three_are_named() -> None:
    same = rule("storage-closed")
    results = tuple(Result(same, Verdict.FAIL, account(f"st{n}"), (Problem("it is open"),)) for n in range(9))
    report = as_text(replace(sample(), results=results))

    assert report.count("it is open") == 1
    assert "storage-closed: 9 failed" in report
    assert "st0 (in rg-ML); st1 (in rg-ML); st2 (in rg-ML); and 6 more" in report


def test_groups_of_one_name_are_told_apart_by_their_subscription() -> None:
    other = replace(account("st"), id=type(account("st").id)(str(account("st").id).replace(SUBSCRIPTION, "a" * 36)))
    results = [
        Result(rule("storage-closed"), Verdict.FAIL, each, (Problem("open"),)) for each in (account("st"), other)
    ]
    report = " ".join(as_text(replace(sample(), results=tuple(results))).split())

    assert f"st (in rg-ML of {SUBSCRIPTION})" in report
    assert f"st (in rg-ML of {'a' * 36})" in report


def test_passes_and_waived_failures_are_counted_alone() -> None:
    report = as_text(sample())

    assert "3 passed" in report
    assert "1 waived" in report
    assert [name for name in ("stclosed", "stnear", "stwaived") if name in report] == []


# Unknowns


def test_what_is_unknown_is_named_where_nothing_else_is_asked_for() -> None:
    report = as_text(demo(), view=View(only=Verdict.UNKNOWN))
    named = {each.rule.id for each in demo().results if each.verdict is Verdict.UNKNOWN}

    assert len(named) > 3
    assert [each for each in named if f"\n    {each}: " not in report] == []
    assert "private-dns-zone-linked-to-aml-vnet: " not in as_text(demo()).partition("Not read: ")[2]


def test_unknowns_are_folded_by_what_could_not_be_read() -> None:
    gap = Gap(
        "Microsoft.Network/privateDnsZones", f"/subscriptions/{SUBSCRIPTION}", "HTTP 403", 403, "Microsoft.N/z/read"
    )
    unknown = tuple(
        Result(rule(f"r-{n}"), Verdict.UNKNOWN, account("st"), doubts=(Doubt("x", gap=gap),)) for n in range(21)
    )
    told = section(lines_of(replace(sample(), results=unknown, gaps=(gap,))), "Not read: 1 listing or item")

    assert told == [
        f"  subscription {SUBSCRIPTION}: HTTP 403; 21 unknown verdicts hang on it",
        "    grant there Reader, or Microsoft.N/z/read",
        "    not read: Microsoft.Network/privateDnsZones (21)",
    ]


def test_other_doubts_are_told_once_each() -> None:
    unknown = tuple(Result(rule(f"r-{n}"), Verdict.UNKNOWN, account("st"), doubts=(Doubt("why"),)) for n in range(5))
    told = section(lines_of(replace(sample(), results=unknown, gaps=())), "Unknown for other reasons: 5")

    assert told == ["  5: not known: why", "    r-0 st; r-1 st; r-2 st; and 2 more"]


def test_unknowns_find_room_beside_any_number_of_failures() -> None:
    unknown = Result(rule("r"), Verdict.UNKNOWN, account("st"), doubts=(Doubt("nobody can tell"),))
    scan = thirty()

    assert "nobody can tell" in as_text(replace(scan, results=(*scan.results, unknown)))


# What a reader asks to see


def test_only_failures_or_only_unknowns_are_shown_and_the_totals_stay() -> None:
    failed, unknown = (as_text(demo(), view=View(only=each)) for each in (Verdict.FAIL, Verdict.UNKNOWN))

    assert "Not read" not in failed
    assert "Critical" in failed
    assert "\nNot read" in unknown
    assert "\nCritical" not in unknown
    counts, every = demo().by_verdict, len(demo().results)
    totals = f"{counts[Verdict.FAIL]} failed (1 critical", f"{counts[Verdict.UNKNOWN]} unknown"

    assert all(each in report for each in totals for report in (failed, unknown))
    assert f"Not shown, by --only fail: {every - counts[Verdict.FAIL]} of {every} results" in failed


def test_least_severity_leaves_out_what_is_less() -> None:
    report = as_text(demo(), view=View(least=Severity.HIGH))

    assert "\nHigh" in report
    assert "\nMedium" not in report
    assert "Not shown, by --min-severity high: " in report


def test_top_shows_so_many_groups_whole() -> None:
    report = lines_of(thirty(), View(top=2, only=Verdict.FAIL))
    told = [*section(report, "Critical"), *section(report, "High")]

    assert [line for line in told if line.startswith("  ") and line[2] != " "][:2] == [
        "  agent-secret-not-in-extension-settings: 15 failed in 30 workspaces",
        "  management-ports-closed-to-internet: 30 failed in 30 workspaces",
    ]
    assert sum(line.count("vm-jump/AADSSHLoginForLinux") for line in told) == 15
    assert told[-1] == f"  and {len({each.rule.id for each in thirty().fails}) - 2} more"


@pytest.mark.parametrize(
    ("by", "title"),
    [
        ("rule", "private-path-from-access-vnet: 2 failed in 2 workspaces (2 high)"),
        ("workspace", "mlw-pricing (rg-forecast-ml): 16 failed (1 critical, 10 high, 3 medium, 2 low)"),
        ("cause", "pe-kv-forecast-ml in rg-forecast-network: 2 failed (2 high)"),
    ],
)
def test_failures_are_grouped_as_asked(by: str, title: str) -> None:
    assert f"  {title}" in section(lines_of(demo(), View(group_by=by, top=100)), f"Failed, by {by}")


def test_whole_report_of_failures_alone_counts_everything() -> None:
    report = lines_of(demo(), View(whole=True, only=Verdict.FAIL))

    assert [line for line in report if line.startswith("  PASS")] == []
    assert report[-1] == as_text(demo(), view=View(whole=True)).splitlines()[-1]


def test_colour_marks_headings_alone() -> None:
    report = as_text(demo(), colour=True)

    assert "\x1b[31mCritical\x1b[0m" in report
    assert "\x1b" not in as_text(demo())
