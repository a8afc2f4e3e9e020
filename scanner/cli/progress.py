"""The display of a scan under way, on stderr when that is a terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from scanner.collect.azure.session.pacer import GRAPH, PER_SECOND, QUERIES, QUERY_SECONDS
from scanner.collect.collected import Progress, Silent
from scanner.evidence import Gap
from scanner.system.plain import plain
from scanner.system.stopping import Undone

_WORTH_TELLING = 1.0


class Display:
    """What is being listed and how much came so far, on one line; gaps stay as lines of their own."""

    def __init__(self, console: Console, status: Status, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._now = now
        self._status = status
        self._lock = Lock()
        self._rows = 0
        self._gaps = 0
        self._what = ""
        self._opens: dict[str, float] = {}

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

    def waiting(self, scope: str, seconds: float) -> None:
        """Show what keeps the scan waiting."""
        with self._lock:
            self._opens[scope] = self._now() + seconds
            self._show(self._what)

    def _show(self, what: str) -> None:
        self._what = what
        gaps = f", {self._gaps} gaps" if self._gaps else ""
        doing = self._wait() or f"reading {what}"
        self._status.update(f"{self._rows} resources{gaps}; {escape(plain(doing))}")

    def _wait(self) -> str:
        """Name the scope that opens last; pauses too short to be read are not told."""
        scope, opens = max(self._opens.items(), key=lambda each: each[1], default=("", 0.0))
        left = opens - self._now()
        return f"waiting {left:.0f} s for {_limit_of(scope)}" if left >= _WORTH_TELLING else ""


def _limit_of(scope: str) -> str:
    if scope == GRAPH:
        return f"Resource Graph's query limit, {QUERIES} in {QUERY_SECONDS:.0f} s"
    whose = f"subscription {scope}" if scope else "the tenant"
    return f"Azure's read limit of {whose}, {PER_SECOND:.0f} a second"


@contextmanager
def shown(*, quiet: bool) -> Iterator[Progress]:
    """Show progress while the block runs, if stderr is a terminal and the user did not ask for quiet."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Silent()
        return
    with Undone(_show_cursor), console.status("signing in") as status:
        yield Display(console, status)


def _show_cursor() -> None:
    """Undo what the status line did to the terminal, without the locks that its thread may hold."""
    os.write(2, b"\r\x1b[2K\x1b[?25h")
