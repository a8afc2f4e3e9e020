"""Where the process begins: signals are caught before anything that takes time is imported."""

from __future__ import annotations

import os
import sys

from scanner.stopping import catch_signals

TYPE_CHECKING = False  # typing's own would import typing, before signals are caught
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    catch_signals()
    from scanner.cli import run_cli  # noqa: PLC0415 - it imports click, which takes longer than a Ctrl-C may

    code = run_cli()
    if sys.stderr is not None:
        sys.stderr.flush()
    # Threads may be waiting for Azure; nothing of theirs is needed any more.
    os._exit(code)
