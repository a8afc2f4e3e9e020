"""Ending by a signal, whatever the process is doing: half-done work is undone, and the process leaves at once.

No exception is raised for it: one could be swallowed where Python ignores them, or come between two lines of a cleanup.
This module imports next to nothing, so that it is there before all else is imported.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

TYPE_CHECKING = False  # typing's own would import typing
if TYPE_CHECKING:
    from typing import NoReturn

SIGNALLED = 128
"""Shells report the end by a signal as this and the signal's number."""

_undos: dict[object, Callable[[], object]] = {}


def catch_signals() -> None:
    """End quietly on Ctrl-C, SIGTERM, and when the terminal closes unless somebody asked to outlive that."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _leave)
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        signal.signal(hangup, _leave)


class Undone:
    """While the block runs, a signal that ends the process calls `undo` first; it may find nothing to undo."""

    def __init__(self, undo: Callable[[], object]) -> None:
        self._undo = undo

    def __enter__(self) -> None:
        _undos[self] = self._undo

    def __exit__(self, *_: object) -> None:
        _undos.pop(self, None)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    try:
        for undo in [*_undos.values()]:
            try:
                undo()
            except Exception:  # noqa: BLE001, S112 - the others are still to be undone
                continue
    finally:
        os._exit(SIGNALLED + number)
