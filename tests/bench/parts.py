"""What of an estate each share of its judgements reads: `python -m tests.bench.parts [SIZE …]`.

Rows that every share reads would go to every worker, however an estate were cut: what is left is the most that a cut
could save. A judgement asks about the whole where it asks for every resource of a type, or for an index over those.
"""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from scanner.engine import Rule, Subject
from scanner.engine.evaluate import subjects_of
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.shares import judge_part
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.graph.rows import PackedRows
from scanner.model.arm import Json
from scanner.model.resource import Resource
from tests.bench.estates import estate_of
from tests.bench.tenant import EACH, tenant

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

SIZES = (10_000, 50_000)
_SHARES = (2, 8)
_HEADINGS = ("estate", "rows", "shares", "a share reads", "every share reads", "nobody reads", "ask about the whole")


class NotingRows:
    """Rows that note which of them are read."""

    def __init__(self, rows: PackedRows) -> None:
        self._rows = rows
        self.keys, self.holds = rows.keys, rows.holds
        self.read: set[str] = set()

    def row(self, key: str) -> Json:
        """Note the row."""
        self.read.add(key)
        return self._rows.row(key)


class NotingGraph(Graph):
    """A graph that notes whether something was asked about the whole, now or when an index was made."""

    asked = False

    def seen(self, kind: type[R]) -> tuple[R, ...]:
        """Note that every resource of a kind is asked for."""
        self.asked = True
        return super().seen(kind)

    def once(self, build: Callable[[Graph], T]) -> T:
        """Note of each index whether making it asked about the whole."""
        before, self.asked = self.asked, False
        try:
            return super().once(build)
        finally:
            self._wide[build] = self._wide.get(build, False) or self.asked
            self.asked = before or self._wide[build]

    @property
    def _wide(self) -> dict[Any, bool]:
        found: dict[Any, bool] = self.__dict__.setdefault("_noted", {})
        return found


def main() -> None:
    """Measure and print."""
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    rules = load_packs([built_in_pack()])
    sys.stdout.write(f"$ python -m tests.bench.parts {' '.join(map(str, sizes))}\n\n")
    sys.stdout.write(
        "| estate | rows | shares | a share reads | every share reads | nobody reads | ask about the whole |\n"
    )
    sys.stdout.write(f"|{'---|' * 7}\n")
    for size in sizes:
        _lines("solutions", PackedRows(estate_of(size)), rules)
        _lines("tenant", PackedRows(tenant(size // EACH)), rules)


def _lines(name: str, rows: PackedRows, rules: Sequence[Rule[Subject]]) -> None:
    wide = f"{_asking(NotingGraph(rows), rules):.0%}"
    for shares in _SHARES:
        read = [_read(rows, rules, number, shares) for number in range(shares)]
        counts = Counter(key for each in read for key in each)
        every = sum(count == shares for count in counts.values())
        parts = (max(map(len, read)), every, len(rows) - len(counts))
        told = " | ".join(f"{each / len(rows):.0%}" for each in parts)
        sys.stdout.write(f"| {name} | {len(rows):,} | {shares} | {told} | {wide} |\n")
        sys.stdout.flush()


def _read(rows: PackedRows, rules: Sequence[Rule[Subject]], number: int, shares: int) -> set[str]:
    noting = NotingRows(rows)
    judge_part(rules, Graph(noting), number, shares)
    return noting.read


def _asking(graph: NotingGraph, rules: Sequence[Rule[Subject]]) -> float:
    """Return which part of all judgements ask about the whole."""
    asked = [_asks(rule, each, graph) for rule in rules for each in tuple(subjects_of(rule, graph))]
    return sum(asked) / len(asked)


def _asks(rule: Rule[Subject], subject: Subject, graph: NotingGraph) -> bool:
    graph.asked = False
    with suppress(MissingEvidence):
        deque(rule.check(subject, graph), maxlen=0)
    return graph.asked


if __name__ == "__main__":
    main()
