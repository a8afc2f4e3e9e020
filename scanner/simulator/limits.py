"""Azure's documented limits, enforced: reads of a subscription and of the tenant, and Resource Graph's queries.

https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

GRAPH = "graph"
TENANT = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is granted in each scope; everything runs `speed` times faster than in Azure, so that nobody has to wait."""

    speed: float = 1.0
    reads_at_once: int = 250
    reads_per_second: float = 25.0
    queries: int = 15
    query_seconds: float = 5.0

    def __post_init__(self) -> None:
        if not 0 < self.speed < math.inf:
            raise ValueError(f"limits cannot run {self.speed:g} times as fast as Azure's")


@dataclass(frozen=True, slots=True)
class Granted:
    """Whether a request may be served, the headers that say what is left, and the seconds to keep away if not."""

    served: bool
    headers: Mapping[str, str]
    retry_after: int


@dataclass(slots=True)
class _Count:
    left: float
    at: float


class Meter:
    """Counts requests by scope: a subscription's id, TENANT or GRAPH. Safe to use from many threads."""

    def __init__(self, limits: Limits, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._now = now
        self._lock = Lock()
        self._reads: dict[str, _Count] = defaultdict(lambda: _Count(limits.reads_at_once, now()))
        self._queries = _Count(limits.queries, now())

    def spend(self, scope: str) -> Granted:
        """Count a request and say whether it is within the limit; one that is refused costs nothing."""
        with self._lock:
            return self._query() if scope == GRAPH else self._read(scope)

    def _read(self, scope: str) -> Granted:
        count, now = self._reads[scope], self._now()
        per_second = self._limits.reads_per_second * self._limits.speed
        count.left = min(self._limits.reads_at_once, count.left + (now - count.at) * per_second)
        count.at = now
        served = count.left >= 1
        count.left -= served
        name = f"x-ms-ratelimit-remaining-{'tenant' if scope == TENANT else 'subscription'}-reads"
        return Granted(served, {name: str(int(count.left))}, max(1, math.ceil((1 - count.left) / per_second)))

    def _query(self) -> Granted:
        count, now = self._queries, self._now()
        length = self._limits.query_seconds / self._limits.speed
        if now - count.at >= length:
            count.left, count.at = self._limits.queries, now
        served = count.left >= 1
        count.left -= served
        resets = max(1, math.ceil(count.at + length - now))
        headers = {
            "x-ms-user-quota-remaining": str(int(count.left)),
            "x-ms-user-quota-resets-after": time.strftime("%H:%M:%S", time.gmtime(resets)),
        }
        return Granted(served, headers, resets)
