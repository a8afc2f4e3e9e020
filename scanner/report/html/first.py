"""What to fix first: the faults and the gaps on which verdicts hang, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.causes.causes import Cause
from scanner.engine import Severity
from scanner.fix.remarks import why_none
from scanner.report.plain import plain
from scanner.report.unread import spot_help, spot_words
from scanner.scan.blind_spots import BlindSpot
from scanner.scan.outcome import Scan

_LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class FixFirst:
    """A fault on which verdicts hang, or something that was not read.

    `clears` failures hang on it alone, `eases` on it and others, `settles` unknowns. `severity` is the worst of the
    failures, None where it only makes things unknown. `does` is one sentence on what to do or why no edit is offered, ""
    without; `query` is what to search the results for, "" without.
    """

    what: str
    severity: Severity | None
    clears: int = 0
    eases: int = 0
    settles: int = 0
    does: str = ""
    query: str = ""


def fix_first(scan: Scan) -> tuple[FixFirst, ...]:
    """Return the causes of a scan, the weightiest first, then what to let be read, that which settles most first."""
    return (*map(_fault, scan.causes), *_unread(scan.blind_spots))


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
