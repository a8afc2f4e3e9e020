"""What becomes of a finished scan: the reports that were asked for, and a history that keeps the run."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.formats import REPORTERS
from scanner.cli.options import Options
from scanner.report.text import as_text
from scanner.scan.outcome import Scan
from scanner.scan.request import Outputs
from scanner.system.files import deliver

if TYPE_CHECKING:
    from scanner.history.keeper import Keeper


def deliver_all(finished: Scan, outputs: Outputs, keeper: Keeper | None) -> None:
    """Write every report, then keep the run. Raises OutputError, PipeClosed or HistoryError."""
    finished = keeper.with_trend(finished) if keeper is not None else finished
    _write(finished, outputs.format, outputs.path)
    for each in outputs.reports:
        _write(finished, each.format, each.path)
    if keeper is not None:
        keeper.keep(finished)


def keeper_of(options: Options) -> Keeper | None:
    """Return what keeps the run, if that is asked for. Raises HistoryError before anything is read."""
    if options.history is None:
        return None
    from scanner.history.packages import require_packages  # noqa: PLC0415 - part of an extra

    require_packages(options.history)
    from scanner.history.keeper import keeper  # noqa: PLC0415 - as above

    return keeper(options.history, options.resource_group, options.workspace, options.management_group)


def _write(finished: Scan, kind: str, path: Path | None) -> None:
    deliver(_for_terminal(finished) if kind == "text" and path is None else REPORTERS[kind](finished), path)


def _for_terminal(finished: Scan) -> str:
    """Return the text report as wide as the terminal, in colour where that is wanted."""
    if not sys.stdout.isatty():
        return as_text(finished)
    return as_text(finished, width=os.get_terminal_size().columns, colour="NO_COLOR" not in os.environ)
