"""A plan: ordered steps, each made on the graph and judged again before the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from scanner.engine import Result, Verdict
from scanner.engine.change import Change
from scanner.evidence import MissingEvidence
from scanner.fix.bench import Difference, Judgement, again, difference
from scanner.fix.effects import EditError, made
from scanner.fix.offers import Offer, offers
from scanner.fix.reach import Way, reached
from scanner.fix.versions import has_version


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step adds to a month's bill, less than nothing where it saves, and by which prices that is told.

    It is `at_least` so much where a price is not known; `by_traffic` more is charged for what goes through.
    """

    monthly: Decimal
    currency: str
    at_least: bool
    by_traffic: bool
    prices: str


@dataclass(frozen=True, slots=True)
class Step:
    """One change, what it does to the verdicts, and the ways that it takes away: none unless nothing else was left.

    `cost` is None where it costs nothing, or nobody asked.
    """

    change: Change
    does: Difference
    cuts: tuple[Way, ...] = ()
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that is not proposed, and why."""

    change: Change
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in their order, what is not proposed, and what fails still once all steps are made.

    `waived` and `unknown` is what was asked for and left as it is: somebody accepted it, or nobody could see it.
    """

    steps: tuple[Step, ...]
    refused: tuple[Refused, ...]
    remaining: tuple[Result, ...]
    after: Judgement
    waived: tuple[Result, ...] = ()
    unknown: tuple[Result, ...] = ()


Wanted = Callable[[Result], bool]

_Taken: TypeAlias = tuple[Step, Judgement, frozenset[Way]]
"""A step, the estate judged once it is made, and the ways that are open then."""


class Planner:
    """Works out a plan step by step."""

    def __init__(self, judged: Judgement, wanted: Wanted) -> None:
        self._judged = judged
        self._wanted = wanted
        self._ways = reached(judged.graph)
        self._steps: list[Step] = []
        self._refused: dict[str, Refused] = {}

    def plan(self) -> Plan:
        """Take what is offered, one after the other, until nothing that is left to try helps."""
        while (taken := self._next()) is not None:
            step, self._judged, self._ways = taken
            self._steps.append(step)
            self._refused.clear()
        remaining = tuple(filter(self._wanted, self._judged.failures))
        asked = [each for each in self._judged.results.values() if self._wanted(each)]
        return Plan(
            tuple(self._steps),
            tuple(self._refused.values()),
            remaining,
            self._judged,
            tuple(each for each in asked if each.is_waived),
            tuple(each for each in asked if each.verdict is Verdict.UNKNOWN),
        )

    def _next(self) -> _Taken | None:
        """Return the first change that helps and cuts nobody off; without one, the first that helps."""
        cutting = None
        for taken in self._helping():
            if not taken[0].cuts:
                return taken
            cutting = cutting or taken
        return cutting

    def _helping(self) -> Iterator[_Taken]:
        failing = [each for each in self._judged.failures if self._wanted(each)]
        for offer in offers(self._judged, failing):
            tried = self._try(offer)
            if tried is not None:
                yield tried

    def _try(self, offer: Offer) -> _Taken | None:
        if unknown := [each.target.type for each in offer.change.edits if not has_version(each.target)]:
            self._refuse(offer, f"no api-version is known for {unknown[0]}")
            return None
        try:
            graph = made(self._judged.graph, offer.change.edits)
        except (EditError, MissingEvidence) as error:
            self._refuse(offer, str(error))
            return None
        after = again(self._judged, graph)
        does = difference(self._judged, after)
        if does.breaks:
            self._refuse(offer, f"it would break {_named(does.breaks)}")
            return None
        if not does.helps:
            self._refuse(offer, f"it alone does not mend {_named(offer.asked_by)}")
            return None
        ways = reached(graph)
        return Step(offer.change, does, tuple(sorted(self._ways - ways))), after, ways

    def _refuse(self, offer: Offer, why: str) -> None:
        self._refused[offer.change.id] = Refused(offer.change, why)


def _named(results: Iterable[Result]) -> str:
    names = [f"{each.rule.id} of {each.subject.name if each.subject is not None else '-'}" for each in results]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004


def plan(judged: Judgement, wanted: Wanted = lambda _: True) -> Plan:
    """Work out what would mend the failures that are wanted."""
    return Planner(judged, wanted).plan()
