"""What the endpoint has been asked so far: a log for tests, and the read allowance that ARM's headers report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from threading import Lock

READS_AT_ONCE = 250
"""Reads that ARM grants a principal per subscription before it refills.

https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in: decoded path, query as sent, whether it brought an Authorization header.

    `status` is what was answered, 0 if the connection was reset instead.
    """

    method: str
    path: str
    query: str
    status: int
    authorized: bool


class Ledger:
    """Keeps every request in the order of its answer. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: list[Seen] = []
        self._reads: Counter[str | None] = Counter()

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The requests so far."""
        with self._lock:
            return tuple(self._seen)

    def record(self, seen: Seen) -> None:
        """Add a request that is about to be answered."""
        with self._lock:
            self._seen.append(seen)

    def spend(self, subscription: str | None) -> int:
        """Count a read of a subscription, None for the tenant, and say how many are left; never below 0."""
        with self._lock:
            self._reads[subscription] += 1
            return max(0, READS_AT_ONCE - self._reads[subscription])
