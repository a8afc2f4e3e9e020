"""What to fix first: the faults and the gaps on which verdicts hang, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.causes.causes import Cause
from scanner.engine import Severity
from scanner.fix.remarks import why_none
from scanner.report.unread import spot_help, spot_words
from scanner.scan.blind_spots import BlindSpot
from scanner.scan.outcome import Scan
from scanner.system.plain import plain

_LONGEST_QUERY = 200
_FAULTS, _UNREAD = 5, 2
"""So many faults, and so much that was not read, are urgent."""


@dataclass(frozen=True, slots=True)
class FixFirst:
    """A fault on which verdicts hang, or something that was not read.

    `clears` failures hang on it alone, `eases` on it and others, `settles` unknowns. `severity` is the worst of the
    failures, None where it only makes things unknown. `does` is one sentence on what to do or why no edit is offered,
    `query` what to search the results for; "" without.
    """

    what: str
    severity: Severity | None
    clears: int = 0
    eases: int = 0
    settles: int = 0
    does: str = ""
    query: str = ""


def fix_first(scan: Scan) -> tuple[tuple[FixFirst, ...], tuple[FixFirst, ...]]:
    """Return what is urgent of a scan's causes and of what was not read, the weightiest of each first; and the rest."""
    faults, unread = tuple(map(_fault, scan.causes)), tuple(_unread(scan.blind_spots))
    return (*faults[:_FAULTS], *unread[:_UNREAD]), (*faults[_FAULTS:], *unread[_UNREAD:])


def _fault(cause: Cause) -> FixFirst:
    change = cause.change
    return FixFirst(
        what=cause.says,
        severity=cause.severity,
        clears=len(cause.clears),
        eases=len(cause.eases),
        does=change.says if change is not None else f"no edit: {why_none(cause.results[0])}",
        query=plain("/".join(cause.at.names), _LONGEST_QUERY),
    )


def _unread(spots: tuple[BlindSpot, ...]) -> Iterator[FixFirst]:
    for spot in spots:
        if spot.results:
            yield FixFirst(spot_words(spot), None, settles=len(spot.results), does=spot_help(spot))
