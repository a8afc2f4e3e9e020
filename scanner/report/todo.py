"""What to fix first, as the head of a report shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from scanner.causes.causes import Cause
from scanner.engine import Severity
from scanner.fix.remarks import why_none
from scanner.report.view import DEFAULT, View
from scanner.scan.outcome import Header, Scan
from scanner.system.counting import counted
from scanner.system.plain import plain


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: what is wrong and where, what it clears, and the way there; harmless text.

    `how` is what to type, `does` one sentence on what to change, or why no edit is offered.
    """

    what: str
    clears: str
    how: str = ""
    does: str = ""


def fix_first(scan: Scan, view: View = DEFAULT) -> tuple[Todo, ...]:
    """Return what to fix first: the worst, then what clears most, of failures that a view shows.

    What is said of several causes is said once.
    """
    alike: dict[tuple[Severity, str], list[Cause]] = defaultdict(list)
    shown = (each for each in scan.causes if any(map(view.shows, each.results)))
    for each in shown:
        alike[each.severity, each.says].append(each)
    source = source_option(scan.header)
    return tuple(_todo(each, source) for each in sorted(alike.values(), key=_weight))


def source_option(header: Header) -> str:
    """Return the option that names a scan's source again, as far as a scan knows it; "" for code."""
    match header.source:
        case "demo":
            return "--demo"
        case "snapshot":
            return "--snapshot FILE"
        case "live":
            return f"--subscription {plain(header.subscriptions[0])}" if len(header.subscriptions) == 1 else "SOURCE"
    return ""


def _weight(causes: list[Cause]) -> tuple[int, int]:
    return -causes[0].severity.rank, -sum(len(each.clears) for each in causes)


def _todo(causes: list[Cause], source: str) -> Todo:
    first, *others = causes
    such = f" ({len(causes)} such)" if others else ""
    clears, eases = (sum(map(len, each)) for each in zip(*((one.clears, one.eases) for one in causes), strict=True))
    said = [f"clears {counted(clears, 'failure')}"] if clears else []
    said += [f"eases {eases}"] if eases else []
    how = f"mlsec-scan fix {source} --cause {first.id}" if first.change is not None and source else ""
    does = plain(first.change.says if first.change is not None else f"no edit: {why_none(first.results[0])}")
    return Todo(f"{first.severity}: {plain(first.says, _LONGEST)}{such}", ", ".join(said), how, does)


_LONGEST = 200
