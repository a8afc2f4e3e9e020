"""Targets: whole estates with something wrong in them, judged by every rule and written in every format."""

from __future__ import annotations

from collections.abc import Callable

from scanner.engine import Verdict
from scanner.report.csv import as_csv
from scanner.report.csv_controls import as_csv_controls
from scanner.report.html import as_html
from scanner.report.json_v1 import as_json
from scanner.report.junit import as_junit
from scanner.report.markdown import as_markdown
from scanner.report.ocsf import as_ocsf
from scanner.report.oscal import as_oscal
from scanner.report.sarif import as_sarif, as_sarif_alerts
from scanner.report.text import as_text
from scanner.scan.outcome import Scan
from tests.fuzz.dice import Dice
from tests.fuzz.mutations import mutated_estate
from tests.fuzz.support import scan_of

_FORMATS: tuple[Callable[[Scan], str], ...] = (
    as_text,
    as_json,
    as_sarif,
    as_sarif_alerts,
    as_junit,
    as_markdown,
    as_html,
    as_csv,
    as_csv_controls,
    as_ocsf,
    as_oscal,
)


def verdicts(data: bytes) -> None:
    """Judge a damaged estate twice: no rule breaks, every subject gets one verdict, and the same one each time."""
    resources = mutated_estate(Dice(data))
    finished, again = scan_of(resources), scan_of(resources[::-1])

    assert {each.rule.id for each in finished.results} == {each.rule.id for each in again.results}
    for each in finished.results:
        assert (each.verdict is Verdict.FAIL) == bool(each.problems)
        assert each.verdict is not Verdict.UNKNOWN or each.doubts
    assert as_json(finished) == as_json(scan_of(resources))


def reports(data: bytes) -> None:
    """Write the scan of a damaged estate in every format."""
    as_every_report(scan_of(mutated_estate(Dice(data))))


def as_every_report(finished: Scan) -> None:
    """Write a scan in every format, each as the UTF-8 that a file would hold."""
    for write in _FORMATS:
        assert write(finished).encode()
