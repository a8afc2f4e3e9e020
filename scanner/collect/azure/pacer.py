"""Keeping below Azure's limit of reads, so that no request has to be refused."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from threading import Lock

# Azure grants each principal 250 reads a subscription at once and 25 more each second (facts §15, page of 2024).
BURST = 250
PER_SECOND = 25.0


class Pacer:
    """A token bucket for each subscription; a refusal by Azure holds back every thread that asks there."""

    def __init__(
        self, burst: int = BURST, per_second: float = PER_SECOND, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._now = now
        self._lock = Lock()
        self._ready: dict[str, float] = defaultdict(lambda: now() - burst / per_second)

    def wait_for(self, subscription: str) -> float:
        """Take one read and return the seconds to wait before it may be sent.

        A bucket is kept as the time at which it would be empty: each read moves it on by the time that one token takes
        to come back, and a bucket left alone is full after `burst / per_second` seconds.
        """
        with self._lock:
            now = self._now()
            full = now - self._burst / self._per_second
            ready = max(self._ready[subscription], full) + 1 / self._per_second
            self._ready[subscription] = ready
            return max(0.0, ready - now)

    def hold(self, subscription: str, seconds: float) -> None:
        """Let nothing be sent to a subscription for some seconds: Azure said Retry-After."""
        with self._lock:
            self._ready[subscription] = max(self._ready[subscription], self._now() + seconds)
