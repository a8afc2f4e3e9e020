"""Waiting no longer than one wants to: for calls that cannot be told to stop, such as the system's resolver."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """Counts milliseconds from when it was made."""

    def __init__(self) -> None:
        self._start = monotonic()

    @property
    def took(self) -> int:
        """How long it has been."""
        return round((monotonic() - self._start) * 1000)


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what a call returns. Raises TimeoutError after so many seconds, and what the call raises.

    What hangs is left behind in a thread of its own, and ends with the process.
    """
    told: SimpleQueue[tuple[T] | Exception] = SimpleQueue()

    def run() -> None:
        try:
            told.put((call(),))
        except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
            told.put(error)

    Thread(target=run, daemon=True).start()
    try:
        outcome = told.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome[0]
