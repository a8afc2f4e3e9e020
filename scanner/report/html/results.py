"""The results as the page shows them: by rule, in order of weight."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from textwrap import dedent

from scanner.engine import Result, Rule, Severity, Subject
from scanner.engine.pages import Page, read_page
from scanner.engine.waivers import WaiverState
from scanner.report.html.homes import Finder, Home
from scanner.report.html.judged import PATHS
from scanner.report.words import Status, line_of, most_severe_first, name_of, status_of, waiver_words
from scanner.scan.outcome import Scan

_COMMANDS = ("az ", "mlsec-scan ", "resource ", "    ")


@dataclass(frozen=True, slots=True)
class Shown:
    """One result. `waiver` is what became of its waiver, in words, `line` where it stands; empty without one."""

    result: Result
    status: Status
    name: str
    homes: tuple[Home, ...]
    waiver: str
    expired: bool
    line: str = ""

    @property
    def tokens(self) -> str:
        """The marks of its solutions."""
        return " ".join(each.token for each in self.homes)

    @property
    def is_drawn(self) -> bool:
        """Whether the tables of its solutions show the hops of its paths."""
        return bool(self.homes) and self.result.rule.control == PATHS


_PRINTED = 15
"""So many failures of a rule are printed; the style sheet counts them."""

_CALM = frozenset({Status.PASS, Status.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a page, or a piece of code: line breaks count in code alone."""

    is_code: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulePart:
    """A rule with its page and its results."""

    rule: Rule[Subject]
    page: Page
    fix: tuple[Block, ...]
    rows: tuple[Shown, ...]

    @property
    def counts(self) -> tuple[tuple[Status, int], ...]:
        """How many results there are of each status that occurs, what matters most first."""
        found = Counter(row.status for row in self.rows)
        return tuple((status, found[status]) for status in Status if found[status])

    @property
    def severity(self) -> Severity:
        """The worst severity among its failures; the rule's own without any."""
        failed = (row.result.severity for row in self.rows if row.status is Status.FAIL)
        return max(failed, key=lambda each: each.rank, default=self.rule.severity)

    @property
    def cared(self) -> tuple[Shown, ...]:
        """What somebody has to look at: what failed, is waived, or is unknown."""
        return tuple(row for row in self.rows if row.status not in _CALM)

    @property
    def unprinted(self) -> int:
        """How many of its failures are left out on paper."""
        return max(sum(row.status is Status.FAIL for row in self.rows) - _PRINTED, 0)

    @property
    def calm(self) -> tuple[Shown, ...]:
        """What passed, and where there was nothing to judge."""
        return tuple(row for row in self.rows if row.status in _CALM)


@dataclass(frozen=True, slots=True)
class Group:
    """Rules whose worst result weighs the same: all that failed with one severity, all that are unknown, and so on."""

    status: Status
    severity: Severity | None
    rules: tuple[RulePart, ...]

    @property
    def title(self) -> str:
        """The heading: "Failed, critical"."""
        return f"{_HEADINGS[self.status]}, {self.severity}" if self.severity else _HEADINGS[self.status]

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to look at."""
        return self.status in _CALM


_HEADINGS = {
    Status.FAIL: "Failed",
    Status.WAIVED: "Waived",
    Status.UNKNOWN: "Unknown",
    Status.PASS: "Passed",
    Status.NOT_APPLICABLE: "Not applicable",
}


def groups(scan: Scan, finder: Finder) -> tuple[Group, ...]:
    """Return the results by rule in order of weight: failures by severity and number, then the rest by status."""
    by_rule = (list(found) for _, found in groupby(scan.results, key=lambda each: each.rule.id))
    parts = sorted((_rule_part(each, finder, scan) for each in by_rule), key=_importance)
    return tuple(Group(*weight, tuple(found)) for weight, found in groupby(parts, key=_weight))


def _weight(part: RulePart) -> tuple[Status, Severity | None]:
    status = part.rows[0].status
    return status, part.severity if status is Status.FAIL else None


def _importance(part: RulePart) -> tuple[int, int, int]:
    status, severity = _weight(part)
    fresh = sum(row.status is Status.FAIL and not row.result.seen_before for row in part.rows)
    return list(Status).index(status), -(severity.rank if severity else 0), -fresh


def _rule_part(results: list[Result], finder: Finder, scan: Scan) -> RulePart:
    page = read_page(results[0].rule)
    rows = tuple(_shown(each, finder, line_of(scan, each)) for each in most_severe_first(results))
    return RulePart(results[0].rule, page, blocks(page.fix), rows)


def _shown(result: Result, finder: Finder, line: str) -> Shown:
    use = result.waiver
    return Shown(
        result,
        status_of(result),
        name_of(result),
        finder.of(result),
        waiver_words(use) if use is not None else "",
        use is not None and use.state is WaiverState.EXPIRED,
        line,
    )


def blocks(text: str) -> tuple[Block, ...]:
    """Take the text of a section apart: paragraphs, and code, which is indented or begins like a command."""
    return tuple(_block(each) for each in text.split("\n\n") if each.strip())


def _block(paragraph: str) -> Block:
    is_code = paragraph.startswith(_COMMANDS)
    return Block(is_code, tuple((dedent(paragraph) if is_code else paragraph).strip("\n").split("\n")))
