"""The report that people read in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap
from typing import Any

from scanner.engine import Hop, Note, Problem, Result, Severity, Verdict
from scanner.evidence import Gap
from scanner.outcome import Scan, SolutionSummary
from scanner.report.plain import plain

_WORDS = {Verdict.FAIL: "FAIL", Verdict.UNKNOWN: "UNKNOWN", Verdict.PASS: "PASS", Verdict.NOT_APPLICABLE: "N/A"}
_ORDER = tuple(_WORDS)
_UNBROKEN: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
_COLOURS = {Verdict.FAIL: "31", Verdict.UNKNOWN: "33", Verdict.PASS: "32", Verdict.NOT_APPLICABLE: "2"}


def as_text(scan: Scan, *, width: int = 100, colour: bool = False) -> str:
    """Return the whole report. `width` is in columns; ids and names are never broken."""
    parts = [_header(scan), *_solutions(scan.solutions), *_controls(scan.results, width, colour=colour)]
    return "\n".join([*parts, *_gaps(scan.gaps, width), _summary(scan, colour=colour), ""])


def as_lines(result: Result, *, width: int = 100, colour: bool = False) -> Iterator[str]:
    """Yield one result: verdict, severity of a fail, rule and subject, then why."""
    yield f"{_verdict(result, colour=colour)}  {_subject(result)}"
    for problem in result.problems:
        yield from _wrapped(problem.message + _unusual(problem, result.rule.severity), width)
        yield from _path(problem, width)
    for doubt in result.doubts:
        yield from _wrapped(f"not known: {doubt.message}", width)
    for note in result.notes:
        yield from _wrapped(f"note: {note.message}", width)
        yield from _path(note, width)


def _verdict(result: Result, *, colour: bool) -> str:
    word = _paint(f"{_WORDS[result.verdict]:<7}", result.verdict, colour=colour)
    severity = result.severity if result.verdict is Verdict.FAIL else ""
    return f"{word} {severity:<8} {result.rule.id}"


def _subject(result: Result) -> str:
    """Name a subject; a child is named with what it lies in, since its own name says little."""
    subject = result.subject
    if subject is None:
        return "-"
    is_child = len(subject.id.names) > 1 and subject.name == subject.id.name
    return plain("/".join(subject.id.names) if is_child else subject.name)


def _quiet_passes(results: list[Result], width: int, *, colour: bool) -> Iterator[str]:
    """Yield the passes of one rule that have nothing to say on one line."""
    if results:
        names = ", ".join(_subject(each) for each in results)
        first, *rest = wrap(names, max(width - len(_verdict(results[0], colour=False)) - 2, 20), **_UNBROKEN)
        yield f"{_verdict(results[0], colour=colour)}  {first}"
        yield from (f"{'':{len(_verdict(results[0], colour=False))}}  {line}" for line in rest)


def _unusual(problem: Problem, usual: Severity) -> str:
    return f" ({problem.severity})" if problem.severity not in {None, usual} else ""


def _path(reason: Problem | Note, width: int) -> Iterator[str]:
    yield from (line for hop in reason.path for line in _wrapped(_hop(hop), width, indent=12))


def _hop(hop: Hop) -> str:
    mark = {True: "ok", False: "broken", None: "not known"}[hop.ok]
    return f"{hop.at.name}: {hop.says} [{mark}]"


def _wrapped(message: str, width: int, indent: int = 8) -> list[str]:
    space = " " * indent
    lines = wrap(plain(message), max(width - indent, 20), **_UNBROKEN)
    return [space + line for line in lines]


def _paint(text: str, verdict: Verdict, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[verdict]}m{text}\x1b[0m" if colour else text


def _header(scan: Scan) -> str:
    header = scan.header
    where = ", ".join(header.subscriptions) or "no subscription"
    return (
        f"mlsec-scan {header.tool_version}: {header.source}, cloud {plain(header.cloud)}, profile {header.profile}\n"
        f"subscriptions: {plain(where)}\n"
    )


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
        ordered = sorted(found, key=lambda result: (_ORDER.index(result.verdict), result.rule.id))
        for _, same in groupby(ordered, key=lambda result: (result.verdict, result.rule.id)):
            yield from (f"  {line}" for line in _alike([*same], width - 2, colour=colour))
        yield ""


def _alike(results: list[Result], width: int, *, colour: bool) -> Iterator[str]:
    """Yield the results of one rule with one verdict."""
    quiet = [each for each in results if each.verdict is Verdict.PASS and not each.notes]
    yield from _quiet_passes(quiet, width, colour=colour)
    for each in results:
        if each not in quiet:
            yield from as_lines(each, width=width, colour=colour)


def _gaps(gaps: tuple[Gap, ...], width: int) -> Iterator[str]:
    if gaps:
        yield f"Gaps: {len(gaps)} that could not be read"
        yield from (line for gap in gaps for line in _wrapped(str(gap), width, indent=2))
        yield ""


def _summary(scan: Scan, *, colour: bool) -> str:
    counts = scan.by_verdict
    severities = [f"{count} {each}" for each in reversed(Severity) if (count := scan.fails_by_severity[each])]
    fails = f" ({', '.join(severities)})" if severities else ""
    shown = [
        _paint(f"{counts[verdict]} {word}", verdict, colour=colour and counts[verdict] > 0)
        for verdict, word in ((Verdict.FAIL, "failed"), (Verdict.UNKNOWN, "unknown"), (Verdict.PASS, "passed"))
    ]
    last = f"{counts[Verdict.NOT_APPLICABLE]} not applicable"
    return f"{shown[0]}{fails}, {shown[1]}, {shown[2]}, {last}"
