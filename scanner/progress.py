"""The display of a scan under way, on stderr when that is a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from scanner.collect.collected import Progress, Silent
from scanner.evidence import Gap
from scanner.report.plain import plain


class Display:
    """What is being listed and how much came so far, on one line; gaps stay as lines of their own."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status
        self._lock = Lock()
        self._rows = 0
        self._gaps = 0

    def asked(self, what: str) -> None:
        """Show what is being read now."""
        with self._lock:
            self._show(what)

    def listed(self, kind: str, rows: int) -> None:
        """Count a page."""
        with self._lock:
            self._rows += rows
            self._show(kind)

    def missed(self, gap: Gap) -> None:
        """Leave a line for a gap."""
        with self._lock:
            self._gaps += 1
            self._console.print(escape(f"gap: {plain(str(gap))}"), highlight=False)

    def _show(self, what: str) -> None:
        gaps = f", {self._gaps} gaps" if self._gaps else ""
        self._status.update(f"{self._rows} resources{gaps}; reading {escape(plain(what))}")


@contextmanager
def shown(*, quiet: bool) -> Iterator[Progress]:
    """Show progress while the block runs, if stderr is a terminal and the user did not ask for quiet."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Silent()
        return
    with console.status("signing in") as status:
        yield Display(console, status)
