"""From options to a scan and its reports: what the command line asked for, wired together."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.config import find_config
from scanner.engine import Severity
from scanner.errors import UsageError, one_line
from scanner.files import deliver
from scanner.judging import Judging, judging
from scanner.names import require_known
from scanner.options import Options, effective
from scanner.outcome import Scan
from scanner.progress import shown
from scanner.report.csv import as_csv
from scanner.report.json_v1 import as_json
from scanner.report.junit import as_junit
from scanner.report.markdown import as_markdown
from scanner.report.sarif import as_sarif, as_sarif_alerts
from scanner.report.text import as_text
from scanner.scan import Request, exit_code, scan
from scanner.sources import cluster_of, collector, evaluator, refresher, require_one_source
from scanner.subscription_files import subscriptions_in

if TYPE_CHECKING:
    from scanner.history.keeper import Keeper


def run(options: Options) -> int:
    """Scan, write the reports, and return the exit code."""
    _set_up_logging(verbose=options.verbose)
    config = find_config(options.config)
    options = effective(options, config)
    options = replace(
        options,
        subscription=subscriptions_in(options.subscription),
        context_subscription=subscriptions_in(options.context_subscription),
    )
    require_one_source(options)
    reports = [_report(each) for each in options.report]
    by = judging(options, config)
    history = _keeper(options)
    finished = _scanned(options, by)
    finished = history.with_trend(finished) if history is not None else finished
    _write(finished, options.format, options.output)
    for kind, path in reports:
        _write(finished, kind, path)
    if history is not None:
        history.keep(finished)
    fail_on = None if options.fail_on == "never" else Severity(options.fail_on).rank
    return exit_code(finished, fail_on, allow_unknown=options.allow_unknown)


def _scanned(options: Options, by: Judging) -> Scan:
    with shown(quiet=options.quiet or options.verbose) as progress, cluster_of(options) as cluster:
        wanted = Request(
            collector(options, progress, cluster),
            by.rules,
            by.settings,
            options.save_snapshot,
            by.gate,
            evaluator(options, cluster),
            refresher(options, progress),
        )
        return scan(wanted)


def _set_up_logging(*, verbose: bool) -> None:
    """Keep the SDKs' own log lines off stderr; what the user can act on comes as an error. Tell of our requests."""
    logging.getLogger("azure").addHandler(logging.NullHandler())
    if verbose:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger = logging.getLogger("scanner.azure")
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)


# History


def _keeper(options: Options) -> Keeper | None:
    """Return what keeps the run, if that is asked for. Raises HistoryError before anything is read."""
    if options.history is None:
        return None
    from scanner.history.packages import require_packages  # noqa: PLC0415

    require_packages(options.history)
    from scanner.history.keeper import keeper  # noqa: PLC0415

    return keeper(options.history, options.resource_group, options.workspace, options.management_group)


# Reports


def _report(text: str) -> tuple[str, Path]:
    kind, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"--report takes FORMAT=FILE, not {one_line(text)!r}")
    require_known("format", [kind], FORMATS, f"formats are {', '.join(FORMATS)}")
    return kind.lower(), Path(path)


def _write(finished: Scan, kind: str, path: Path | None) -> None:
    deliver(_for_terminal(finished) if kind == "text" and path is None else FORMATS[kind](finished), path)


def _for_terminal(finished: Scan) -> str:
    """Return the text report as wide as the terminal, in colour where that is wanted."""
    if not sys.stdout.isatty():
        return as_text(finished)
    return as_text(finished, width=os.get_terminal_size().columns, colour="NO_COLOR" not in os.environ)


def _as_html(finished: Scan) -> str:
    """Return the HTML report; its templates are loaded only when it is asked for."""
    from scanner.report.html import as_html  # noqa: PLC0415

    return as_html(finished)


FORMATS: dict[str, Callable[[Scan], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "sarif-alerts": as_sarif_alerts,
    "junit": as_junit,
    "markdown": as_markdown,
    "html": _as_html,
    "csv": as_csv,
}
"""The reporters by format."""
