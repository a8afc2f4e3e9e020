"""Keeping below Azure's limits, so that requests need not be refused; and one refusal slows all who ask there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from scanner.collect.azure.session.allowance import Allowance, Bucket, Window
from scanner.collect.azure.session.throttle import Heard

# Azure grants each principal 250 reads a subscription at once and 25 more each second, and as many of the tenant; of
# Resource Graph 15 queries in 5 seconds (facts §15, pages of 2024).
BURST = 250
PER_SECOND = 25.0
QUERIES = 15
QUERY_SECONDS = 5.0

GRAPH = "graph"
"""The scope of Resource Graph's queries; other scopes are subscriptions, and "" is the tenant."""

RESERVE = 5
"""Reads of a burst that are kept back: the first requests take longest, and those after them seem to come too soon."""

_LATE = 1.05
"""Requests do not take equally long to arrive: a window is kept that much longer."""


@dataclass(slots=True)
class _Scope:
    """What is known of one scope; `closed` until Azure's Retry-After is over, None where no limit has shown."""

    allowance: Allowance | None
    closed: float = 0.0
    waiting: int = 0
    woken: int = 0
    under_way: int = 0


@dataclass(slots=True)
class Pass:
    """One request's leave to go, and what Azure had to say when it answered."""

    scope: str
    sent: float
    waited: float = 0.0
    heard: Heard | None = field(default=None)


class Pacer:
    """Lets requests leave no faster than Azure allows in each scope; shared by all threads.

    `speed` says how many times faster than Azure the endpoint's limits run; None where it may have none, as a simulator
    on loopback: there the pace begins when a refusal says that nothing is left.
    """

    def __init__(self, speed: float | None = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        self._speed = speed
        self._now = now
        self._lock = Lock()
        self._scopes: dict[str, _Scope] = {}

    @contextmanager
    def passing(self, scope: str, sleep: Callable[[float], None]) -> Iterator[Pass]:
        """Wait for a turn, let the block send a request, and learn from what it puts into the pass."""
        one = self._admit(scope, sleep)
        try:
            yield one
        finally:
            with self._lock:
                self._learn(self._scopes[scope], one)

    def close(self, scope: str, seconds: float) -> None:
        """Let nothing leave to a scope for some seconds."""
        with self._lock:
            found = self._scope(scope)
            found.closed = max(found.closed, self._now() + seconds)

    def _admit(self, scope: str, sleep: Callable[[float], None]) -> Pass:
        """Take a turn. Who has to wait asks again afterwards: a refusal may have come in between."""
        wait, waited = self._ask(scope, queued=False), 0.0
        if wait:
            try:
                while wait:
                    sleep(wait)
                    waited += wait
                    wait = self._ask(scope, queued=True)
            finally:
                with self._lock:
                    self._scopes[scope].waiting -= 1
        return Pass(scope, self._now(), waited)

    def _ask(self, scope: str, *, queued: bool) -> float:
        """Take a turn and return 0, or return the seconds until there may be one; who was not queued is from then."""
        with self._lock:
            found, now = self._scope(scope), self._now()
            opens = max(0.0, found.closed - now)
            ahead = found.waiting
            if queued:
                # Those who wake too early share out the next turns, so that they do not all wake for the same one.
                found.woken += 1
                ahead = found.woken % found.waiting if opens or self._is_short(found, now) else 0
            turn = found.allowance.wait(now + opens, ahead) if found.allowance else 0.0
            if opens + turn > 0:
                found.waiting += not queued
                return opens + turn
            if found.allowance:
                found.allowance.take(now)
            found.under_way += 1
            return 0.0

    @staticmethod
    def _is_short(found: _Scope, now: float) -> bool:
        return found.allowance is not None and found.allowance.wait(now, 0) > 0

    def _scope(self, name: str) -> _Scope:
        if name not in self._scopes:
            self._scopes[name] = _Scope(self._fresh(name, self._speed) if self._speed else None)
        return self._scopes[name]

    def _fresh(self, name: str, speed: float) -> Allowance:
        if name == GRAPH:
            return Window(QUERIES, QUERY_SECONDS * _LATE / speed)
        return Bucket(BURST - RESERVE, PER_SECOND * speed, self._now())

    def _learn(self, found: _Scope, one: Pass) -> None:
        """Believe an answer that says less is left than we thought: others may spend from the same limit.

        Requests under way may or may not be counted in it. An answer that says more was overtaken by what left since.
        """
        found.under_way -= 1
        said = one.heard
        if said is None:
            return
        now = self._now()
        if said.wait:
            found.closed = max(found.closed, now + said.wait)
        if found.allowance is None:
            if not (said.refused and said.left == 0):
                return
            found.allowance = self._fresh(one.scope, self._speed or 1.0)
        ours = found.allowance.left(now, now - one.sent)
        if said.refused and not said.left:
            found.allowance.refused(max(now, found.closed))
        elif said.left is not None and said.left + 1 < ours:
            found.allowance.lower(said.left - found.under_way, now)
        # Azure tells whole seconds: where we spent all of it ourselves, we know better when there is more.
        if said.left == 0 and said.resets and ours > 0:
            found.closed = max(found.closed, now + said.resets)
