"""SARIF 2.1.0, for code scanning: one run, its results most severe first, within what GitHub takes.

GitHub reads neither `kind` nor `suppressions`: it would show a pass and a waived failure as open alerts
(microsoft/PSRule issue 955, complytime/complyctl issue 868, read 2026-11-23). So there are two reports: `as_sarif` with
everything, for readers that know SARIF, and `as_sarif_alerts` with what should become an alert.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from scanner.engine import Result
from scanner.engine.waivers import WaiverState, WaiverUse
from scanner.evidence import Gap
from scanner.model.arm import ArmId
from scanner.report.json_text import json_text, utc
from scanner.report.narrowing_json import narrowing_object
from scanner.report.sarif_place import Sarif, message, place, segment
from scanner.report.sarif_result import result_object
from scanner.report.sarif_rule import rule_descriptor
from scanner.report.sarif_taxonomy import Taxonomies
from scanner.report.words import Status, most_severe_first, scope_of, snapshot_of, status_of, waiver_words
from scanner.scan.outcome import Scan
from scanner.system.counting import counted
from scanner.system.plain import plain

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Limits:
    """What GitHub takes of a run.

    More than `results` are rejected, of more than `shown` only the most severe are kept, and so is a file of more than
    `packed` bytes after gzip. Rules are limited to 25,000 as well, which is kept by naming only those of the results.
    docs.github.com, "SARIF support for code scanning" and "SARIF results exceed one or more limits", read 2026-11-23.
    """

    results: int = 25_000
    shown: int = 5_000
    packed: int = 10_000_000
    notifications: int = 1_000
    """Ours: gaps and waivers beyond are counted in one notification."""


GITHUB = Limits()


def as_sarif(scan: Scan, limits: Limits = GITHUB) -> str:
    """Return every result, with waivers as suppressions and gaps as notifications."""
    return _within(limits, scan, scan.results)


def as_sarif_alerts(scan: Scan, limits: Limits = GITHUB) -> str:
    """Return what should become an alert: failures that nobody accepted, and what could not be judged."""
    alerts = [each for each in scan.results if status_of(each) in {Status.FAIL, Status.UNKNOWN}]
    return _within(limits, scan, alerts)


def _within(limits: Limits, scan: Scan, results: Sequence[Result]) -> str:
    """Write as many of the most severe results as the limits allow."""
    ordered = most_severe_first(results)
    kept = ordered[: limits.results]
    while True:
        text = json_text(_log(scan, kept, _Cut(len(ordered), limits)))
        packed = _packed(text, limits)
        if packed <= limits.packed or not kept:
            return text
        kept = kept[: len(kept) * limits.packed * 9 // (packed * 10)]


def _packed(text: str, limits: Limits) -> int:
    """Return the size after gzip in bytes; a text that is small without it is not packed to see."""
    return len(text) if len(text) <= limits.packed else len(gzip.compress(text.encode(), mtime=0))


@dataclass(frozen=True, slots=True)
class _Cut:
    """How many results there were, and what had to be kept to."""

    total: int
    limits: Limits


def _log(scan: Scan, kept: list[Result], cut: _Cut) -> Sarif:
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(scan, kept, cut)]}


def _run(scan: Scan, kept: list[Result], cut: _Cut) -> Sarif:
    rules = sorted({each.rule.id: each.rule for each in kept}.values(), key=lambda rule: rule.id)
    index = {rule.id: at for at, rule in enumerate(rules)}
    known = any(each.seen_before for each in scan.results)
    taxonomies = Taxonomies(scan.frameworks)
    described = [rule_descriptor(each, taxonomies) for each in rules]
    return {
        "tool": {"driver": {**_driver(scan), "rules": described, **taxonomies.of_driver()}},
        **taxonomies.of_run(),
        "automationDetails": {"id": category_of(scan)},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(scan, [*_notifications(scan, len(kept), cut)])],
        "results": [
            result_object(each, index[each.rule.id], taxonomies, scan.places, with_baseline=known) for each in kept
        ],
        **({"properties": {"narrowed": narrowing_object(scan.narrowed)}} if scan.narrowed is not None else {}),
    }


def _driver(scan: Scan) -> Sarif:
    return {
        "name": "mlsec-scan",
        "version": scan.header.tool_version,
        "notifications": [{"id": key, "shortDescription": {"text": text}} for key, text in _NOTIFICATIONS.items()],
    }


_NOTIFICATIONS = {
    "gap": "Something could not be read.",
    "waiver": "A waiver has expired or is not used.",
    "left-out": "Not everything found is in this report.",
}


def category_of(scan: Scan) -> str:
    """Return `mlsec-scan/<profile>/<scope>/`, so that scans of different scopes stand beside each other.

    GitHub takes what is before the last slash for the category of an analysis: same page, runAutomationDetails.
    """
    header = scan.header
    narrowed = scan.graph.settings.scope if scan.graph is not None else None
    names = [header.cloud, *sorted(header.subscriptions)]
    names += [",".join(narrowed.resource_groups), ",".join(narrowed.workspaces)] if narrowed else []
    whole = "\n".join(names).lower().encode("utf-8", "backslashreplace")
    one = header.subscriptions[0] if len(header.subscriptions) == 1 else f"{len(header.subscriptions)}-subscriptions"
    return f"mlsec-scan/{segment(header.profile)}/{segment(one.lower())}-{sha256(whole).hexdigest()[:8]}/"


def _invocation(scan: Scan, notifications: list[Sarif]) -> Sarif:
    return {
        "executionSuccessful": True,
        "startTimeUtc": utc(scan.header.started),
        "endTimeUtc": utc(scan.header.finished),
        "toolExecutionNotifications": notifications,
        **({"properties": dict(found)} if (found := [*snapshot_of(scan.header)]) else {}),
    }


def _notifications(scan: Scan, kept: int, cut: _Cut) -> Iterator[Sarif]:
    yield from _left_out(kept, cut)
    to_look_at = [each for each in scan.waivers if each.state is not WaiverState.ACTIVE]
    found = [*(_waiver(each) for each in to_look_at), *(_gap(each) for each in scan.gaps)]
    yield from found[: cut.limits.notifications]
    if (more := len(found) - cut.limits.notifications) > 0:
        left = counted(more, "more gap or waiver is", "more gaps and waivers are")
        yield _notification("left-out", f"{left} not listed here; the JSON report has them")


def _left_out(kept: int, cut: _Cut) -> Iterator[Sarif]:
    if kept < cut.total:
        left = f"{cut.total - kept} of {counted(cut.total, 'result is', 'results are')} left out"
        text = f"{left}, the least severe ones; the JSON report has all"
        yield _notification("left-out", text)
    if kept > cut.limits.shown:
        yield _notification("left-out", f"GitHub shows the {cut.limits.shown} most severe of these {kept} results")


def _gap(gap: Gap) -> Sarif:
    return {**_notification("gap", plain(str(gap))), "locations": [place(ArmId(gap.scope))]}


def _waiver(use: WaiverUse) -> Sarif:
    return _notification("waiver", f"{scope_of(use)}: {waiver_words(use)}")


def _notification(kind: str, text: str) -> Sarif:
    return {"descriptor": {"id": kind}, "level": "warning", "message": message(text)}
