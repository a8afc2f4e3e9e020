"""Markdown for a job summary or a comment on a pull request, never longer than either takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.engine import Result, Verdict
from scanner.engine.pages import read_page
from scanner.engine.waivers import WaiverState, WaiverUse
from scanner.evidence import Gap
from scanner.probe.expected.joined import Evidence
from scanner.report.drift import lines as drift_lines
from scanner.report.drift import summary as drift_summary
from scanner.report.evidence import COLUMNS, REMARK, agreement, beside_of, counts_of, files_of, hop_of, told, words_of
from scanner.report.evidence import name_of as name_of_answer
from scanner.report.frameworks import controls_of
from scanner.report.frameworks_markdown import framework_parts
from scanner.report.markdown_text import details, fenced, literal
from scanner.report.todo import Todo, fix_first
from scanner.report.unread import spot_help, spot_words
from scanner.report.words import (
    Status,
    change_of,
    failures_by_severity,
    horizon_of,
    line_of,
    name_of,
    narrowing_of,
    notes_of,
    of_status,
    reasons_of,
    rules_run,
    scope_of,
    snapshot_of,
    unknown_count,
    waiver_words,
    waivers_in,
)
from scanner.scan.outcome import Scan

LONGEST = 65_000
"""In characters. A comment takes 65,536, a job summary 1 MiB: mshick/add-pr-comment issue 93, and docs.github.com,
"Workflow commands", read 2026-11-23.
"""

FRAMEWORKS_SHARE = 10_000
"""Characters for the controls of all frameworks; the table of failures gives them up."""

_EVIDENCE_SHARE = 6_000
"""Characters for what probes found; fixes give them up, where there is something."""

_LONGEST_NAME = 120
_LONGEST_REASON = 250
_LONGEST_WORD = 60
_LONGEST_LIST = 3_500
"""Of the ids of a whole rule pack."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the report: its rows, how many characters they may take, and how they are put together."""

    rows: Sequence[str]
    share: int
    whole: Callable[[str], str]


def as_markdown(scan: Scan) -> str:
    """Return verdict, failures and fixes, and folded what is unknown, waived, unread and passed.

    Room that a part leaves goes to those after it; a part that does not fit says how much it leaves out.
    """
    written, spare = [_head(scan)], 0
    for part in _parts(scan):
        if part.rows:
            room = part.share + spare
            kept = _fitting(part.rows, room)
            spare = room - sum(len(row) + 1 for row in kept)
            written.append(part.whole("\n".join([*kept, *_left_out(len(part.rows) - len(kept))])))
        else:
            spare += part.share
    return "\n".join(written)


def _fitting(rows: Sequence[str], room: int) -> list[str]:
    """Return the rows that fit into so many characters, the first ones first."""
    kept: list[str] = []
    for row in rows:
        if len(row) < room:
            kept.append(row)
            room -= len(row) + 1
    return kept


def _left_out(count: int) -> Iterator[str]:
    if count:
        yield f"\n*{count} more left out here; the JSON report has them all.*"


# The head


def _head(scan: Scan) -> str:
    header = scan.header
    cloud, profile = literal(header.cloud, _LONGEST_WORD), literal(header.profile, _LONGEST_WORD)
    scanned = literal(", ".join(header.subscriptions) or "no subscription")
    source = f"{header.source}, cloud {cloud}, profile {profile}; subscriptions: {scanned}"
    sources = (*snapshot_of(header), *horizon_of(header), *notes_of(header), *change_of(scan))
    horizon = "".join(f"\n{literal(f'{what}: {said}')}\n" for what, said in sources)
    empty = f"**{literal(scan.not_judged)}**\n\n" if scan.not_judged else ""
    return f"## mlsec-scan: {_verdict(scan)}\n\n{_counts(scan)}\n\n{empty}{source}\n{horizon}"


def _verdict(scan: Scan) -> str:
    if any(not each.seen_before for each in scan.fails):
        return "failed ❌"
    if scan.not_judged and not scan.solutions:
        return "nothing was judged ❔"
    if scan.unknown_and_new or scan.not_judged:
        return "not everything could be judged ❔"
    known = [*(["failures"] if scan.fails else []), *(["unknowns"] if scan.by_verdict[Verdict.UNKNOWN] else [])]
    return f"only known {' and '.join(known)} ✅" if known else "passed ✅"


def _counts(scan: Scan) -> str:
    counts = scan.by_verdict
    failed = f"**{counts[Verdict.FAIL]} failed**{failures_by_severity(scan)}"
    rest = f"{unknown_count(scan)}, {counts[Verdict.PASS]} passed"
    ran = f", **{rules_run(scan)}**" if rules_run(scan) else ""
    return f"{failed}, {scan.waived} waived, {rest}, {counts[Verdict.NOT_APPLICABLE]} not applicable{ran}"


# The parts


