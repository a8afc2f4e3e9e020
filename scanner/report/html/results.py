"""The results as the page shows them: by control, then by rule, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from textwrap import dedent

from scanner.engine import Result, Rule, Severity, Subject
from scanner.engine.pages import Page, read_page
from scanner.engine.waivers import WaiverState
from scanner.report.html.homes import Home, homes_of
from scanner.report.words import Status, most_severe_first, name_of, status_of, waiver_words
from scanner.scan.outcome import Scan

_COMMANDS = ("az ", "mlsec-scan ", "resource ", "    ")


@dataclass(frozen=True, slots=True)
class Shown:
    """One result. `waiver` is what became of its waiver, in words; empty without one."""

    result: Result
    status: Status
    name: str
    homes: tuple[Home, ...]
    waiver: str
    expired: bool

    @property
    def tokens(self) -> str:
        """The marks of its solutions."""
        return " ".join(each.token for each in self.homes)


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
    def needs_care(self) -> bool:
        """Whether something of it failed or is unknown."""
        return any(row.status in {Status.FAIL, Status.UNKNOWN} for row in self.rows)


@dataclass(frozen=True, slots=True)
class ControlPart:
    """A control with its rules."""

    name: str
    rules: tuple[RulePart, ...]


def control_parts(scan: Scan, homes: Iterable[Home]) -> tuple[ControlPart, ...]:
    """Return the results by control in the order of the scan."""
    every = tuple(homes)
    return tuple(
        ControlPart(control, _rule_parts(list(found), every))
        for control, found in groupby(scan.results, key=lambda each: each.rule.control)
    )


def _rule_parts(results: list[Result], homes: tuple[Home, ...]) -> tuple[RulePart, ...]:
    """Return the rules of a control, those that failed first."""
    by_rule = [_rule_part(list(found), homes) for _, found in groupby(results, key=lambda each: each.rule.id)]
    return tuple(sorted(by_rule, key=_importance))


def _rule_part(results: list[Result], homes: tuple[Home, ...]) -> RulePart:
    page = read_page(results[0].rule)
    rows = tuple(_shown(each, homes) for each in most_severe_first(results))
    return RulePart(results[0].rule, page, blocks(page.fix), rows)


def _importance(part: RulePart) -> tuple[int, int]:
    return list(Status).index(part.rows[0].status), -part.severity.rank


def _shown(result: Result, homes: tuple[Home, ...]) -> Shown:
    use = result.waiver
    return Shown(
        result,
        status_of(result),
        name_of(result),
        homes_of(result, homes),
        waiver_words(use) if use is not None else "",
        use is not None and use.state is WaiverState.EXPIRED,
    )


def blocks(text: str) -> tuple[Block, ...]:
    """Take the text of a section apart: paragraphs, and code, which is indented or begins like a command."""
    return tuple(_block(each) for each in text.split("\n\n") if each.strip())


def _block(paragraph: str) -> Block:
    is_code = paragraph.startswith(_COMMANDS)
    return Block(is_code, tuple((dedent(paragraph) if is_code else paragraph).strip("\n").split("\n")))
