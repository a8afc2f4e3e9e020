"""What Azure allows in one scope, as far as we know: a bucket that refills, or so many in any few seconds."""

from __future__ import annotations

from collections import deque
from typing import Protocol

_ROUNDING = 1e-6


class Allowance(Protocol):
    """How many requests may leave, and when the next one may. Times are seconds of one clock; not safe for threads."""

    def wait(self, now: float, ahead: int) -> float:
        """Return the seconds until a request may leave that has `ahead` others before it."""

    def take(self, now: float) -> None:
        """Note that a request leaves."""

    def left(self, now: float, ago: float) -> float:
        """Return how many may leave, less what came back in the last `ago` seconds; negative if more left than may."""

    def lower(self, left: float, now: float) -> None:
        """Believe that no more than this many may leave now."""

    def refused(self, until: float) -> None:
        """Note that nothing was left, and that nothing will leave until some time."""


class Bucket:
    """Holds `burst` requests and gets `per_second` back each second, as ARM counts reads."""

    def __init__(self, burst: float, per_second: float, now: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = burst
        self._at = now

    def wait(self, now: float, ahead: int) -> float:
        """Return the seconds until there is a token for a request that has `ahead` others before it."""
        missing = 1 + ahead - self.left(now, 0.0)
        return missing / self._per_second if missing > _ROUNDING else 0.0

    def take(self, now: float) -> None:
        """Spend a token."""
        self.lower(self.left(now, 0.0) - 1, now)

    def left(self, now: float, ago: float) -> float:
        """Return the tokens, without those that came in the last `ago` seconds."""
        came = max(0.0, now - self._at) * self._per_second
        return min(self._burst, self._tokens + came) - ago * self._per_second

    def lower(self, left: float, now: float) -> None:
        """Believe that there are no more than this many tokens."""
        self._tokens, self._at = min(left, self.left(now, 0.0)), max(now, self._at)

    def refused(self, until: float) -> None:
        """Be empty then: what came back in the meantime may be gone again, if others ask too."""
        self.lower(0, until)


class Window:
    """Lets `most` requests leave in any `seconds`, as Resource Graph counts queries.

    Its windows begin when it likes: only by keeping every stretch of that length below the limit is each of them.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._taken: deque[float] = deque(maxlen=most)

    def wait(self, now: float, ahead: int) -> float:
        """Return the seconds until enough earlier requests are out of the window."""
        rounds, place = divmod(len(self._taken) - self._most + ahead, self._most)
        if rounds < 0:
            return 0.0
        return max(0.0, self._taken[min(place, len(self._taken) - 1)] + (rounds + 1) * self._seconds - now)

    def take(self, now: float) -> None:
        """Note a request."""
        self._taken.append(now)

    def left(self, now: float, ago: float) -> float:
        """Return how many fit into the window still; none come back before its end."""
        since = now - ago - self._seconds
        return self._most - sum(1 for each in self._taken if each > since)

    def lower(self, left: float, now: float) -> None:
        """Count as many requests of somebody else as are missing."""
        for _ in range(min(self._most, int(self.left(now, 0.0) - left))):
            self._taken.append(now)

    def refused(self, until: float) -> None:
        """Change nothing: by then the count starts anew."""
