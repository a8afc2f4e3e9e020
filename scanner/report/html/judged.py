"""What the results say of single resources and of pairs of them: the colours of the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TypeAlias, TypeVar

from scanner.engine import Doubt, Note, Problem, Result, Severity, Verdict
from scanner.model.arm import ArmId


class State(StrEnum):
    """How something is drawn, worst last."""

    OK = "ok"
    UNKNOWN = "unknown"
    BROKEN = "broken"


Pair: TypeAlias = frozenset[ArmId]
K = TypeVar("K")

_ENDPOINTS = "Private Link"
"""The control whose rules ask for private endpoints."""

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

    `failed`, `broken` and `broken_pairs` hold the worst severity; pairs are what one reason names together: a zone and
    the virtual network that it is not linked to. `parts` are the subjects that failed or are unknown under everything
    that they lie in, `unlinked` those of which a result about private endpoints failed. `waived` are subjects of which
    a failure was accepted, `known` those of which every failure is in the baseline.
    """

    failed: Mapping[ArmId, Severity]
    broken: Mapping[ArmId, Severity]
    broken_pairs: Mapping[Pair, Severity]
    undecided: frozenset[ArmId]
    unclear: frozenset[ArmId]
    unclear_pairs: frozenset[Pair]
    parts: Mapping[ArmId, list[ArmId]]
    unlinked: Mapping[ArmId, Severity]
    waived: frozenset[ArmId]
    known: frozenset[ArmId]

    def node(self, arm_id: ArmId) -> State:
        """Return the state of a resource: only results about itself count."""
        if arm_id in self.failed:
            return State.BROKEN
        return State.UNKNOWN if arm_id in self.undecided else State.OK

    def edge(self, ids: Iterable[ArmId], pair: Pair) -> State:
        """Return the state of what joins a pair, which resources of these ids make up."""
        own = frozenset(ids)
        if own & self.broken.keys() or pair in self.broken_pairs:
            return State.BROKEN
        return State.UNKNOWN if own & self.unclear or pair in self.unclear_pairs else State.OK

    def severity(self, ids: Iterable[ArmId], pair: Pair = frozenset()) -> Severity | None:
        """Return the worst severity of what failed of these ids or between a pair; None where no result did."""
        found = (self.broken_pairs.get(pair), *(self.broken.get(each) for each in ids))
        return max((each for each in found if each is not None), key=_rank, default=None)


def judged(results: Iterable[Result]) -> Judged:
    """Index the results by what they are about."""
    every = list(results)
    failed = [each for each in every if each.verdict is Verdict.FAIL and not each.is_waived]
    unknown = [each for each in every if each.verdict is Verdict.UNKNOWN]
    fresh = _subjects(each for each in failed if not each.seen_before)
    return Judged(
        _gravest(_graves(failed)),
        _gravest((arm_id, each.severity) for each in failed for arm_id in _named([each])),
        _gravest((pair, each.severity) for each in failed for pair in _pairs([each])),
        _subjects(unknown),
        frozenset(_named(unknown)),
        frozenset(_pairs(unknown)),
        _by_owner(_subjects([*failed, *unknown])),
        _gravest(_graves(each for each in failed if each.rule.control == _ENDPOINTS)),
        _subjects(each for each in every if each.is_waived),
        _subjects(failed) - fresh,
    )


def _by_owner(subjects: Iterable[ArmId]) -> dict[ArmId, list[ArmId]]:
    found: dict[ArmId, list[ArmId]] = {}
    for subject in sorted(subjects):
        owner = subject.parent
        while owner is not None:
            found.setdefault(owner, []).append(subject)
            owner = owner.parent
    return found


def _graves(results: Iterable[Result]) -> Iterator[tuple[ArmId, Severity]]:
    yield from ((each.subject.id, each.severity) for each in results if each.subject is not None)


def _gravest(found: Iterable[tuple[K, Severity]]) -> dict[K, Severity]:
    """Return the worst severity under each key."""
    gravest: dict[K, Severity] = {}
    for key, severity in found:
        gravest[key] = max(gravest.get(key, severity), severity, key=_rank)
    return gravest


def _rank(severity: Severity) -> int:
    return severity.rank


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
