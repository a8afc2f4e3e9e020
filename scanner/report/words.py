"""What every report says of a result in the same words: its status, its subject's name, its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from scanner.engine import Hop, Note, Problem, Result, Severity, Verdict
from scanner.engine.waivers import WaiverState, WaiverUse
from scanner.model.arm import ArmId
from scanner.report.diff_words import summary
from scanner.scan.outcome import Header, Scan
from scanner.system.counting import counted
from scanner.system.plain import plain


class Status(StrEnum):
    """A verdict as reports show it, what matters most first: a failure that somebody accepted stands apart."""

    FAIL = "FAIL"
    WAIVED = "WAIVED"
    UNKNOWN = "UNKNOWN"
    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    NOT_APPLICABLE = "N/A"


_BY_VERDICT = {
    Verdict.FAIL: Status.FAIL,
    Verdict.UNKNOWN: Status.UNKNOWN,
    Verdict.PASS: Status.PASS,
    Verdict.NOT_APPLICABLE: Status.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Said:
    """One harmless line of what a result says. `depth` is 0 for a reason and 1 for a hop of its path."""

    text: str
    depth: int = 0


def horizon_of(header: Header) -> Iterator[tuple[str, str]]:
    """Yield what was read unasked and what lies outside of every judgement, each under its heading.

    A source that does not tell what it sees says nothing of either.
    """
    if header.neighbours:
        yield "neighbouring subscriptions read unasked", plain(", ".join(header.neighbours))
    if header.horizon:
        count = len(header.horizon)
        seen = counted(count, "subscription") if count > 1 else "one subscription"
        yield "assumption", f"nothing outside the {seen} that this identity sees matters"


def rules_run(scan: Scan) -> str:
    """Return "1 of 68 rules ran" where some were left out, else ""."""
    narrowed = scan.narrowed
    return f"{narrowed.run} of {narrowed.of} rules ran" if narrowed is not None and narrowed.left_out else ""


def narrowing_of(scan: Scan) -> Iterator[tuple[str, str]]:
    """Yield how a scan was narrowed and who said so, each under its heading; nothing of what is as it usually is."""
    narrowed = scan.narrowed
    if narrowed is None:
        return
    by = sorted({(each.option, each.origin) for each in narrowed.left_out})
    for option, origin in by:
        ids = [each.rule for each in narrowed.left_out if (each.option, each.origin) == (option, origin)]
        yield f"rules left out by {option} ({plain(origin)})", ", ".join(ids)
    if narrowed.severities:
        yield (
            "severities changed",
            ", ".join(f"{each.rule} {each.usual} to {each.severity}" for each in narrowed.severities),
        )
    for choice in (*narrowed.scope, *narrowed.gate):
        if choice.loosens:
            yield f"{choice.option} ({plain(choice.origin)})", plain(str(choice.value).lower())
    for heading, file in (("configuration", narrowed.configuration), ("policy", narrowed.policy)):
        if file is not None:
            yield heading, f"{plain(file.name)}, SHA-256 {file.sha256}"


def snapshot_of(header: Header) -> Iterator[tuple[str, str]]:
    """Yield which snapshot was judged and whether it is as it was saved, under its heading, where one was judged."""
    file = header.file
    if file is not None:
        yield "snapshot", f"SHA-256 {file.sha256}, {_EDITED[file.edited]}{_ACCEPTED if file.is_accepted else ''}"


def notes_of(header: Header) -> Iterator[tuple[str, str]]:
    """Yield what a reader should know of what was read, each under its heading."""
    yield from (("note", plain(each)) for each in header.notes)


def change_of(scan: Scan) -> Iterator[tuple[str, str]]:
    """Yield what a plan changes, in numbers, under its heading."""
    if scan.change is not None:
        yield "the plan changes", summary(scan.change)


_EDITED = {True: "edited after it was saved", False: "as it was saved", None: "without a digest of its rows"}
_ACCEPTED = ", which was accepted"


def status_of(result: Result) -> Status:
    """Return how a result is shown."""
    return Status.WAIVED if result.is_waived else _BY_VERDICT[result.verdict]


def of_status(scan: Scan, status: Status) -> list[Result]:
    """Return the results of one status, the most severe first, new ones before those that the baseline knows."""
    return most_severe_first(each for each in scan.results if status_of(each) is status)


def most_severe_first(results: Iterable[Result]) -> list[Result]:
    """Order results by status, severity of the failure and novelty; alike, they keep the order of the scan."""
    return sorted(results, key=_importance)


def _importance(result: Result) -> tuple[int, int, bool]:
    severity = result.severity.rank if result.verdict is Verdict.FAIL else result.rule.severity.rank
    return list(Status).index(status_of(result)), -severity, result.seen_before


def name_of(result: Result, longest: int = 2000) -> str:
    """Name the subject; a child is named with what it lies in, since its own name says little. "-" without one."""
    subject = result.subject
    if subject is None:
        return "-"
    return name_of_id(subject.id, longest) if subject.name == subject.id.name else plain(subject.name, longest)


def name_of_id(arm_id: ArmId, longest: int = 2000) -> str:
    """Name a resource; a child is named with what it lies in."""
    return plain("/".join(arm_id.names) if len(arm_id.names) > 1 else arm_id.name, longest)


def said_of(result: Result, *, whole_paths: bool = True) -> Iterator[Said]:
    """Yield what a result says: its waiver, then problems, doubts and notes, each followed by its hops.

    Without `whole_paths`, a path that holds is not shown hop by hop.
    """
    if result.waiver is not None:
        yield Said(waiver_words(result.waiver))
    for problem in result.problems:
        yield Said(plain(problem.message) + _unusual(problem, result.rule.severity))
        yield from _path(problem)
    for doubt in result.doubts:
        yield Said(f"not known: {plain(doubt.message)}")
    for note in result.notes:
        yield Said(f"note: {plain(note.message)}")
        if whole_paths or any(hop.ok is not True for hop in note.path):
            yield from _path(note)


def reasons_of(result: Result) -> list[str]:
    """Return what a result says, a line each, without the hops."""
    return [each.text for each in said_of(result) if not each.depth]


def waiver_words(use: WaiverUse) -> str:
    """Say what became of a waiver, and why it was given."""
    expires, reason = use.waiver.expires, plain(use.waiver.reason)
    match use.state:
        case WaiverState.ACTIVE:
            return f"waived until {expires}: {reason}"
        case WaiverState.EXPIRED:
            return f"WAIVER EXPIRED on {expires}, this counts as failed: {reason}"
        case WaiverState.UNUSED:
            return f"waiver unused, no failure fits it: {reason}"


def scope_of(use: WaiverUse) -> str:
    """Say which failures a waiver is for, as mlsec.toml has it."""
    at = f" (at {plain(str(use.waiver.place))})" if use.waiver.place is not None else ""
    return f"{plain(use.waiver.rule)} on {plain(use.waiver.subject)}{at}"


def line_of(scan: Scan, result: Result) -> str:
    """Return where a result's fault stands in code, "file:line:column", "" where that is not known."""
    at = scan.places.of_result(result)
    return plain(str(at)) if at is not None else ""


