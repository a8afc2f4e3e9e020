"""What could not be read, told once for each reason, with the verdicts that hang on it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.engine import Result, Verdict
from scanner.evidence import Gap
from scanner.model.arm import ArmId

_Place = tuple[str, str]
"""A subscription (GUID, "" where none is named) and a reason."""


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """What of a subscription could not be read for one reason.

    `subscription` is a GUID, "" where none is named. `gaps` has every listing and item with the number of unknown
    verdicts that hang on it, those with most first; `results` are the verdicts that hang on any of them, in order.
    """

    subscription: str
    why: str
    gaps: tuple[tuple[Gap, int], ...]
    results: tuple[Result, ...]

    @property
    def id(self) -> str:
        """The same in every run for the same subscription and reason."""
        said = f"{self.subscription}\0{self.why}".encode("utf-8", "backslashreplace")
        return f"unread-{hashlib.sha256(said).hexdigest()[:8]}"

    @property
    def permissions(self) -> dict[str, int]:
        """The actions that would have been needed, with the number of verdicts that hang on what they let read."""
        found: dict[str, int] = defaultdict(int)
        for gap, verdicts in self.gaps:
            if gap.permission:
                found[gap.permission] += verdicts
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def blind_spots(gaps: Iterable[Gap], results: Iterable[Result]) -> tuple[BlindSpot, ...]:
    """Return what could not be read, by subscription and reason; that on which most verdicts hang first."""
    results = tuple(results)
    hanging = _hanging(results)
    places: dict[_Place, set[Gap]] = defaultdict(set)
    for gap in (*gaps, *hanging):
        places[ArmId(gap.scope).subscription, gap.why].add(gap)
    found = (_spot(place, inside, hanging, results) for place, inside in places.items())
    return tuple(sorted(found, key=lambda each: (-len(each.results), each.subscription, each.why)))


def _hanging(results: Iterable[Result]) -> dict[Gap, set[int]]:
    """Return by gap the places, in order, of the unknown verdicts that hang on it."""
    found: dict[Gap, set[int]] = defaultdict(set)
    for place, result in enumerate(results):
        if result.verdict is Verdict.UNKNOWN:
            for doubt in result.doubts:
                if doubt.gap is not None:
                    found[doubt.gap].add(place)
    return found


def _spot(place: _Place, gaps: set[Gap], hanging: dict[Gap, set[int]], results: tuple[Result, ...]) -> BlindSpot:
    counted = sorted(((gap, len(hanging.get(gap, ()))) for gap in gaps), key=_most_first)
    hangs = set[int]().union(*(hanging.get(gap, ()) for gap in gaps))
    return BlindSpot(*place, tuple(counted), tuple(results[each] for each in sorted(hangs)))


def _most_first(counted: tuple[Gap, int]) -> tuple[int, str, str]:
    gap, verdicts = counted
    return -verdicts, gap.kind.lower(), gap.scope.lower()
