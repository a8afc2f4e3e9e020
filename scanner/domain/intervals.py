"""Sets of whole numbers as intervals: exact union, intersection and subtraction, never expanded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

Span: TypeAlias = tuple[int, int]
"""First and last member, both included."""


class IntervalSet(Struct, frozen=True, cache_hash=True, gc=False):
    """A set of whole numbers. `spans` are sorted, and neither overlap nor touch: equal sets have equal spans."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> IntervalSet:
        """Return the union of intervals in any order; one whose last lies before its first is empty."""
        members = [(first, last) for first, last in spans if first <= last]
        if len(members) < 2:  # noqa: PLR2004 - nothing to unite
            return cls(tuple(members))
        merged: list[Span] = []
        for first, last in sorted(members):
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
        if self._bridges(other):
            return other
        if other._bridges(self) or self.spans == other.spans:
            return self
        if self.is_beside(other):
            return NOTHING
        few, many = (self, other) if len(self.spans) <= len(other.spans) else (other, self)
        found = tuple(_common(few.spans, many.spans))
        return few if found == few.spans else IntervalSet(found)

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        if self.is_beside(other):
            return self
        if other._bridges(self) or self.spans == other.spans:
            return NOTHING
        return IntervalSet(tuple([part for span in self.spans for part in _cut(span, other.within(span))]))

    def covers(self, other: IntervalSet) -> bool:
        """Tell whether this set holds every member of the other one."""
        if self._bridges(other) or self.spans == other.spans:
            return True
        return all(span in self.within(span) for span in other.spans)

    def is_beside(self, other: IntervalSet) -> bool:
        """Tell, at little cost, whether one set ends before the other begins; others may share nothing too."""
        if not (self.spans and other.spans):
            return True
        return self.spans[-1][1] < other.spans[0][0] or other.spans[-1][1] < self.spans[0][0]

    def _bridges(self, other: IntervalSet) -> bool:
        """Tell, at little cost, whether this set is one interval that holds the whole of another set that has members.

        Most are: every address, every port, all of IPv4.
        """
        if len(self.spans) != 1:
            return False
        first, last = self.spans[0]
        return bool(other.spans) and first <= other.spans[0][0] and other.spans[-1][1] <= last

    def within(self, span: Span) -> Iterator[Span]:
        """Yield what this set holds of one interval, in order."""
        # A tuple of one sorts before every span that starts at its number.
        start = bisect_left(self.spans, (span[0] + 1,))
        start -= 1 if start and self.spans[start - 1][1] >= span[0] else 0
        for first, last in self.spans[start : bisect_left(self.spans, (span[1] + 1,))]:
            yield max(first, span[0]), min(last, span[1])


NOTHING = IntervalSet()


def _common(few: tuple[Span, ...], many: tuple[Span, ...]) -> Iterator[Span]:
    """Yield what two sets share, in one pass over both that skips what lies before the first."""
    at, end = max(bisect_left(many, few[0]) - 1, 0), len(many)
    for first, last in few:
        while at < end and many[at][0] <= last:
            begins, ends = many[at]
            if ends >= first:
                yield max(begins, first), min(ends, last)
            if ends > last:
                break
            at += 1


def _cut(span: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of an interval without some parts of it, given in order."""
    start, end = span
    for first, last in holes:
        if start < first:
            yield start, first - 1
        start = last + 1
    if start <= end:
        yield start, end
