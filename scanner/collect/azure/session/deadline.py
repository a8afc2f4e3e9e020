"""The time that a whole scan may take, and that one listing may go without getting on."""

from __future__ import annotations

import math
import time
from threading import Event, get_ident


class TimeUp(Exception):  # noqa: N818 - it names what happened
    """The scan's time is over. Not an SDK error, so that no retry policy catches it."""


class Stalled(TimeUp):
    """A listing has not got on for too long."""


class Deadline:
    """Counts down from the moment it is made; None seconds means that there is no limit.

    `spent` are seconds of them that are over already.
    """

    def __init__(self, seconds: float | None, spent: float = 0.0) -> None:
        self.seconds = seconds
        self._end = math.inf if seconds is None else time.monotonic() + seconds - spent
        self._cancelled = Event()

    def cancel(self) -> None:
        """End the time now: the user interrupted."""
        self._cancelled.set()

    @property
    def remaining(self) -> float:
        """Seconds left, 0 when the time is up."""
        return 0.0 if self._cancelled.is_set() else max(0.0, self._end - time.monotonic())

    def is_over_by(self, seconds: float) -> bool:
        """Tell whether the time was up so many seconds ago."""
        return time.monotonic() > self._end + seconds

    def check(self) -> None:
        """Raise TimeUp when the time is over."""
        if not self.remaining:
            raise self.over()

    def sleep(self, seconds: float) -> None:
        """Sleep, or raise TimeUp at once if that would take longer than there is time, and when interrupted."""
        if seconds >= self.remaining or self._cancelled.wait(seconds):
            raise self.over()

    def over(self) -> TimeUp:
        """Return the error that says so."""
        if self._cancelled.is_set() or self.seconds is None:
            return TimeUp("not read before the scan was interrupted")
        return TimeUp(f"not read within {self.seconds:g} s (--timeout)")


class Pulse:
    """When each thread last got on: began a call, or had an answer to its end. More than `seconds` ago is too long.

    A thread that nobody waits for any more does not get on: with what comes late, it ends.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at: dict[int, float] = {}

    def begin(self) -> None:
        """Note that this thread begins with something else."""
        self._at[get_ident()] = time.monotonic()

    def beat(self) -> None:
        """Note that this thread gets on. Raises Stalled if it was lost."""
        if self._at.get(get_ident()) == -math.inf:
            raise self.over()
        self.begin()

    def lose(self, thread: int) -> None:
        """Note that nobody waits for a thread, by its ident, any more."""
        self._at[thread] = -math.inf

    def check(self, ahead: float = 0.0) -> None:
        """Raise Stalled if this thread has not got on for too long, or will not have in some seconds."""
        if self.idle(get_ident()) + ahead > self._seconds:
            raise self.over()

    def is_over_by(self, seconds: float, thread: int) -> bool:
        """Tell whether a thread should have given up so many seconds ago."""
        return self.idle(thread) > self._seconds + seconds

    def idle(self, thread: int) -> float:
        """Return the seconds since a thread, by its ident, last got on."""
        now = time.monotonic()
        return now - self._at.setdefault(thread, now)

    def over(self) -> Stalled:
        """Return the error that says so."""
        return Stalled(f"not read to its end: no progress for {self._seconds:g} s")
