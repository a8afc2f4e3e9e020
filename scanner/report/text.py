"""The report that people read in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from scanner.engine import Result, Verdict
from scanner.engine.waivers import WaiverState
from scanner.frameworks.view import State
from scanner.model.arm import ArmId
from scanner.report.diff_words import name_of as subject_name
from scanner.report.diff_words import reasons, sections, summary
from scanner.report.drift import lines as drift_lines
from scanner.report.drift import summary as drift_summary
from scanner.report.evidence import COLUMNS as AGREEMENT
from scanner.report.evidence import REMARK as REMARK_OF_PROBES
from scanner.report.evidence import agreement, beside_of, counts_of, files_of, hop_of, words_of
from scanner.report.evidence import name_of as name_of_answer
from scanner.report.evidence import told as answers_told
from scanner.report.frameworks import DERIVED, REMARK, controls_of, rules_of, summary_of, title_of, views_of
from scanner.report.lines import Paper, paint
from scanner.report.text_brief import brief, next_steps
from scanner.report.todo import fix_first
from scanner.report.unread import spot_details, spot_words
from scanner.report.view import DEFAULT, View
from scanner.report.words import (
    Status,
    failures_by_severity,
    horizon_of,
    line_of,
    name_of,
    narrowing_of,
    notes_of,
    rules_run,
    said_of,
    scope_of,
    snapshot_of,
    status_of,
    unknown_count,
    waiver_words,
    waivers_in,
)
from scanner.report.wrapping import unbroken, wrapped
from scanner.scan.blind_spots import BlindSpot
from scanner.scan.outcome import Header, Scan
from scanner.scan.stand_ins import told
from scanner.system.counting import counted
from scanner.system.plain import plain

_ORDER = tuple(Status)
_NARROWEST = 20
"""Columns that are written for on a terminal of fewer."""
_FEW = 6
"""Lines that a part of the usual report takes beside failures and unknowns."""
_FEW_ANSWERS = 4
"""Answers of probes that the usual report has room for."""
_MORE = 20
"""Lines that drift takes."""


def as_text(scan: Scan, *, width: int = 100, colour: bool = False, view: View = DEFAULT) -> str:
    """Return the report that a view asks for. `width` is in columns; ids and names are never broken.

    Paths that hold are not shown hop by hop: the JSON and HTML reports have them.
    """
    paper = Paper(max(width, _NARROWEST), colour)
    lines = _whole(replace(scan, results=_shown(scan, view)), paper, scan) if view.whole else _usual(scan, view, paper)
    return "\n".join([*lines, ""])


def _usual(scan: Scan, view: View, paper: Paper) -> Iterator[str]:
    """Yield what matters most first; how the scan was narrowed and what to do next stand at the end."""
    width, colour, todos = paper.width, paper.colour, fix_first(scan, view)
    head = [*_short_header(scan, paper), *_counts(scan, paper), *_not_judged(scan, paper), *_changes(scan, width)]
    parts = [*_evidence(scan, width, most=_FEW_ANSWERS), *_few([*_drift(scan, width)], _MORE)]
    parts += [*_few([*_waivers(scan, width, colour=colour)]), *_narrowed(scan, width, most=_FEW // 2)]
    parts += _frameworks(scan, width)
    ends = [*(["", *parts[:-1]] if parts else []), *next_steps(scan, paper, todos)]
    yield from head
    yield from brief(scan, view, paper, todos, len(head) + len(ends))
    yield from ends


def _whole(scan: Scan, paper: Paper, every: Scan) -> Iterator[str]:
    """Yield every result under its control; of `every` result the last line counts."""
    width, colour = paper.width, paper.colour
    yield from (_header(scan), *_solutions(scan), *_controls(scan, width, colour=colour))
    yield from _changes(scan, width)
    yield from _drift(scan, width)
    yield from _gaps(scan.blind_spots, width)
    yield from _waivers(scan, width, colour=colour)
    yield from _narrowed(scan, width)
    yield from _frameworks(scan, width)
    yield from _evidence(scan, width)
    yield _summary(every, colour=colour)
    yield from _not_judged(scan, paper)


def _counts(scan: Scan, paper: Paper) -> Iterator[str]:
    """Yield the counts, in colour where they fit one line."""
    lines = [*paper.lines(_summary(scan, colour=False))]
    yield from lines if len(lines) > 1 else [_summary(scan, colour=paper.colour)]


def _shown(scan: Scan, view: View) -> tuple[Result, ...]:
    return tuple(each for each in scan.results if view.shows(each))


def _few(lines: list[str], most: int = _FEW) -> list[str]:
    """Return the first lines of a part that ends with an empty one, and how many there are beside them."""
    more = f"  and {counted(len(lines) - most - 1, 'line')} more with --all"
    return [*lines[:most], more, ""] if len(lines) > most + 2 else lines


def as_lines(
    result: Result, *, line: str = "", width: int = 100, colour: bool = False, whole_paths: bool = True
) -> Iterator[str]:
    """Yield one result: status, severity of a failure, rule and subject, then where in code, and why."""
    known = "  (known)" if result.seen_before else ""
    yield f"{_status(result, colour=colour)}  {name_of(result)}{known}"
    if line:
        yield from wrapped(f"at {line}", width)
    for said in said_of(result, whole_paths=whole_paths):
        yield from wrapped(said.text, width, indent=8 + 4 * said.depth)


def _status(result: Result, *, colour: bool) -> str:
    status = status_of(result)
    severity = result.severity if result.verdict is Verdict.FAIL else ""
    return f"{paint(f'{status:<7}', status, colour=colour)} {severity:<8} {result.rule.id}"


def _quiet_passes(results: list[Result], width: int, *, colour: bool) -> Iterator[str]:
    """Yield the passes of one rule that have nothing to say on one line."""
    if results:
        names = ", ".join(name_of(each) for each in results)
        first, *rest = unbroken(names, max(width - len(_status(results[0], colour=False)) - 2, 20))
        yield f"{_status(results[0], colour=colour)}  {first}"
        yield from (f"{'':{len(_status(results[0], colour=False))}}  {line}" for line in rest)


def _header(scan: Scan) -> str:
    header = scan.header
    where = ", ".join(header.subscriptions) or "no subscription"
    return (
        f"mlsec-scan {header.tool_version}: {header.source}, cloud {plain(header.cloud)}, profile {header.profile}\n"
        f"subscriptions: {plain(where)}\n{_way(header)}{_horizon(header)}"
    )


def _short_header(scan: Scan, paper: Paper) -> Iterator[str]:
    """Yield the same, with few of many subscriptions named."""
    named, more = scan.header.subscriptions[:_FEW], len(scan.header.subscriptions) - _FEW
    where = (*named, *([f"and {more} more"] if more > 0 else []))
    first, _, *rest = _header(scan).splitlines()
    for line in (first, f"subscriptions: {plain(', '.join(where) or 'none')}", *rest):
        yield from paper.lines(line)


def _horizon(header: Header) -> str:
    return "".join(f"{what}: {said}\n" for what, said in (*snapshot_of(header), *horizon_of(header), *notes_of(header)))


def _way(header: Header) -> str:
    """Say which way Azure was read, where there was a choice."""
    ways = {"arm": "Azure Resource Manager", "graph": "Azure Resource Graph"}
    return f"read by {ways[header.via]}: {plain(header.why)}\n" if header.why else ""


def _solutions(scan: Scan) -> Iterator[str]:
    for each in scan.solutions:
        (name,) = _names([each.workspace], scan)
        yield f"workspace {name}: {each.isolation or 'isolation not known'}"
        for role, ids in (("AML VNet", each.aml_vnets), ("access VNet", each.access_vnets)):
            yield from ([f"    {role}: {', '.join(_names(ids, scan))}"] if ids else [])
        yield ""


def _names(ids: Iterable[str], scan: Scan) -> list[str]:
    return [plain(told(ArmId(each), scan.stand_ins).name) for each in ids]


def _controls(scan: Scan, width: int, *, colour: bool) -> Iterator[str]:
    for control, found in groupby(scan.results, key=lambda result: result.rule.control):
        yield control
        ordered = sorted(found, key=lambda result: (_ORDER.index(status_of(result)), result.rule.id))
        for _, same in groupby(ordered, key=lambda result: (status_of(result), result.rule.id)):
            yield from (f"  {line}" for line in _alike(scan, [*same], width - 2, colour=colour))
        yield ""


def _alike(scan: Scan, results: list[Result], width: int, *, colour: bool) -> Iterator[str]:
    """Yield the results of one rule with one status."""
    yield from _quiet_passes([each for each in results if _is_quiet(each)], width, colour=colour)
    for each in results:
        if not _is_quiet(each):
            line = line_of(scan, each)
            yield from as_lines(each, line=line, width=width, colour=colour, whole_paths=False)
    for said in controls_of(results[0]):
        yield from wrapped(f"control: {said}", width)


def _is_quiet(result: Result) -> bool:
    return result.verdict is Verdict.PASS and not result.notes


def _gaps(spots: tuple[BlindSpot, ...], width: int) -> Iterator[str]:
    """Yield what could not be read, each reason told once with the verdicts that hang on it."""
    if spots:
        yield f"Not read: {counted(sum(len(each.gaps) for each in spots), 'listing or item', 'listings and items')}"
        for spot in spots:
            yield from wrapped(spot_words(spot), width, indent=2)
            yield from (line for each in spot_details(spot) for line in wrapped(each, width, indent=6))
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
            yield from (line for reason in reasons(each) for line in wrapped(reason, width, indent=8))
    yield from (f"  {summary(scan.change)}", "")


def _drift(scan: Scan, width: int) -> Iterator[str]:
    """Yield how the estate differs from what code left behind, and which verdicts that explains."""
    if scan.drift is not None:
        yield "Drift"
        yield from wrapped(drift_summary(scan.drift), width, indent=2)
        for depth, said in drift_lines(scan.drift):
            yield from wrapped(said, width, indent=4 + 2 * depth)
        yield ""


def _waivers(scan: Scan, width: int, *, colour: bool) -> Iterator[str]:
    """Yield the waivers that somebody has to look at: expired ones first, then those that fit nothing."""
    expired, unused = waivers_in(scan, WaiverState.EXPIRED), waivers_in(scan, WaiverState.UNUSED)
    if expired or unused:
        yield paint("Waivers to look at", Status.FAIL if expired else Status.UNKNOWN, colour=colour)
        for use in (*expired, *unused):
            yield from wrapped(f"{scope_of(use)}: {waiver_words(use)}", width, indent=2)
        yield ""


def _summary(scan: Scan, *, colour: bool) -> str:
    counts = scan.by_verdict
    shown = [
        _count(counts[Verdict.FAIL], "failed", Status.FAIL, colour=colour) + failures_by_severity(scan),
        *([_count(scan.waived, "waived", Status.WAIVED, colour=colour)] if scan.waived else []),
        paint(unknown_count(scan), Status.UNKNOWN, colour=colour and counts[Verdict.UNKNOWN] > 0),
        _count(counts[Verdict.PASS], "passed", Status.PASS, colour=colour),
        f"{counts[Verdict.NOT_APPLICABLE]} not applicable",
    ]
    return ", ".join([*shown, *filter(None, [rules_run(scan)])])


def _narrowed(scan: Scan, width: int, most: int | None = None) -> Iterator[str]:
    """Yield how the scan was narrowed, each thing on so many lines at most; None is as many as it takes."""
    said = [wrapped(f"{heading}: {text}", width, indent=2) for heading, text in narrowing_of(scan)]
    if said:
        yield "What this scan went by"
        for lines in said:
            yield from lines[:most]
            if most is not None and len(lines) > most:
                yield f"    and {counted(len(lines) - most, 'line')} more with --all"
        yield ""


def _frameworks(scan: Scan, width: int) -> Iterator[str]:
    """Yield how the controls stand of which a deciding rule failed or is not known; the others are counted."""
    for view in views_of(scan):
        yield plain(f"{view.framework.name} ({view.framework.id})")
        yield from wrapped(summary_of(view), width, indent=2)
        for each in view.controls:
            if each.state in {State.FAILING, State.UNKNOWN}:
                derived = " [derived]" if each.is_derived else ""
                yield from wrapped(f"{each.state}  {title_of(each)}{derived}; {rules_of(each)}", width, indent=4)
        yield ""
    if scan.frameworks:
        yield from wrapped(f"{REMARK} {DERIVED}", width, indent=0)
        yield ""


def _evidence(scan: Scan, width: int, most: int | None = None) -> Iterator[str]:
    """Yield what probes found that the model does not say, what differs first; so many answers at most."""
    if scan.evidence is None:
        return
    yield f"What probes found: {counts_of(scan.evidence)}"
    for said in (*files_of(scan.evidence), REMARK_OF_PROBES):
        yield from wrapped(said, width, indent=2)
    yield f"  {'':<16}{''.join(f'{each:>20}' for each in AGREEMENT)}"
    yield from (f"  {row:<16}{''.join(f'{each:>20}' for each in counts)}" for row, counts in agreement(scan.evidence))
    shown = answers_told(scan.evidence)
    for each in shown[:most]:
        yield from wrapped(name_of_answer(each), width, indent=2)
        for said in filter(None, (words_of(each), hop_of(each), beside_of(each, scan))):
            yield from wrapped(said, width, indent=6)
    if most is not None and len(shown) > most:
        yield f"  more with --all: {len(shown) - most}"
    yield ""


def _not_judged(scan: Scan, paper: Paper) -> Iterator[str]:
    """Yield what was not judged at all; of that the counts say nothing."""
    if scan.not_judged:
        yield from paper.lines(plain(scan.not_judged), 0, Status.UNKNOWN)


def _count(count: int, word: str, status: Status, *, colour: bool) -> str:
    return paint(f"{count} {word}", status, colour=colour and count > 0)
