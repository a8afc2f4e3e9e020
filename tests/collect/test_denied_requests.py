"""Whatever is denied to a live scan, in whatever way, nothing looks better for it, nothing hangs, and a gap tells."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from scanner.collect.azure.cloud import cloud_of
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.collected import Collected
from scanner.engine import Rule, Subject
from scanner.errors import NothingScanned
from scanner.evidence import Gap
from scanner.scan import judge
from scanner.settings import Settings
from scanner.simulator import Estate, FaultKind, Simulator
from tests.collect.requests import Request, requests_in, turns
from tests.collect.support import subscriptions_in
from tests.comparison import Comparison
from tests.conftest import Tell
from tests.damaged import damaged
from tests.verdicts import Judged, by_subject

HEADING = "denied over the wire"
SUBSCRIPTION = "microsoft.resources/subscriptions"
STUCK_SECONDS = 300

ERRORS = {
    FaultKind.FORBIDDEN: 403,
    FaultKind.NOT_FOUND: 404,
    FaultKind.BAD_API_VERSION: 400,
    FaultKind.SERVER_ERROR: 500,
}
"""Answers that give nothing, by status."""
NO_ANSWER = (FaultKind.TRUNCATED, FaultKind.HTML, FaultKind.WRONG_JSON, FaultKind.WRONG_VALUE)
ASTRAY = (FaultKind.NEXT_LINK_LOOP, FaultKind.NEXT_LINK_ELSEWHERE)
SPOILT = (FaultKind.NO_PROPERTIES, FaultKind.WRONG_TYPES, FaultKind.WRONG_LEAVES)
KINDS = (*ERRORS, *NO_ANSWER, *ASTRAY, *SPOILT, FaultKind.UNREGISTERED, FaultKind.EMPTY_PAGE)

ESTATES = ("reference", "hub-spoke-private-resolver")


class Stuck(BaseException):
    """A scan did not end. Not an Exception, so that nothing on the way takes it for a fault of Azure's."""


@pytest.fixture(autouse=True)
def watchdog() -> Iterator[None]:
    """Break off what hangs."""

    def bark(*_: object) -> None:
        raise Stuck

    before = signal.signal(signal.SIGALRM, bark)
    signal.alarm(STUCK_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Whole:
    """An estate, what a scan of it collects while nothing is wrong, and the requests that this takes."""

    estate: Estate
    collected: Collected
    requests: list[Request]


@cache
def whole(name: str) -> Whole:
    """Scan an estate with much wrong in it."""
    estate = Estate(name, tuple(json.loads(damaged(name))))
    with Simulator(estate) as simulator:
        collected = _collected(simulator, estate)
        return Whole(estate, collected, requests_in(simulator.requests))


def _collected(simulator: Simulator, estate: Estate) -> Collected:
    source = LiveSource(
        cloud_of(simulator.url), subscriptions_in(estate), concurrency=4, retries=1, backoff=0.0
    )
    return collect_live(source)


class Judge:
    """Judges what was collected, the same evidence only once: to a rule, a 500 is the same as a 403."""

    def __init__(self, rules: Iterable[Rule[Subject]]) -> None:
        self.rules = tuple(rules)
        self.known: dict[str, Judged] = {}

    def __call__(self, collected: Collected) -> Judged:
        """Return the verdicts."""
        gaps = sorted((gap.kind, gap.scope, gap.absent, gap.gone) for gap in collected.gaps)
        evidence = json.dumps([collected.resources, gaps])
        if evidence not in self.known:
            self.known[evidence] = by_subject(judge(collected, self.rules, Settings()).results)
        return self.known[evidence]
