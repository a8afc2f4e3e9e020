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
from scanner.scan.outcome import Scan
from scanner.scan.request import Outputs, ReportFile
from scanner.system.files import deliver, is_file

if TYPE_CHECKING:
    from scanner.history.keeper import Keeper


def deliver_all(finished: Scan, outputs: Outputs, keeper: Keeper | None, attempts: Attempts) -> None:
    """Write every report, then keep the run, whichever of them fails.

    Files come first: whoever reads a pipe may keep us waiting. Raises OutputError, PipeClosed or HistoryError, also for
    what failed in `attempts` before.
    """
    finished = keeper.with_trend(finished) if keeper is not None else finished
    if outputs.path is None:
        with attempts.attempt():
            _write(finished, outputs.format, None)
    main = (ReportFile(outputs.format, outputs.path),) if outputs.path is not None else ()
    for each in sorted((*main, *outputs.reports), key=lambda report: not is_file(report.path)):
        with attempts.attempt():
            _write(finished, each.format, each.path)
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

    return keeper(options.history, options.resource_group, options.workspace, options.management_group)


def _write(finished: Scan, kind: str, path: Path | None) -> None:
    text = _for_terminal(finished) if kind == "text" and path is None else REPORTERS[kind](finished)
    deliver(text, path, exact=kind in FOR_PROGRAMS)


def _for_terminal(finished: Scan) -> str:
    """Return the text report as wide as the terminal, in colour where that is wanted."""
    if not sys.stdout.isatty():
        return as_text(finished)
    return as_text(finished, width=os.get_terminal_size().columns, colour="NO_COLOR" not in os.environ)
