"""The reporters of a scan by format. Adding one is a module and a row here, and its name in `config.choices`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.report.codequality import as_codequality
from scanner.report.csv import as_csv
from scanner.report.csv_controls import as_csv_controls
from scanner.report.json_v1 import as_json
from scanner.report.junit import as_junit
from scanner.report.markdown import as_markdown
from scanner.report.ocsf import as_ocsf
from scanner.report.oscal import as_oscal
from scanner.report.probe_file import as_probe
from scanner.report.sarif import as_sarif, as_sarif_alerts
from scanner.report.text import as_text
from scanner.scan.outcome import Scan


def _as_html(finished: Scan) -> str:
    """Return the HTML report; its templates are loaded only when it is asked for."""
    from scanner.report.html import as_html  # noqa: PLC0415

    return as_html(finished)


FOR_PROGRAMS = frozenset(
    {"json", "sarif", "sarif-alerts", "junit", "codequality", "html", "csv", "csv-controls", "ocsf", "oscal", "probe"}
)
"""Those that stay in UTF-8 whatever a terminal takes: some name their encoding, and all are read by programs."""

REPORTERS: Mapping[str, Callable[[Scan], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "sarif-alerts": as_sarif_alerts,
    "junit": as_junit,
    "codequality": as_codequality,
    "markdown": as_markdown,
    "html": _as_html,
    "csv": as_csv,
    "csv-controls": as_csv_controls,
    "ocsf": as_ocsf,
    "oscal": as_oscal,
    "probe": as_probe,
}
