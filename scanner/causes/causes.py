"""Causes: a fault in one resource, or one that is missing, with the failures that hang on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanner.engine import Result, Severity
from scanner.engine.change import Change, Create
from scanner.evidence import MissingEvidence
from scanner.fix.bench import Judgement, again, difference, key_of
from scanner.fix.effects import EditError, made
from scanner.fix.near import Neighbourhoods
from scanner.fix.offers import Offer, offers
from scanner.model.arm import ArmId

_BUDGET = 300_000
"""So many resources are looked at again in all, the worst failures first: each change that is tried costs a look."""


class Kind(StrEnum):
    """What a cause is."""

    FAULT = "fault"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Cause:
    """A fault on which failures hang.

    `clears` are failures that are none any more once `change` is made, alone, which breaks nothing; `eases` are such as
    have fewer problems left. Without a change they are those that tell of the same resource, and `says` is what the
    first says. What is not `verified` was not tried: by the rules' word it eases those that the change is offered for.
    """

    kind: Kind
    at: ArmId
    says: str
    clears: tuple[Result, ...]
    eases: tuple[Result, ...] = ()
    change: Change | None = None
    verified: bool = True

    @property
    def id(self) -> str:
        """The same in every run for the same fault in the same resource."""
        said = f"{self.at.key}\0{self.change.id if self.change is not None else self.clears[0].rule.id}"
        return f"{self.kind}-{hashlib.sha256(said.encode('utf-8', 'backslashreplace')).hexdigest()[:8]}"

    @property
    def results(self) -> tuple[Result, ...]:
        """Every failure that hangs on it, those that it alone is behind first."""
        return (*self.clears, *self.eases)

    @property
    def severity(self) -> Severity:
        """The worst of the failures that hang on it."""
        return max((each.severity for each in self.results), key=lambda each: each.rank)


def causes_of(judged: Judgement, budget: int | None = _BUDGET) -> tuple[Cause, ...]:
    """Return what the failures of an estate come from: the worst first, then what clears most.

    Changes are tried as far as the budget goes (resources looked at; None: all of them). What was not tried is told
    by the failures for whose sake it is offered.
    """
    offered = sorted(offers(judged), key=_urgency)
    most = len(offered) if budget is None else budget // max(len(judged.graph), 1)
    near = Neighbourhoods(judged) if most else None
    tried = [_mended(each, judged, near) for each in offered[:most]] if near is not None else []
    untried = [_untried(each) for each in offered[most:]]
    found = _without_other_ways(each for each in (*tried, *untried) if each is not None)
    explained = {key_of(each) for cause in found for each in cause.results}
    found += _without_change([each for each in judged.failures if key_of(each) not in explained])
    return tuple(sorted(found, key=_weight))


def _untried(offer: Offer) -> Cause:
    return Cause(_kind(offer), offer.change.at, _says(offer), (), offer.asked_by, offer.change, verified=False)


def _kind(offer: Offer) -> Kind:
    return Kind.MISSING if any(isinstance(each, Create) for each in offer.change.edits) else Kind.FAULT


def _urgency(offer: Offer) -> int:
    return -max(each.severity.rank for each in offer.asked_by)


def _without_other_ways(causes: Iterable[Cause]) -> list[Cause]:
    """Leave out what only mends again what a weightier cause, mended, clears anyhow."""
    found: list[Cause] = []
    for cause in sorted(causes, key=_weight):
        hanging = set(map(key_of, cause.results))
        if not any(hanging <= set(map(key_of, each.clears)) for each in found):
            found.append(cause)
    return found


def _weight(cause: Cause) -> tuple[int, int, int, str]:
    return -cause.severity.rank, -len(cause.clears), -len(cause.eases), cause.id


def _mended(offer: Offer, judged: Judgement, near: Neighbourhoods) -> Cause | None:
    """Return a fault with what hangs on it, None where the change that is offered does not mend anything."""
    before = near.around(offer.change)
    try:
        after = again(before, made(before.graph, offer.change.edits))
    except (EditError, MissingEvidence):
        return None
    does = difference(before, after)
    if does.breaks or not does.helps:
        return None
    whole = {key_of(each): judged.results[key_of(each)] for each in (*does.clears, *does.eases)}
    # What other workspaces have against a subject that several share is no part of the cut.
    clears = [each for each in does.clears if len(whole[key_of(each)].problems) == len(each.problems)]
    cleared = tuple(whole[key_of(each)] for each in clears)
    eased = tuple(each for key, each in whole.items() if key not in set(map(key_of, cleared)))
    return Cause(_kind(offer), offer.change.at, _says(offer), cleared, eased, offer.change)


def _says(offer: Offer) -> str:
    """Say what is wrong in the words of the worst failure that the change is offered for."""
    first = offer.asked_by[0]
    return _told(first)


def _told(result: Result) -> str:
    subject = result.subject.name if result.subject is not None else result.rule.id
    return f"{subject}: {result.problems[0].message}"


def _without_change(failures: Sequence[Result]) -> Iterator[Cause]:
    """Group failures that no change mends by what they are about: the first resource that their problems involve."""
    groups: dict[ArmId, list[Result]] = {}
    for each in failures:
        groups.setdefault(_place(each), []).append(each)
    for at, results in groups.items():
        yield Cause(Kind.FAULT, at, _told(results[0]), tuple(results))


def _place(result: Result) -> ArmId:
    involved = (each for problem in result.problems for each in problem.involves)
    return next(involved, result.subject.id if result.subject is not None else ArmId(""))


def cause_of(result: Result, causes: Iterable[Cause]) -> Cause | None:
    """Return the weightiest cause that a failure hangs on."""
    key = key_of(result)
    return next((each for each in causes if any(key_of(one) == key for one in each.results)), None)
