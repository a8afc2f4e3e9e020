"""Which waivers are for a result, without asking all of them of all results."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import translate

from scanner.engine import Result
from scanner.engine.waivers import WaiverUse

_SPECIAL = frozenset("*?[")


class Covering:
    """Waivers by rule and subject, in the order in which they are given.

    Ids compare case-insensitively, as ARM's do. Most waivers name one subject; those with a glob are tried one by one,
    after all of a rule's at once.
    """

    def __init__(self, uses: Iterable[WaiverUse]) -> None:
        self._by_rule: dict[str, list[tuple[int, WaiverUse]]] = defaultdict(list)
        for place, use in enumerate(uses):
            self._by_rule[use.waiver.rule].append((place, use))
        self._subjects = {rule: _Subjects(found) for rule, found in self._by_rule.items()}

    def of_rule(self, rule: str) -> Iterator[WaiverUse]:
        """Yield the waivers of a rule."""
        return (use for _, use in self._by_rule.get(rule, ()))

    def of(self, result: Result) -> Iterator[WaiverUse]:
        """Yield the waivers that are for a result's rule and subject."""
        found = self._subjects.get(result.rule.id)
        if found is not None and result.subject is not None:
            yield from found.of(result.subject.id.key)


class _Subjects:
    """The waivers of one rule."""

    def __init__(self, uses: list[tuple[int, WaiverUse]]) -> None:
        self._exact: dict[str, list[tuple[int, WaiverUse]]] = defaultdict(list)
        self._globs: list[tuple[re.Pattern[str], tuple[int, WaiverUse]]] = []
        for placed in uses:
            wanted = placed[1].waiver.subject.lower().rstrip("/")
            self._exact[wanted].append(placed)
            if _SPECIAL & {*wanted} and placed[1].waiver.place is None:
                self._globs.append((re.compile(translate(wanted)), placed))
        self._any = re.compile("|".join(pattern.pattern for pattern, _ in self._globs) or "(?!)")

    def of(self, key: str) -> Iterator[WaiverUse]:
        found = [*self._exact.get(key, ())]
        if self._any.match(key):
            found += [placed for pattern, placed in self._globs if pattern.match(key)]
        yield from dict(sorted(found, key=lambda placed: placed[0])).values()
