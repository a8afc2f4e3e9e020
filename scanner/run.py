"""From options to a scan and its reports: what the command line asked for, wired together."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.collect.collected import Collected, Progress
from scanner.config import find_config
from scanner.engine import Severity
from scanner.errors import UsageError, one_line
from scanner.files import deliver
from scanner.judging import judging
from scanner.names import require_known
from scanner.options import Options, effective
from scanner.outcome import Scan
from scanner.progress import shown
from scanner.report.csv import as_csv
from scanner.report.json_v1 import as_json
from scanner.report.junit import as_junit
from scanner.report.markdown import as_markdown
from scanner.report.plain import plain
from scanner.report.sarif import as_sarif, as_sarif_alerts
from scanner.report.text import as_text
from scanner.scan import Request, exit_code, scan
from scanner.subscription_files import subscriptions_in

if TYPE_CHECKING:
    from scanner.collect.azure.collector import LiveSource
    from scanner.history.keeper import Keeper

_GROUP_NAME = re.compile(r"[A-Za-z0-9][\w().-]{0,89}", re.ASCII)


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
    _require_one_source(options)
    reports = [_report(each) for each in options.report]
    by = judging(options, config)
    history = _keeper(options)
    with shown(quiet=options.quiet or options.verbose) as progress:
        source = _source(options, progress)
        again = _refresh(options, progress)
        wanted = Request(source, by.rules, by.settings, options.save_snapshot, by.gate, options.processes, again)
        finished = scan(wanted)
    finished = history.with_trend(finished) if history is not None else finished
    _write(finished, options.format, options.output)
    for kind, path in reports:
        _write(finished, kind, path)
    if history is not None:
        history.keep(finished)
    fail_on = None if options.fail_on == "never" else Severity(options.fail_on).rank
    return exit_code(finished, fail_on, allow_unknown=options.allow_unknown)


def _set_up_logging(*, verbose: bool) -> None:
    """Keep the SDKs' own log lines off stderr; what the user can act on comes as an error. Tell of our requests."""
    logging.getLogger("azure").addHandler(logging.NullHandler())
    if verbose:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger = logging.getLogger("scanner.azure")
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)


# The source


def _require_one_source(options: Options) -> None:
    where = [bool(options.subscription), bool(options.management_group), options.all_subscriptions]
    if sum([*where, options.snapshot is not None, options.demo]) != 1:
        raise UsageError(
            "name one source: --subscription ID, --management-group NAME, --all-subscriptions, --snapshot FILE or "
            "--demo; see mlsec-scan --help"
        )
    if options.demo and options.context_subscription:
        raise UsageError("--demo has no other subscriptions; leave --context-subscription out")
    if options.snapshot and options.save_snapshot:
        raise UsageError("--snapshot is a snapshot already; leave --save-snapshot out")
    for each in options.management_group:
        if not _GROUP_NAME.fullmatch(each):
            raise UsageError(f"{one_line(each)!r} is not the name of a management group")


def _source(options: Options, progress: Progress) -> Callable[[], Collected]:
    """Return what collects; the Azure SDKs are imported only by the sources that use them."""
    if options.snapshot is not None:
        from scanner.collect.snapshot import read_snapshot  # noqa: PLC0415

        path = options.snapshot
        return lambda: read_snapshot(path)
    if options.demo:
        from scanner.demo import collect_demo  # noqa: PLC0415

        return lambda: collect_demo(progress, options.concurrency, options.timeout)
    from scanner.collect.azure.collector import collect_live  # noqa: PLC0415

    source = _live(options)
    return lambda: collect_live(source, progress, partial(_echo, options))


def _live(options: Options) -> LiveSource:
    from scanner.collect.azure.cloud import cloud_of  # noqa: PLC0415
    from scanner.collect.azure.collector import LiveSource  # noqa: PLC0415

    return LiveSource(
        cloud_of(options.cloud),
        options.subscription,
        options.context_subscription,
        options.concurrency,
        options.timeout,
        via=options.via,
        management_groups=options.management_group,
        everything=options.all_subscriptions,
    )


def _refresh(options: Options, progress: Progress) -> Callable[[Collected, tuple[str, ...]], Collected] | None:
    """Return what reads again, if that is asked for."""
    if not options.fresh or options.demo or options.snapshot is not None:
        return None
    from scanner.collect.azure.collector import refresh_live  # noqa: PLC0415

    source = _live(options)
    return lambda before, ids: refresh_live(source, before, ids, progress)


def _echo(options: Options, line: str) -> None:
    """Tell what will be scanned, before it is."""
    if not options.quiet:
        sys.stderr.write(f"{plain(line)}\n")


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
