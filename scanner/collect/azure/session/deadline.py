"""The time that a whole scan may take."""

from __future__ import annotations

import math
import time
from threading import Event


class TimeUp(Exception):  # noqa: N818 - it names what happened
    """The scan's time is over. Not an SDK error, so that no retry policy catches it."""


class Deadline:
    """Counts down from the moment it is made; None seconds means that there is no limit."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = math.inf if seconds is None else time.monotonic() + seconds
        self._cancelled = Event()

    def cancel(self) -> None:
        """End the time now: the user interrupted."""
        self._cancelled.set()

    @property
    def remaining(self) -> float:
        """Seconds left, 0 when the time is up."""
        return 0.0 if self._cancelled.is_set() else max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raise TimeUp when the time is over."""
        if not self.remaining:
            raise self._over()

    def sleep(self, seconds: float) -> None:
        """Sleep, or raise TimeUp at once if that would take longer than there is time, and when interrupted."""
        if seconds >= self.remaining or self._cancelled.wait(seconds):
            raise self._over()

    def _over(self) -> TimeUp:
        if self._cancelled.is_set() or self.seconds is None:
            return TimeUp("not read before the scan was interrupted")
        return TimeUp(f"not read before the {self.seconds:g} seconds of --timeout were over")
