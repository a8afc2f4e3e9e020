"""Failures as the usual text report shows them: in groups, the worst first, each thing said once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from scanner.engine import Result, Severity
from scanner.report.frameworks import controls_of
from scanner.report.grouping import Group, Places, grouped
from scanner.report.lines import Paper
from scanner.report.text_fitting import Block
from scanner.report.view import BY_RULE, BY_SEVERITY, BY_WORKSPACE, View
from scanner.report.words import Status, line_of, name_of, reasons_of, status_of
from scanner.system.counting import counted

_NAMED = 3
"""Subjects that are named where the same is said of several."""

_LONGEST_REASON = 300
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Failures:
    """How failures are shown."""

    view: View
    places: Places
    paper: Paper

    def blocks(self, results: Iterable[Result]) -> Iterator[Block]:
        """Yield a block for each group of failures, with an entry for each thing that is said."""
        failed = [each for each in results if status_of(each) is Status.FAIL]
        groups = grouped(failed, self.view.group_by, self.places)
        kept = groups[: self.view.top]
        for number, (title, inside) in enumerate(groupby(kept, key=self._title)):
            heading = [*([] if number else [""]), *self.paper.lines(title, 0, Status.FAIL)]
            for group in inside:
                yield self._block(heading, group)
                heading = []
        if len(kept) < len(groups):
            yield Block([*self.paper.lines(f"and {len(groups) - len(kept)} more", 1)])

    def _title(self, group: Group) -> str:
        by = self.view.group_by
        return group.severity.capitalize() if by == BY_SEVERITY else f"Failed, by {by}"

    def _block(self, heading: list[str], group: Group) -> Block:
        """Return a group's block; the controls of frameworks that were asked for stand with its head."""
        block = self._told(heading, group)
        controls = [*self._controls(group)]
        return replace(block, head=[*block.head, *controls], alone=[*block.alone, *(controls if block.alone else [])])

    def _controls(self, group: Group) -> Iterator[str]:
        for each in dict.fromkeys(said for result in group.results for said in controls_of(result)):
            yield from self.paper.lines(f"control: {each}", 2)

    def _told(self, heading: list[str], group: Group) -> Block:
        if len(group.results) == 1:
            (only,) = group.results
            title = f"{group.title}: {self._rule_of(only)}{self._subject(only)}"
            return Block([*heading, *self.paper.lines(title, 1)], [[*self.paper.lines(why(only), 2)]])
        head = self._head(group)
        above = [*heading, *self.paper.lines(head, 1)]
        return Block(above, [*self._entries(group)], [*heading, *self.paper.lines(self._alone(head, group), 1)])

    def _alone(self, head: str, group: Group) -> str:
        """Return a head that names a subject, as far as the line allows."""
        first = group.results[0]
        where = f" ({self.places.group_of(first.subject.id)})" if first.subject is not None else ""
        said = (f"{head}: {self._rule_of(first)}{name_of(first)}{each}, …" for each in (where, ""))
        return next((each for each in said if len(each) < self.paper.width - _INDENT), head)

    def _head(self, group: Group) -> str:
        workspaces = {each for result in group.results for each in self.places.homes.of(result)}
        are_told = len(workspaces) > 1 and self.view.group_by != BY_WORKSPACE
        where = f" in {counted(len(workspaces), 'workspace')}" if are_told else ""
        known = f", {group.known} known" if group.known else ""
        weights = "" if self.view.group_by == BY_SEVERITY else f" ({by_severity(group.results)})"
        return f"{group.title}: {len(group.results)} failed{where}{known}{weights}"

    def _entries(self, group: Group) -> Iterator[list[str]]:
        said: dict[tuple[str, str], list[str]] = defaultdict(list)
        for each in group.results:
            said[self._rule_of(each), why(each)].append(self._subject(each))
        for (rule, reason), subjects in said.items():
            named = some(subjects, _NAMED if self.view.top is None else len(subjects))
            yield [*self.paper.lines(f"{rule}{named}", 2), *self.paper.lines(reason, 3)]

    def _rule_of(self, result: Result) -> str:
        return "" if self.view.group_by in {BY_SEVERITY, BY_RULE} else f"{result.severity} {result.rule.id} "

    def _subject(self, result: Result) -> str:
        where, known = self.places.of(result), " (known)" if result.seen_before else ""
        line = line_of(self.places.scan, result)
        return f"{name_of(result)}{f' ({where})' if where else ''}{known}{f' at {line}' if line else ''}"


def by_severity(results: Iterable[Result]) -> str:
    """Return "2 critical, 1 low" of failures."""
    counts = Counter(each.severity for each in results)
    return ", ".join(f"{counts[each]} {each}" for each in reversed(Severity) if counts[each])


def why(result: Result) -> str:
    """Return the first thing that a result says, shortened, and how much more it says."""
    first, *more = reasons_of(result) or [""]
    shown = first if len(first) <= _LONGEST_REASON else f"{first[:_LONGEST_REASON]}…"
    return f"{shown} (and {counted(len(more), 'more reason')})" if more else shown


def some(names: list[str], most: int) -> str:
    """Return the first names, and how many there are beside them."""
    return "; ".join([*names[:most], *([f"and {len(names) - most} more"] if len(names) > most else [])])
