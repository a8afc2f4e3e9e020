"""The heat map of the estate: how each workspace stands by each control, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from scanner.engine import Result, Severity
from scanner.report.html.homes import Finder, Home
from scanner.report.words import Status, status_of
from scanner.system.plain import plain

_BY_WEIGHT = tuple(reversed(Severity))


@dataclass(slots=True)
class Tally:
    """How many results there are of each status; failures by severity. `known` are those failures in the baseline."""

    failed: Counter[Severity] = field(default_factory=Counter)
    counts: Counter[Status] = field(default_factory=Counter)
    known: int = 0

    def add(self, result: Result) -> None:
        """Count a result."""
        status = status_of(result)
        self.counts[status] += 1
        if status is Status.FAIL:
            self.failed[result.severity] += 1
            self.known += result.seen_before

    @property
    def fails(self) -> int:
        """How many failed."""
        return self.counts[Status.FAIL]

    @property
    def unknown(self) -> int:
        """How many are unknown."""
        return self.counts[Status.UNKNOWN]

    @property
    def looks(self) -> str:
        """The class names that it is coloured by: the worst severity, or the status of what is not failed."""
        worst = next((each for each in _BY_WEIGHT if self.failed[each]), None)
        if worst is not None:
            return f"{worst} known" if self.known == self.fails else str(worst)
        return next((slug for status, slug in _SLUGS if self.counts[status]), "none")

    @property
    def count(self) -> int:
        """The number that is shown: failures, else unknowns, else what is waived."""
        return self.fails or self.unknown or self.counts[Status.WAIVED]

    @property
    def says(self) -> str:
        """Everything in words: "3 failed (2 critical, 1 high), 1 of them known; 3 unknown; 12 passed"."""
        return "; ".join(self._words()) or "not judged"

    def _words(self) -> Iterator[str]:
        if self.fails:
            found = ", ".join(f"{self.failed[each]} {each}" for each in _BY_WEIGHT if self.failed[each])
            yield f"{self.fails} failed ({found})" + (f", {self.known} of them known" if self.known else "")
        for status, word in _REST:
            if self.counts[status]:
                yield f"{self.counts[status]} {word}"

    @property
    def weight(self) -> tuple[int, ...]:
        """The order, the worst first: failures from the gravest severity down, then what is unknown."""
        return (*(-self.failed[each] for each in _BY_WEIGHT), -self.unknown)


_SLUGS = ((Status.UNKNOWN, "unknown"), (Status.WAIVED, "waived"), (Status.PASS, "pass"))
_REST = ((Status.WAIVED, "waived"), (Status.UNKNOWN, "unknown"), (Status.PASS, "passed"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One control of one row; `query` is the filter that shows what is counted."""

    control: str
    tally: Tally
    query: str


@dataclass(frozen=True, slots=True)
class Row:
    """A workspace, the whole estate, or what belongs to no workspace: `home` is None for the latter two."""

    label: str
    home: Home | None
    total: Tally
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The map: its controls in the order of the scan, the estate as a whole, and the workspaces, the worst first."""

    controls: tuple[str, ...]
    estate: Row
    rows: tuple[Row, ...]
    loose: Row | None


def heat(results: Iterable[Result], homes: tuple[Home, ...], finder: Finder) -> Heat:
    """Count the results of each solution and control; what several solutions share counts in each of them."""
    every = list(results)
    controls = tuple(dict.fromkeys(each.rule.control for each in every))
    tallies: dict[int, dict[str, Tally]] = {}
    for result in every:
        for place in [home.place for home in finder.of(result)] or [_LOOSE]:
            tallies.setdefault(place, {}).setdefault(result.rule.control, Tally()).add(result)
    estate: dict[str, Tally] = {}
    for result in every:
        estate.setdefault(result.rule.control, Tally()).add(result)
    rows = [_row(home.label, home, controls, tallies.get(home.place, {})) for home in homes]
    loose = _row("no one workspace", None, controls, tallies.get(_LOOSE, {}))
    return Heat(
        controls,
        _row("All workspaces", None, controls, estate),
        tuple(sorted(rows, key=lambda row: (row.total.weight, row.label))),
        loose if loose.total.count else None,
    )


_LOOSE = -1
"""The place of what belongs to no solution."""


def _row(label: str, home: Home | None, controls: tuple[str, ...], found: dict[str, Tally]) -> Row:
    cells = tuple(_cell(control, found.get(control, Tally()), home) for control in controls)
    return Row(label, home, _sum(found.values()), cells)


def _cell(control: str, tally: Tally, home: Home | None) -> Cell:
    verdict = "fail" if tally.fails else "unknown" if tally.unknown else "waived"
    where = {"workspace": plain(home.label)} if home is not None else {}
    return Cell(control, tally, urlencode({"verdict": verdict, "control": control, **where}))


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total.failed += each.failed
        total.counts += each.counts
        total.known += each.known
    return total
