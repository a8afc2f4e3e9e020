"""Where in code the subjects of results stand, and the values that are at fault: those that a change would set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scanner.collect.lines import Lines
from scanner.engine import Doubt, Note, Problem, Result
from scanner.engine.change import Set
from scanner.fix.bench import judgement
from scanner.fix.offers import offers
from scanner.model.arm import ArmId
from scanner.model.place import Place
from scanner.scan.outcome import Scan
from scanner.scan.places import Places


def located(scan: Scan, lines: Lines | None) -> Scan:
    """Return a scan with the places of all that its results name."""
    if lines is None:
        return scan
    named = {each.key: each for result in scan.results for each in _named(result)}
    places = {key: place for key, each in named.items() if (place := lines.of(each)) is not None}
    return replace(scan, places=Places(places, dict(_faults(scan, lines))), lines=lines)


def _named(result: Result) -> Iterator[ArmId]:
    if result.subject is not None:
        yield result.subject.id
    reasons: tuple[Problem | Doubt | Note, ...] = (*result.problems, *result.doubts, *result.notes)
    for reason in reasons:
        yield from reason.involves
        yield from () if isinstance(reason, Doubt) else (hop.at for hop in reason.path)


def _faults(scan: Scan, lines: Lines) -> Iterator[tuple[str, Place]]:
    """Yield the fingerprints of failures whose subject has a value that would have to be another one, and its place."""
    if scan.graph is None:
        return
    for offer in offers(judgement(scan.results, scan.graph)):
        for edit in offer.change.edits:
            if not isinstance(edit, Set):
                continue
            place = lines.of_value(edit.target, tuple(edit.path.split(".")))
            for result in offer.asked_by if place is not None else ():
                if place is not None and result.subject is not None and result.subject.id == edit.target:
                    yield result.fingerprint, place
