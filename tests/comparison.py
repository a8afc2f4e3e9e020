"""Verdicts on what is left of an estate, compared with those on the whole of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scanner.engine import Verdict
from tests.verdicts import Judged

BAD = {Verdict.FAIL, Verdict.UNKNOWN}


def bettered(before: Judged, after: Judged) -> Iterator[str]:
    """Yield what became better than it was seen to be, by subject and by rule."""
    for key, verdict in after.items():
        if verdict is Verdict.PASS and before.get(key) in BAD:
            yield f"{key[0]}: {before[key]} became pass on {key[1]}"
    for rule in sorted(_bad_rules(before) - _bad_rules(after)):
        yield f"{rule}: what was not passed is no longer seen"


def invented(before: Judged, after: Judged) -> Iterator[str]:
    """Yield what fails only because something was not seen: a false alarm."""
    for key, verdict in after.items():
        if verdict is Verdict.FAIL and before.get(key) is not Verdict.FAIL:
            yield f"{key[0]}: {before.get(key)} became fail on {key[1]}"


def _bad_rules(judged: Judged) -> set[str]:
    return {rule for (rule, _), verdict in judged.items() if verdict in BAD}


class Comparison:
    """Verdicts on an estate, compared with those on what is left of it; counts what it compared."""

    def __init__(self, whole: Judged) -> None:
        self.whole = whole
        self.bettered: list[str] = []
        self.invented: list[str] = []
        self.counts = Counter[str]()

    def add(self, what: str, judged: Judged) -> None:
        """Compare one denial, `what` naming it."""
        self.bettered += [f"{what}: {each}" for each in bettered(self.whole, judged)]
        self.invented += [f"{what}: {each}" for each in invented(self.whole, judged)]
        doubted = [
            key for key, verdict in judged.items() if verdict is Verdict.UNKNOWN and self.whole.get(key) != verdict
        ]
        self.counts.update(denials=1, verdicts=len(judged), doubted=len(doubted))

    def __str__(self) -> str:
        counts = self.counts
        return f"{counts['denials']:,} denials, {counts['verdicts']:,} verdicts compared, {counts['doubted']:,} doubted"
