"""Where the process begins, as `mlsec-scan` or `python -m scanner`: signals are caught before all that takes time."""

from __future__ import annotations

import os
import sys

from scanner.system.stopping import catch_signals

TYPE_CHECKING = False  # typing's own would import typing, before signals are caught
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    catch_signals()
    from scanner.system.streams import set_up_streams  # noqa: PLC0415 - what is imported takes longer than a Ctrl-C may

    set_up_streams()
    from scanner.cli.commands.main import run_cli  # noqa: PLC0415 - as above

    code = run_cli()
    sys.stderr.flush()
    # Threads may be waiting for Azure; nothing of theirs is needed any more.
    os._exit(code)


if __name__ == "__main__":
    main()
