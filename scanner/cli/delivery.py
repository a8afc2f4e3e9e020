"""What becomes of a finished scan: the reports that were asked for, and a history that keeps the run."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.attempts import Attempts
from scanner.cli.formats import FOR_PROGRAMS, REPORTERS
from scanner.cli.options import Options
from scanner.report.text import as_text
from scanner.report.view import View
from scanner.scan.outcome import Scan
from scanner.scan.request import Outputs, ReportFile
from scanner.system.files import deliver, is_file

if TYPE_CHECKING:
    from scanner.history.keeper import Keeper


_USUAL = 100
"""Columns, where a terminal does not say."""


def deliver_all(finished: Scan, outputs: Outputs, keeper: Keeper | None, attempts: Attempts, view: View) -> None:
    """Write every report, the text as `view` shows it, then keep the run, whichever of them fails.

    Files come first: whoever reads a pipe may keep us waiting. Raises OutputError, PipeClosed or HistoryError, also for
    what failed in `attempts` before.
    """
    finished = keeper.with_trend(finished) if keeper is not None else finished
    if outputs.path is None:
        with attempts.attempt():
            _write(finished, outputs.format, None, view)
    main = (ReportFile(outputs.format, outputs.path),) if outputs.path is not None else ()
    for each in sorted((*main, *outputs.reports), key=lambda report: not is_file(report.path)):
        with attempts.attempt():
            _write(finished, each.format, each.path, view)
    if keeper is not None:
        with attempts.attempt():
            keeper.keep(finished)
    attempts.settle()


def keeper_of(options: Options) -> Keeper | None:
    """Return what keeps the run, if that is asked for. Raises HistoryError before anything is read."""
    if options.history is None:
        return None
    from scanner.history.packages import require_packages  # noqa: PLC0415 - part of an extra

    require_packages(options.history)
    from scanner.history.keeper import keeper  # noqa: PLC0415 - as above

    groups, workspaces = (",".join(sorted(each)) for each in (options.resource_group, options.workspace))
    return keeper(options.history, groups, workspaces, options.management_group)


def _write(finished: Scan, kind: str, path: Path | None, view: View) -> None:
    text = _text(finished, path, view) if kind == "text" else REPORTERS[kind](finished)
    deliver(text, path, exact=kind in FOR_PROGRAMS)


def _text(finished: Scan, path: Path | None, view: View) -> str:
    """Return the text report; on a terminal as wide as that is, in colour where that is wanted."""
    if path is not None or not sys.stdout.isatty():
        return as_text(finished, view=view)
    # Some pseudo-terminals say that they have no columns.
    width = os.get_terminal_size().columns or _USUAL
    return as_text(finished, width=width, colour="NO_COLOR" not in os.environ, view=view)
