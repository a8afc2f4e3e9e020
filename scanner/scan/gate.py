"""What counts: severities as the user weighs them, failures that somebody accepted, and failures known from before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from scanner.engine import Result, Severity, Verdict
from scanner.engine.waivers import Waiver, WaiverState, WaiverUse
from scanner.scan.covering import Covering
from scanner.scan.outcome import Scan


@dataclass(frozen=True, slots=True)
class Gate:
    """What a failure is held against: waivers, the fingerprints of a baseline's failures, and the day (UTC).

    `unknown_before` are the fingerprints of what was unknown in the baseline: what still is does not count either.
    `compared` are those of all of its results, by which it fits a scan.
    What is left fails the run from `fail_on` on, None never does; what is unknown does unless `allow_unknown`, and a
    scan that judged nothing does unless `allow_empty`. No baseline excuses a result of a rule of `required` (ids).
    Of what a plan would do, what fails or is unknown without it does not count, unless `everything` does.
    """

    today: date
    waivers: tuple[Waiver, ...] = ()
    baseline: frozenset[str] = frozenset()
    fail_on: Severity | None = Severity.LOW
    allow_unknown: bool = False
    allow_empty: bool = False
    everything: bool = False
    required: frozenset[str] = frozenset()
    unknown_before: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()


def gated(scan: Scan, gate: Gate) -> Scan:
    """Mark the failures of a scan that are waived or known, and say what became of the waivers."""
    known = tuple(each if each.rule.id in gate.required else _marked(each, gate) for each in scan.results)
    results, uses = apply_waivers(known, gate.waivers, gate.today)
    return replace(scan, results=results, waivers=uses)


def counts(result: Result) -> bool:
    """Tell whether a result is a failure that nobody accepted and the baseline does not know."""
    return result.verdict is Verdict.FAIL and not result.is_waived and not result.seen_before


def _marked(result: Result, gate: Gate) -> Result:
    """Mark what stands as it did in the baseline: what failed there and is unknown now counts, and the reverse."""
    failed = result.verdict is Verdict.FAIL and result.fingerprint in gate.baseline
    unknown = result.verdict is Verdict.UNKNOWN and result.fingerprint in gate.unknown_before
    return replace(result, seen_before=True) if failed or unknown else result


def fits_nothing(scan: Scan, gate: Gate) -> bool:
    """Tell whether a baseline has results, and none of them is about a rule and subject of this scan."""
    return bool(gate.compared) and gate.compared.isdisjoint(each.fingerprint for each in scan.results)


def exit_code(finished: Scan, gate: Gate) -> int:
    """Return 1 when a failure that counts is as bad as the gate says, 3 for new unknowns or nothing, else 0."""
    failed = (result for result in finished.results if counts(result))
    if gate.fail_on is not None and any(result.severity.rank >= gate.fail_on.rank for result in failed):
        return 1
    is_unknown = finished.unknown_and_new and not gate.allow_unknown
    return 3 if is_unknown or (finished.not_judged and not gate.allow_empty) else 0


# Waivers


def apply_waivers(
    results: tuple[Result, ...], waivers: Iterable[Waiver], today: date
) -> tuple[tuple[Result, ...], tuple[WaiverUse, ...]]:
    """Put each failure under its waiver, and return what became of every waiver of a rule that was judged.

    One that holds goes before one that has expired, then the first in the file. A waiver is unused when no failure is
    under it and no subject of its is unknown: that could be the failure it is for.
    """
    judged = {each.rule.id for each in results}
    uses = tuple(WaiverUse(each, _state(each, today)) for each in waivers if each.rule in judged)
    covering = Covering(sorted(uses, key=lambda use: use.state is WaiverState.EXPIRED))
    waived = tuple(_under(each, covering) for each in results)
    needed = {each.waiver.waiver for each in waived if each.waiver is not None} | _undecided(results, covering)
    found = [each if each.waiver in needed else replace(each, state=WaiverState.UNUSED) for each in uses]
    return waived, tuple(_once_a_block(found))


def _once_a_block(uses: Iterable[WaiverUse]) -> Iterator[WaiverUse]:
    """Yield the uses, of a waiver in code that is for several instances those that are needed, or one."""
    by_place: dict[object, list[WaiverUse]] = {}
    for number, each in enumerate(uses):
        at = each.waiver.place
        by_place.setdefault(number if at is None else (each.waiver.rule, at), []).append(each)
    for same in by_place.values():
        needed = [each for each in same if each.state is not WaiverState.UNUSED]
        yield from needed or same[:1]


def _state(waiver: Waiver, today: date) -> WaiverState:
    return WaiverState.ACTIVE if today <= waiver.expires else WaiverState.EXPIRED


def _under(result: Result, covering: Covering) -> Result:
    if result.verdict is not Verdict.FAIL:
        return result
    return replace(result, waiver=next(covering.of(result), None))


def _undecided(results: Iterable[Result], covering: Covering) -> set[Waiver]:
    """Return the waivers of which nobody can say that they are not needed."""
    unknown = [each for each in results if each.verdict is Verdict.UNKNOWN]
    hidden = {each.rule.id for each in unknown if each.subject is None}
    covered = (use.waiver for each in unknown if each.rule.id not in hidden for use in covering.of(each))
    # Where a rule's subjects could not be listed, the waiver's may be among them.
    return {*covered, *(use.waiver for rule in hidden for use in covering.of_rule(rule))}
