"""What could be saved without losing a control: each proposal was taken out of the graph, and all judged again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scanner.cost.book import Book
from scanner.cost.candidates import Candidate, candidates, serves
from scanner.cost.decided import require_decided, require_names
from scanner.cost.estimate import Total, monthly_difference
from scanner.cost.inventory import inventory
from scanner.cost.removal import without
from scanner.engine import Verdict
from scanner.evidence import MissingEvidence
from scanner.fix.bench import Judgement, again, difference
from scanner.fix.reach import Way, reached
from scanner.model.arm import ArmId

_BUDGET = 300_000
"""So many resources are looked at again in all."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What could go: `gone` at `at`, why it seems to be of no use, and what a month costs less without it."""

    at: ArmId
    gone: tuple[ArmId, ...]
    why: str
    monthly: Total


@dataclass(frozen=True, slots=True)
class Kept:
    """What seems to be of no use and has to stay: what would get worse without it, or why that is not known."""

    at: ArmId
    why: str
    because: str


@dataclass(frozen=True, slots=True)
class Savings:
    """What could go, each by itself after those before it, what has to stay, and how much was not tried."""

    proposed: tuple[Saving, ...] = ()
    kept: tuple[Kept, ...] = ()
    untried: int = 0

    @property
    def monthly(self) -> Total:
        """What all of them save together."""
        saved = [each.monthly for each in self.proposed]
        return Total(sum((each.monthly for each in saved), start=_NOTHING), any(each.at_least for each in saved))


_NOTHING = Decimal(0)


def savings(judged: Judgement, book: Book, *, exists: bool = True) -> Savings:
    """Try what seems to be of no use, one after the other, each on what is left; `exists` is false of code."""
    if not serves(judged.graph):
        return Savings()
    priced = {each.id for each in inventory(judged.graph).items}
    found = [each for each in candidates(judged.graph, exists=exists) if each.at in priced]
    most = _BUDGET // max(len(judged.graph), 1)
    trial = _Trial(judged, book, exists=exists)
    for each in found[:most]:
        trial.take(each)
    return Savings(tuple(trial.proposed), tuple(trial.kept), max(0, len(found) - most))


class _Trial:
    """An estate from which one thing after the other is taken, as long as nothing gets worse."""

    def __init__(self, judged: Judgement, book: Book, *, exists: bool) -> None:
        self._judged = judged
        self._exists = exists
        self._book = book
        self._ways: frozenset[Way] | None = None
        self._gone: set[ArmId] = set()
        self.proposed: list[Saving] = []
        self.kept: list[Kept] = []

    def take(self, candidate: Candidate) -> None:
        """Take something away if that harms nothing. What offered itself beside what went is looked at anew."""
        if self._gone and candidate not in set(candidates(self._judged.graph, exists=self._exists)):
            return
        try:
            require_decided(candidate, self._judged)
            graph = without(self._judged.graph, candidate.gone)
            require_names(candidate, self._judged.graph, graph)
            after = again(self._judged, graph)
            ways = reached(graph)
        except MissingEvidence as missing:
            self.kept.append(Kept(candidate.at, candidate.why, missing.why))
            return
        self._ways = reached(self._judged.graph) if self._ways is None else self._ways
        harm = next(_harms(self._judged, after, self._ways - ways, candidate), "")
        if harm:
            self.kept.append(Kept(candidate.at, candidate.why, harm))
            return
        saved, _ = monthly_difference(graph, self._judged.graph, self._book)
        self.proposed.append(Saving(candidate.at, candidate.gone, candidate.why, saved))
        self._judged, self._ways = after, ways
        self._gone |= set(candidate.gone)


def _harms(before: Judgement, after: Judgement, cut: frozenset[Way], candidate: Candidate) -> Iterator[str]:
    """Yield what gets worse: new failures and doubts, ways that are cut, and what passed and is not judged any more."""
    for each in difference(before, after).breaks:
        subject = f" of {each.subject.name}" if each.subject is not None else ""
        yield f"{each.rule.id}{subject} would {'fail' if each.verdict is Verdict.FAIL else 'not be known'}"
    for subnet, _, what in sorted(cut):
        yield f"{subnet.name} would lose {what}"
    gone = {each.key for each in candidate.gone}
    for key, each in before.results.items():
        now = after.results.get(key)
        is_lost = each.verdict is Verdict.PASS and (now is None or now.verdict is not Verdict.PASS)
        if is_lost and not any(key[1] == name or key[1].startswith(f"{name}/") for name in gone):
            yield f"{each.rule.id} of {each.subject.name if each.subject is not None else '-'} would no longer pass"