def failures_by_severity(scan: Scan) -> str:
    """Return " (2 high, 1 low, 1 known)" of the failures that nobody accepted, "" where there are none."""
    found = [f"{count} {each}" for each in reversed(Severity) if (count := scan.fails_by_severity[each])]
    known = sum(each.seen_before for each in scan.fails)
    return f" ({', '.join([*found, *([f'{known} known'] if known else [])])})" if found else ""


def unknown_count(scan: Scan) -> str:
    """Return "5 unknown" with how many of them the baseline knows, as "5 unknown (3 known)"."""
    count = scan.by_verdict[Verdict.UNKNOWN]
    known = count - scan.unknown_and_new
    return f"{count} unknown{f' ({known} known)' if known else ''}"


def waivers_in(scan: Scan, state: WaiverState) -> list[WaiverUse]:
    """Return the waivers of which one thing became."""
    return [each for each in scan.waivers if each.state is state]


def _unusual(problem: Problem, usual: Severity) -> str:
    return f" ({problem.severity})" if problem.severity not in {None, usual} else ""


def _path(reason: Problem | Note) -> Iterator[Said]:
    yield from (Said(hop_words(hop), depth=1) for hop in reason.path)


def hop_words(hop: Hop) -> str:
    """Say where a hop is, what was found there, and whether it lets the traffic on."""
    mark = {True: "ok", False: "broken", None: "not known"}[hop.ok]
    return f"{plain(hop.at.name)}: {plain(hop.says)} [{mark}]"
