"""Sets of whole numbers as intervals: exact union, intersection and subtraction, never expanded."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""First and last member, both included."""


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """A set of whole numbers. `spans` are sorted, and neither overlap nor touch: equal sets have equal spans."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> IntervalSet:
        """Return the union of intervals in any order; one whose last lies before its first is empty."""
        merged: list[Span] = []
        for first, last in sorted(span for span in spans if span[0] <= span[1]):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = merged[-1][0], max(merged[-1][1], last)
            else:
                merged.append((first, last))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __or__(self, other: IntervalSet) -> IntervalSet:
        if not other.spans or not self.spans:
            return self if self.spans else other
        return IntervalSet.of((*self.spans, *other.spans))

    def __and__(self, other: IntervalSet) -> IntervalSet:
        few, many = (self, other) if len(self.spans) <= len(other.spans) else (other, self)
        return IntervalSet(tuple(part for span in few.spans for part in many.within(span)))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        if not other.spans:
            return self
        return IntervalSet(tuple(part for span in self.spans for part in _cut(span, other.within(span))))

    def covers(self, other: IntervalSet) -> bool:
        """Tell whether this set holds every member of the other one."""
        return all(span in self.within(span) for span in other.spans)

    def is_beside(self, other: IntervalSet) -> bool:
        """Tell, at little cost, whether one set ends before the other begins; others may share nothing too."""
        if not (self.spans and other.spans):
            return True
        return self.spans[-1][1] < other.spans[0][0] or other.spans[-1][1] < self.spans[0][0]

    def within(self, span: Span) -> Iterator[Span]:
        """Yield what this set holds of one interval, in order."""
        start = bisect_right(self.spans, span[0], key=_first)
        start -= 1 if start and self.spans[start - 1][1] >= span[0] else 0
        for first, last in self.spans[start : bisect_left(self.spans, span[1] + 1, key=_first)]:
            yield max(first, span[0]), min(last, span[1])


NOTHING = IntervalSet()


def _first(span: Span) -> int:
    return span[0]


def _cut(span: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of an interval without some parts of it, given in order."""
    start, end = span
    for first, last in holes:
        if start < first:
            yield start, first - 1
        start = last + 1
    if start <= end:
        yield start, end