def _parts(scan: Scan) -> Iterator[_Part]:
    """Yield the parts in their order. The shares leave 5,000 characters for the head and for what frames the parts."""
    fails, unknown = of_status(scan, Status.FAIL), of_status(scan, Status.UNKNOWN)
    yield from _drift(scan)
    waived, passed = of_status(scan, Status.WAIVED), of_status(scan, Status.PASS)
    expired, unused = waivers_in(scan, WaiverState.EXPIRED), waivers_in(scan, WaiverState.UNUSED)
    yield _Part([_waiver(each) for each in expired], 4_000, _under("Expired waivers"))
    yield _Part([_todo(each) for each in fix_first(scan)[:_MOST_TODOS]], 3_000, _under("Fix first"))
    views = [*framework_parts(scan)]
    yield _Part([_fail(each, line_of(scan, each)) for each in fails], 19_000 - FRAMEWORKS_SHARE * bool(views), _table)
    yield _Part([*_fixes(fails)], 10_000 - _EVIDENCE_SHARE * (scan.evidence is not None), _under("How to fix"))
    yield _Part([_item(each) for each in unknown], 8_000, _folded("Unknown", len(unknown)))
    for heading, head, rows in views:
        yield _Part(rows, FRAMEWORKS_SHARE // len(views) - len(heading) - len(head), _framework(heading, head))
    if scan.evidence is not None:
        yield _Part([*_evidence(scan.evidence, scan)], _EVIDENCE_SHARE, _under("What probes found"))
    yield _Part([*_spots(scan)], 2_000, _under("What unknown verdicts hang on"))
    yield _Part([_gap(each) for each in scan.gaps], 4_000, _folded("Could not be read", len(scan.gaps)))
    yield _Part([_item(each) for each in waived], 4_000, _folded("Waived", len(waived)))
    narrowed = [f"- {literal(heading)}: {literal(said, _LONGEST_LIST)}" for heading, said in narrowing_of(scan)]
    yield _Part(narrowed, 4_000, _folded("What this scan went by", len(narrowed)))
    yield _Part([_waiver(each) for each in unused], 2_000, _folded("Unused waivers", len(unused)))
    yield _Part([_item(each) for each in passed], 2_000, _folded("Passed", len(passed)))


def _evidence(evidence: Evidence, scan: Scan) -> Iterator[str]:
    """Yield where probes stood, and each answer that is not just what the model says."""
    yield literal(f"{counts_of(evidence)}. {REMARK}")
    yield from (f"\n{literal(each)}" for each in files_of(evidence))
    rows = "\n".join(f"| {row} | {' | '.join(map(str, counts))} |" for row, counts in agreement(evidence))
    yield f"\n| | {' | '.join(COLUMNS)} |\n|---|---|---|---|\n{rows}\n"
    for each in told(evidence):
        said = filter(None, (words_of(each), hop_of(each), beside_of(each, scan)))
        reasons = "; ".join(literal(text, _LONGEST_REASON) for text in said)
        yield f"- {literal(name_of_answer(each), _LONGEST_NAME)}: {reasons}"


def _drift(scan: Scan) -> Iterator[_Part]:
    """Yield the part on how the estate differs from what code left behind."""
    if scan.drift is not None:
        told = [f"{'  ' * depth}- {literal(said, _LONGEST_REASON)}" for depth, said in drift_lines(scan.drift)]
        yield _Part([literal(drift_summary(scan.drift)), "", *told], 4_000, _under("Drift"))


def _framework(heading: str, head: str) -> Callable[[str], str]:
    return lambda body: f"### {heading}\n\n{head}\n{body}\n"


def _under(heading: str) -> Callable[[str], str]:
    return lambda body: f"### {heading}\n\n{body}\n"


def _folded(heading: str, count: int) -> Callable[[str], str]:
    return lambda body: details(f"{heading} ({count})", body)


def _table(body: str) -> str:
    return f"### Failed\n\n| severity | rule | subject | why |\n|---|---|---|---|\n{body}\n"


def _fail(result: Result, line: str) -> str:
    known = " (known)" if result.seen_before else ""
    rule, subject = literal(result.rule.id, _LONGEST_NAME), literal(name_of(result), _LONGEST_NAME)
    controls = "".join(f"<br>{literal(each, _LONGEST_REASON)}" for each in controls_of(result))
    at = f"<br>at {literal(line, _LONGEST_NAME)}" if line else ""
    return f"| {result.severity}{known} | {rule}{controls} | {subject}{at} | {_why(result, '<br>')} |"


def _item(result: Result) -> str:
    rule, subject = literal(result.rule.id, _LONGEST_NAME), literal(name_of(result), _LONGEST_NAME)
    why = _why(result, "; ")
    controls = "; ".join(literal(each, _LONGEST_REASON) for each in controls_of(result))
    return f"- {rule}{f' ({controls})' if controls else ''}: {subject}{f': {why}' if why else ''}"


_MOST_REASONS = 3


def _why(result: Result, between: str) -> str:
    """Return the first reasons, each shortened."""
    reasons = reasons_of(result)
    more = [f"and {len(reasons) - _MOST_REASONS} more"] if len(reasons) > _MOST_REASONS else []
    return between.join([*(literal(each, _LONGEST_REASON) for each in reasons[:_MOST_REASONS]), *more])


def _fixes(fails: Iterable[Result]) -> Iterator[str]:
    """Yield the fix of each rule that failed, once."""
    for rule in {each.rule.id: each.rule for each in fails}.values():
        page = read_page(rule)
        if page.fix:
            title = f"{literal(rule.id, _LONGEST_NAME)}: {literal(page.title)}"
            yield details(title, fenced(page.fix))


_MOST_TODOS = 10


def _todo(todo: Todo) -> str:
    """Return one thing to do, with what to type, or what to change."""
    way = f"`{todo.how}`" if todo.how else literal(todo.does, _LONGEST_REASON)
    return f"1. {literal(todo.what, _LONGEST_REASON)}; {todo.clears}<br>{way}"


def _waiver(use: WaiverUse) -> str:
    return f"- {literal(scope_of(use))}: {literal(waiver_words(use))}"


def _gap(gap: Gap) -> str:
    return f"- {literal(str(gap))}"


def _spots(scan: Scan) -> Iterator[str]:
    """Yield each reason on which verdicts hang, and what would help."""
    for spot in scan.blind_spots:
        if spot.results:
            said = filter(None, (spot_words(spot), spot_help(spot)))
            yield f"* {'; '.join(literal(each, _LONGEST_REASON) for each in said)}"
