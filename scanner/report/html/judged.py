"""What the results say of single resources and of pairs of them: the colours of the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TypeAlias

from scanner.engine import Doubt, Note, Problem, Result, Verdict
from scanner.model.arm import ArmId


class State(StrEnum):
    """How something is drawn, worst last."""

    OK = "ok"
    UNKNOWN = "unknown"
    BROKEN = "broken"


Pair: TypeAlias = frozenset[ArmId]

_PAIRED_BY = frozenset({"Private DNS zones", "VNet peering"})
"""The controls whose reasons name two resources because of what is, or is not, between them."""


def worst(*states: State) -> State:
    """Return the worst of several states, OK of none."""
    return max(states, key=list(State).index, default=State.OK)


PATHS = "End to end"
"""The control whose rules walk whole paths."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The ids that results are about and those that their reasons name; failures that somebody accepted do not count.

    `pairs` are what one reason names together: a zone and the virtual network that it is not linked to.
    """

    failed: frozenset[ArmId]
    broken: frozenset[ArmId]
    broken_pairs: frozenset[Pair]
    undecided: frozenset[ArmId]
    unclear: frozenset[ArmId]
    unclear_pairs: frozenset[Pair]

    def node(self, arm_id: ArmId) -> State:
        """Return the state of a resource: only results about itself count."""
        if arm_id in self.failed:
            return State.BROKEN
        return State.UNKNOWN if arm_id in self.undecided else State.OK

    def edge(self, ids: Iterable[ArmId], pair: Pair) -> State:
        """Return the state of what joins a pair, which resources of these ids make up."""
        own = frozenset(ids)
        if own & self.broken or pair in self.broken_pairs:
            return State.BROKEN
        return State.UNKNOWN if own & self.unclear or pair in self.unclear_pairs else State.OK


def judged(results: Iterable[Result]) -> Judged:
    """Index the results by what they are about."""
    all_ = [each for each in results if not each.is_waived]
    failed = [each for each in all_ if each.verdict is Verdict.FAIL]
    unknown = [each for each in all_ if each.verdict is Verdict.UNKNOWN]
    return Judged(
        _subjects(failed),
        frozenset(_named(failed)),
        frozenset(_pairs(failed)),
        _subjects(unknown),
        frozenset(_named(unknown)),
        frozenset(_pairs(unknown)),
    )


def _subjects(results: Iterable[Result]) -> frozenset[ArmId]:
    return frozenset(each.subject.id for each in results if each.subject is not None)


def _reasons(result: Result) -> tuple[Problem | Doubt | Note, ...]:
    return result.problems if result.verdict is Verdict.FAIL else result.doubts


def _named(results: Iterable[Result]) -> Iterator[ArmId]:
    """Yield subjects and what the reasons involve."""
    for result in results:
        yield from _subjects([result])
        for reason in _reasons(result):
            yield from _meant(result, reason)


def _meant(result: Result, reason: Problem | Doubt | Note) -> tuple[ArmId, ...]:
    """Return what a reason blames: of a path, which involves every station on the way, only those where it breaks."""
    if isinstance(reason, Problem) and reason.path:
        return tuple(hop.at for hop in reason.path if hop.ok is False)
    return () if result.rule.control == PATHS else reason.involves


def _pairs(results: Iterable[Result]) -> Iterator[Pair]:
    for result in results:
        if result.rule.control in _PAIRED_BY:
            for reason in _reasons(result):
                named = {*reason.involves, *_subjects([result])}
                yield from (frozenset(pair) for pair in combinations(sorted(named), 2))
