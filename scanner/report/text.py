"""The report that people read in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap
from typing import Any

from scanner.engine import Result, Verdict
from scanner.engine.waivers import WaiverState
from scanner.frameworks.view import State
from scanner.report.diff_words import name_of as subject_name
from scanner.report.diff_words import reasons, sections, summary
from scanner.report.frameworks import DERIVED, REMARK, controls_of, rules_of, summary_of, title_of, views_of
from scanner.report.plain import plain
from scanner.report.unread import spot_details, spot_words
from scanner.report.words import (
    Status,
    failures_by_severity,
    horizon_of,
    name_of,
    narrowing_of,
    notes_of,
    rules_run,
    said_of,
    scope_of,
    snapshot_of,
    status_of,
    waiver_words,
    waivers_in,
)
from scanner.scan.blind_spots import BlindSpot
from scanner.scan.outcome import Header, Scan, SolutionSummary

_ORDER = tuple(Status)
_UNBROKEN: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
_COLOURS = {
    Status.FAIL: "31",
    Status.WAIVED: "35",
    Status.UNKNOWN: "33",
    Status.PASS: "32",
    Status.NOT_APPLICABLE: "2",
}


def as_text(scan: Scan, *, width: int = 100, colour: bool = False) -> str:
    """Return the whole report. `width` is in columns; ids and names are never broken.

    Paths that hold are not shown hop by hop: the JSON and HTML reports have them.
    """
    parts = [_header(scan), *_solutions(scan.solutions), *_controls(scan.results, width, colour=colour)]
    ends = [
        *_changes(scan, width),
        *_gaps(scan.blind_spots, width),
        *_waivers(scan, width, colour=colour),
        *_narrowed(scan, width),
        *_frameworks(scan, width),
        _summary(scan, colour=colour),
    ]
    return "\n".join([*parts, *ends, *_not_judged(scan, width, colour=colour), ""])


def as_lines(result: Result, *, width: int = 100, colour: bool = False, whole_paths: bool = True) -> Iterator[str]:
    """Yield one result: status, severity of a failure, rule and subject, then why."""
    known = "  (known)" if result.seen_before else ""
    yield f"{_status(result, colour=colour)}  {name_of(result)}{known}"
    for said in said_of(result, whole_paths=whole_paths):
        yield from _wrapped(said.text, width, indent=8 + 4 * said.depth)


def _status(result: Result, *, colour: bool) -> str:
    status = status_of(result)
    severity = result.severity if result.verdict is Verdict.FAIL else ""
    return f"{_paint(f'{status:<7}', status, colour=colour)} {severity:<8} {result.rule.id}"


def _quiet_passes(results: list[Result], width: int, *, colour: bool) -> Iterator[str]:
    """Yield the passes of one rule that have nothing to say on one line."""
    if results:
        names = ", ".join(name_of(each) for each in results)
        first, *rest = wrap(names, max(width - len(_status(results[0], colour=False)) - 2, 20), **_UNBROKEN)
        yield f"{_status(results[0], colour=colour)}  {first}"
        yield from (f"{'':{len(_status(results[0], colour=False))}}  {line}" for line in rest)


def _wrapped(message: str, width: int, indent: int = 8) -> list[str]:
    space = " " * indent
    lines = wrap(message, max(width - indent, 20), **_UNBROKEN)
    return [space + line for line in lines]


def _paint(text: str, status: Status, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[status]}m{text}\x1b[0m" if colour else text


def _header(scan: Scan) -> str:
    header = scan.header
    where = ", ".join(header.subscriptions) or "no subscription"
    return (
        f"mlsec-scan {header.tool_version}: {header.source}, cloud {plain(header.cloud)}, profile {header.profile}\n"
        f"subscriptions: {plain(where)}\n{_way(header)}{_horizon(header)}"
    )


def _horizon(header: Header) -> str:
    return "".join(f"{what}: {said}\n" for what, said in (*snapshot_of(header), *horizon_of(header), *notes_of(header)))


def _way(header: Header) -> str:
    """Say which way Azure was read, where there was a choice."""
    ways = {"arm": "Azure Resource Manager", "graph": "Azure Resource Graph"}
    return f"read by {ways[header.via]}: {plain(header.why)}\n" if header.why else ""


def _solutions(solutions: Iterable[SolutionSummary]) -> Iterator[str]:
    for each in solutions:
        yield f"workspace {plain(_name(each.workspace))}: {each.isolation or 'isolation not known'}"
        yield from _named("AML VNet", each.aml_vnets)
        yield from _named("access VNet", each.access_vnets)
        yield ""


def _named(role: str, ids: tuple[str, ...]) -> Iterator[str]:
    if ids:
        yield f"    {role}: {', '.join(plain(_name(each)) for each in ids)}"


def _name(arm_id: str) -> str:
    return arm_id.rpartition("/")[2]


def _controls(results: tuple[Result, ...], width: int, *, colour: bool) -> Iterator[str]:
    for control, found in groupby(results, key=lambda result: result.rule.control):
        yield control
        ordered = sorted(found, key=lambda result: (_ORDER.index(status_of(result)), result.rule.id))
        for _, same in groupby(ordered, key=lambda result: (status_of(result), result.rule.id)):
            yield from (f"  {line}" for line in _alike([*same], width - 2, colour=colour))
        yield ""


def _alike(results: list[Result], width: int, *, colour: bool) -> Iterator[str]:
    """Yield the results of one rule with one status."""
    yield from _quiet_passes([each for each in results if _is_quiet(each)], width, colour=colour)
    for each in results:
        if not _is_quiet(each):
            yield from as_lines(each, width=width, colour=colour, whole_paths=False)
    for said in controls_of(results[0]):
        yield from _wrapped(f"control: {said}", width)


def _is_quiet(result: Result) -> bool:
    return result.verdict is Verdict.PASS and not result.notes


def _gaps(spots: tuple[BlindSpot, ...], width: int) -> Iterator[str]:
    """Yield what could not be read, each reason told once with the verdicts that hang on it."""
    if spots:
        yield f"Not read: {sum(len(each.gaps) for each in spots)} listings and items"
        for spot in spots:
            yield from _wrapped(spot_words(spot), width, indent=2)
            yield from (line for each in spot_details(spot) for line in _wrapped(each, width, indent=6))
        yield ""


def _changes(scan: Scan, width: int) -> Iterator[str]:
    """Yield what a plan changes, by kind."""
    if scan.change is None:
        return
    yield "What the plan changes"
    for title, changes in sections(scan.change):
        yield f"  {title}"
        for each in changes:
            yield f"    {each.latest.severity:<8} {each.latest.rule}  {subject_name(each.latest.subject)}"
            yield from (line for reason in reasons(each) for line in _wrapped(reason, width, indent=8))
    yield from (f"  {summary(scan.change)}", "")


def _waivers(scan: Scan, width: int, *, colour: bool) -> Iterator[str]:
    """Yield the waivers that somebody has to look at: expired ones first, then those that fit nothing."""
    expired, unused = waivers_in(scan, WaiverState.EXPIRED), waivers_in(scan, WaiverState.UNUSED)
    if expired or unused:
        yield _paint("Waivers to look at", Status.FAIL if expired else Status.UNKNOWN, colour=colour)
        for use in (*expired, *unused):
            yield from _wrapped(f"{scope_of(use)}: {waiver_words(use)}", width, indent=2)
        yield ""


def _summary(scan: Scan, *, colour: bool) -> str:
    counts = scan.by_verdict
    shown = [
        _count(counts[Verdict.FAIL], "failed", Status.FAIL, colour=colour) + failures_by_severity(scan),
        *([_count(scan.waived, "waived", Status.WAIVED, colour=colour)] if scan.waived else []),
        _count(counts[Verdict.UNKNOWN], "unknown", Status.UNKNOWN, colour=colour),
        _count(counts[Verdict.PASS], "passed", Status.PASS, colour=colour),
        f"{counts[Verdict.NOT_APPLICABLE]} not applicable",
    ]
    return ", ".join([*shown, *filter(None, [rules_run(scan)])])


def _narrowed(scan: Scan, width: int) -> Iterator[str]:
    """Yield how the scan was narrowed."""
    said = [f"{heading}: {text}" for heading, text in narrowing_of(scan)]
    if said:
        yield "What this scan went by"
        yield from (line for each in said for line in _wrapped(each, width, indent=2))
        yield ""


def _frameworks(scan: Scan, width: int) -> Iterator[str]:
    """Yield how the controls stand of which a deciding rule failed or is not known; the others are counted."""
    for view in views_of(scan):
        yield plain(f"{view.framework.name} ({view.framework.id})")
        yield from _wrapped(summary_of(view), width, indent=2)
        for each in view.controls:
            if each.state in {State.FAILING, State.UNKNOWN}:
                derived = " [derived]" if each.is_derived else ""
                yield from _wrapped(f"{each.state}  {title_of(each)}{derived}; {rules_of(each)}", width, indent=4)
        yield ""
    if scan.frameworks:
        yield from _wrapped(f"{REMARK} {DERIVED}", width, indent=0)
        yield ""


def _not_judged(scan: Scan, width: int, *, colour: bool) -> Iterator[str]:
    """Yield what was not judged at all; of that the counts say nothing."""
    if scan.not_judged:
        yield from (_paint(line, Status.UNKNOWN, colour=colour) for line in _wrapped(plain(scan.not_judged), width, 0))


def _count(count: int, word: str, status: Status, *, colour: bool) -> str:
    return _paint(f"{count} {word}", status, colour=colour and count > 0)
