"""Draw views of estates until the time is up, and tell of each kind of unsoundness once: `make prove`.

`python -m tests.soundness.night [--seconds N] [--seed N] [--report FILE] [--layout NAME …] [--socket [SHARE]]`;
the exit code is 1 if a view was unsound.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.soundness.layouts import LAYOUTS
from tests.soundness.report import as_markdown, as_text
from tests.soundness.search import Search

_WRITTEN_EVERY = 60
"""Seconds between two writings of the report."""
_SOCKET = 0.1
"""By worlds; a view over a socket takes five times as long, so that it is a third of the time."""


def main() -> int:
    """Search for the time given; the exit code is 1 if anything was found."""
    options = _options()
    search = Search(options.seed, options.layout or tuple(LAYOUTS), options.socket)
    ends: float = time.monotonic() + options.seconds
    written = time.monotonic()

    def goes_on() -> bool:
        nonlocal written
        if options.report and time.monotonic() - written > _WRITTEN_EVERY:
            written = time.monotonic()
            options.report.write_text(as_markdown(search))
        return time.monotonic() < ends

    search.run(goes_on)
    if options.report:
        options.report.write_text(as_markdown(search))
    print(as_text(search))  # noqa: T201 - a command
    return 1 if search.found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soundness.night", description="Search for unsound views.")
    parser.add_argument("--seconds", type=int, default=8 * 3600, help="for how long (default: a night)")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="draw as in another run")
    parser.add_argument("--report", type=Path, help="a Markdown file that is written as the search goes on")
    parser.add_argument("--layout", action="append", choices=sorted(LAYOUTS), help="only this one; may be repeated")
    parser.add_argument(
        "--socket",
        type=float,
        nargs="?",
        const=1.0,
        default=_SOCKET,
        metavar="SHARE",
        help=f"the share of worlds that are scanned over a socket (default: {_SOCKET:g}; without a number: all)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
