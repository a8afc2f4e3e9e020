"""CSV after RFC 4180, a row for each result, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence

from scanner.engine import Doubt, Note, Problem, Result, Verdict
from scanner.engine.pages import read_page
from scanner.model.arm import ArmId
from scanner.model.place import Place
from scanner.report.frameworks import controls_of
from scanner.report.words import name_of, waiver_words
from scanner.scan.homes import Homes
from scanner.scan.outcome import Scan
from scanner.system.plain import plain

_FORMULA = re.compile("(^|[,;|\t])(?=\\s*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20])")
"""Where a spreadsheet would begin to calculate: = + - @, tab, CR and the full-width forms at the start of a cell, or of
what becomes one where another separator is usual. OWASP, "CSV Injection", read 2026-11-23.
"""

_NUMBER = re.compile(r"-[0-9]{1,30}(\.[0-9]{1,30})?")

_COLUMNS = (
    "rule",
    "control",
    "severity",
    "verdict",
    "waived",
    "known",
    "subject",
    "type",
    "subscription",
    "resource_group",
    "subject_id",
    "problems",
    "doubts",
    "notes",
    "waiver",
    "fingerprint",
    "workspace",
    "title",
    "why",
    "fix",
)


def as_csv(scan: Scan) -> str:
    """Return a header and a row for each result in the order of the scan.

    Of code there are two more columns, the file and line of the fault. With frameworks there is a last column, the
    controls that a result is about.
    """
    homes, places = Homes(scan), scan.places
    more: list[tuple[tuple[str, ...], Callable[[Result], Iterable[str]]]] = []
    if places.resources or places.values:
        more.append((("file", "line"), lambda each: _at(places.of_result(each))))
    if scan.frameworks:
        more.append((("frameworks",), lambda each: (" | ".join(controls_of(each)),)))
    columns = (*_COLUMNS, *(name for names, _ in more for name in names))
    rows = ((*_row(each, homes), *(cell for _, cells in more for cell in cells(each))) for each in scan.results)
    return rows_as_csv(columns, rows)


def _at(place: Place | None) -> tuple[str, str]:
    return (place.file, str(place.line)) if place is not None else ("", "")


def rows_as_csv(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table: lines end in CRLF, every cell is quoted and harmless."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return text.getvalue()


def _row(result: Result, homes: Homes) -> tuple[str, ...]:
    rule = result.rule
    return (
        rule.id,
        rule.control,
        result.severity,
        result.verdict,
        _yes(result.is_waived),
        _yes(result.seen_before),
        *_subject(result),
        _messages(result.problems),
        _messages(result.doubts),
        _messages(result.notes),
        waiver_words(result.waiver) if result.waiver else "",
        result.fingerprint,
        " | ".join(str(each) for each in homes.of(result)),
        rule.title or rule.id,
        *_page(result),
    )


def _page(result: Result) -> tuple[str, str]:
    """Return why the rule is there and how to fix it, on a line each, of what is not in order; else nothing."""
    if result.verdict not in {Verdict.FAIL, Verdict.UNKNOWN}:
        return "", ""
    page = read_page(result.rule)
    return page.why, " ".join(page.fix.split())


def _subject(result: Result) -> tuple[str, str, str, str, str]:
    """Return the subject's name, type, subscription, resource group and id, all empty without one."""
    if result.subject is None:
        return "", "", "", "", ""
    arm_id: ArmId = result.subject.id
    return name_of(result), result.subject.TYPE, arm_id.subscription, arm_id.resource_group, str(arm_id)


def _messages(reasons: Iterable[Problem | Doubt | Note]) -> str:
    return " | ".join(each.message for each in reasons)


def _yes(value: bool) -> str:  # noqa: FBT001 - it is the value that is written
    return "yes" if value else "no"


def _cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; it then shows the text. A number is no formula."""
    if _NUMBER.fullmatch(text):
        return text
    return _FORMULA.sub(r"\1'", plain(text, longest=_LONGEST_CELL))


_LONGEST_CELL = 30_000
"""In characters; Excel holds 32,767 in a cell: support.microsoft.com, "Excel specifications and limits", 2026-11-23."""
