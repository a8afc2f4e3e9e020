"""Causes alone: what `mlsec-scan causes` prints."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.causes.causes import Cause
from scanner.fix.remarks import why_none
from scanner.report.json_text import json_text
from scanner.report.json_v1 import causes_objects
from scanner.report.unread import spot_help, spot_words
from scanner.scan.blind_spots import BlindSpot
from scanner.scan.outcome import Scan
from scanner.system.counting import counted
from scanner.system.plain import plain


def as_causes_json(scan: Scan) -> str:
    """Return the causes as the JSON report has them, as an array."""
    return json_text(causes_objects(scan))


def as_causes_text(scan: Scan) -> str:
    """Return a paragraph for each cause, the weightiest first, then for each reason why something was not read."""
    paragraphs = [*map(_fault, scan.causes), *(_spot(each) for each in scan.blind_spots if each.results)]
    if not paragraphs:
        return "Nothing fails, and nothing that matters was left unread.\n"
    return "\n\n".join("\n".join(each) for each in paragraphs) + "\n"


def _fault(cause: Cause) -> Iterator[str]:
    yield f"{cause.severity.value.upper():<8} {plain(cause.says)}"
    yield f"    {cause.id}: {clears_words(cause)}"
    for each in cause.results:
        subject = each.subject.name if each.subject is not None else "-"
        yield f"        {each.rule.id}  {plain(subject)}"
    change = cause.change
    yield f"    fix: {plain(change.says)}" if change is not None else f"    no edit: {why_none(cause.results[0])}"


def clears_words(cause: Cause) -> str:
    """Say how many failures a cause is behind, alone and among others."""
    clears, eases = len(cause.clears), len(cause.eases)
    said = [f"{counted(clears, 'failure hangs', 'failures hang')} on it alone"] if clears else []
    said += [f"{eases} on it and others"] if eases else []
    return ", ".join(said)


def _spot(spot: BlindSpot) -> Iterator[str]:
    yield f"UNREAD   {spot_words(spot)}"
    yield f"    {spot.id}: {spot_help(spot) or 'what would help is not known'}"
