"""Whatever is denied to a live scan, in whatever way, nothing looks better for it, nothing hangs, and a gap tells."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from http import HTTPStatus

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected
from scanner.engine import Rule, Subject
from scanner.errors import NothingScanned
from scanner.evidence import Gap
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId, Json
from scanner.scan.judging import judge
from scanner.simulator import Estate, FaultKind, Simulator
from scanner.simulator.rights import shows_its_rows
from tests.collect.replay import Tape
from tests.collect.requests import Request, requests_in, turns
from tests.collect.support import subscriptions_in
from tests.comparison import Comparison
from tests.conftest import Tell
from tests.damaged import damaged
from tests.verdicts import Judged, by_subject

HEADING = "denied over the wire"
SUBSCRIPTION = "microsoft.resources/subscriptions"
STUCK_SECONDS = 120
"""What a scan of a fraction of a second may take on a machine that is busy with other things."""

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
KINDS = (*ERRORS, FaultKind.DENIED, *NO_ANSWER, *ASTRAY, *SPOILT, FaultKind.UNREGISTERED, FaultKind.EMPTY_PAGE)

ESTATES = ("reference", "hub-spoke-private-resolver")


class Stuck(BaseException):
    """A scan did not end. Not an Exception, so that nothing on the way takes it for a fault of Azure's."""


@contextmanager
def watchdog() -> Iterator[None]:
    """Break off what hangs."""

    def bark(*_: object) -> None:
        raise Stuck

    before = signal.signal(signal.SIGALRM, bark)
    signal.alarm(STUCK_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Whole:
    """An estate, what a scan of it collects while nothing is wrong, the requests that this takes, and their answers.

    `most` are those that it takes where nothing is left unread.
    """

    estate: Estate
    collected: Collected
    requests: list[Request]
    tape: Tape
    most: int


@cache
def whole(name: str) -> Whole:
    """Scan an estate with much wrong in it."""
    estate = Estate(name, tuple(json.loads(damaged(name))))
    tape = Tape()
    with Simulator(estate) as simulator, tape.recording():
        collected = _collected(simulator, estate)
        requests = requests_in(simulator.requests)
    with Simulator(estate) as simulator:
        most = _collected(simulator, estate, reads_all=True).requests
    return Whole(estate, collected, requests, tape, most)


def _collected(simulator: Simulator, estate: Estate, *, reads_all: bool = False) -> Collected:
    named = subscriptions_in(estate)
    source = LiveSource(cloud_of(simulator.url), named, concurrency=4, retries=1, backoff=0.0, reads_all=reads_all)
    with watchdog():
        return collect_live(source)


def _denied(simulator: Simulator, clean: Whole) -> Collected:
    """Scan while something is denied.

    Over the socket go the requests that a fault is about, and those for permissions, which tell of it.
    """

    def touched(path: str, query: str) -> bool:
        return path.lower().endswith("/permissions") or any(each.matches(path, query) for each in simulator.faults)

    with clean.tape.replaying(touched):
        return _collected(simulator, clean.estate)


def _sent(simulator: Simulator, clean: Whole) -> int:
    """Return how many requests were sent so far, over the socket or not."""
    return len(simulator.requests) + clean.tape.count


def rows_of(collected: Collected) -> list[Json]:
    """Return what was collected as plain JSON."""
    return [dict(each) for each in collected.resources]


class Judge:
    """Judges what was collected, the same evidence only once: to a rule, a 500 is the same as a 403."""

    def __init__(self, rules: Iterable[Rule[Subject]]) -> None:
        self.rules = tuple(rules)
        self.known: dict[bytes, Judged] = {}

    def __call__(self, collected: Collected) -> Judged:
        """Return the verdicts."""
        gaps = sorted((gap.kind, gap.scope, gap.gone) for gap in collected.gaps)
        evidence = sha256(json.dumps([rows_of(collected), gaps]).encode()).digest()
        if evidence not in self.known:
            self.known[evidence] = by_subject(judge(collected, self.rules, Settings()).results)
        return self.known[evidence]


@pytest.fixture(scope="module")
def verdicts(pack: dict[str, Rule[Subject]]) -> Judge:
    """Return what judges for every kind of fault: most kinds leave the same evidence."""
    return Judge(pack.values())


def _pairs(name: str, *, every: bool) -> list[tuple[Request, FaultKind]]:
    """Return what is denied and how: all of it, or this estate's share."""
    if every:
        return [(request, kind) for request in whole(name).requests for kind in KINDS]
    return list(turns([whole(each).requests for each in ESTATES], ESTATES.index(name), KINDS))


def _gaps_of(request: Request, collected: Collected) -> list[Gap]:
    """Return the gaps that name what a request was for and what it would have needed."""
    wanted = request.scope.lower(), request.permission.lower()
    return [gap for gap in collected.gaps if (gap.scope.lower(), (gap.permission or "").lower()) == wanted]


def _untold(request: Request, kind: FaultKind, collected: Collected, clean: Collected) -> Iterator[str]:
    """Yield what a scan keeps to itself of a fault."""
    if request.status != HTTPStatus.OK:
        return
    found = [gap.status for gap in _gaps_of(request, collected)]
    lost = {str(each["id"]) for each in clean.resources} - {str(each["id"]) for each in collected.resources}
    if kind in {*ERRORS, *NO_ANSWER} and found != [ERRORS.get(kind)]:
        yield f"gaps {found}"
    if kind is FaultKind.DENIED and found != [200 if shows_its_rows(request.target) else 403]:
        yield f"gaps {found}"
    if kind in ASTRAY and found != [None] * request.target.is_list:
        yield f"gaps {found}"
    if kind is FaultKind.UNREGISTERED and lost and found != [409]:
        yield f"gaps {found}, although {len(lost)} resources are lost"
    if kind is FaultKind.EMPTY_PAGE and (rows_of(collected), collected.gaps) != (rows_of(clean), clean.gaps):
        yield "an empty page made a difference"
    if kind in SPOILT and any(ArmId(each).type == request.target.type.lower() for each in lost):
        yield "spoilt rows were dropped"


def test_every_request_is_denied_and_lists_and_items_of_every_provider_in_every_way() -> None:
    pairs = [(name, *pair) for name in ESTATES for pair in _pairs(name, every=False)]
    requests = {(name, request) for name in ESTATES for request in whole(name).requests}

    assert {(name, request) for name, request, _ in pairs} == requests
    assert {(_manner(request), kind) for _, request, kind in pairs} == {
        (_manner(request), kind) for _, request in requests for kind in KINDS
    }


def _manner(request: Request) -> tuple[bool, bool]:
    """Return how it is read: as a list or an item, in a subscription or below a resource."""
    return request.target.is_list, request.target.group is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
@pytest.mark.parametrize("name", ESTATES)
def test_nothing_denied_betters_a_verdict_or_goes_untold(
    name: str, kind: FaultKind, verdicts: Judge, tell: Tell, every_pair: bool
) -> None:
    clean = whole(name)
    comparison, counts, untold = Comparison(verdicts(clean.collected)), Counter[str](), list[str]()
    with Simulator(clean.estate) as simulator:
        for request in [each for each, denied in _pairs(name, every=every_pair) if denied is kind]:
            simulator.faults = request.meeting(kind)
            before = _sent(simulator, clean)
            try:
                collected = _denied(simulator, clean)
            except NothingScanned:
                counts.update(nothing=1)
                untold += [] if request.target.type.lower() == SUBSCRIPTION else [f"{request}: the scan ended"]
            else:
                # Of what could not be read anyhow, that it is gone is evidence and no denial of any.
                if kind is not FaultKind.NOT_FOUND or request.status == HTTPStatus.OK:
                    comparison.add(f"{request.path}", verdicts(collected))
                untold += [f"{request}: {each}" for each in _untold(request, kind, collected, clean.collected)]
            sent = _sent(simulator, clean) - before
            counts.update(scans=1, requests=sent)
            # What was not read makes more necessary, and where one answer told for four each is asked.
            untold += [f"{request}: sent {sent} requests"] if sent > clean.most + 5 else []
    tell(HEADING, f"{name}, {kind.value}", f"{counts['scans']} scans, {comparison}, {counts['requests']:,} requests")

    assert (untold, comparison.bettered, comparison.invented) == ([], [], [])
    assert counts["scans"] >= 4


@pytest.mark.parametrize("kind", [FaultKind.DENIED, FaultKind.HTML, FaultKind.NEXT_LINK_LOOP, FaultKind.NO_PROPERTIES])
def test_answers_given_again_make_the_same_scan_as_all_over_the_socket(kind: FaultKind) -> None:
    clean = whole(ESTATES[0])
    requests = [each for each, denied in _pairs(ESTATES[0], every=False) if denied is kind][:5]
    with Simulator(clean.estate) as simulator:
        for request in requests:
            simulator.faults = request.meeting(kind)
            counts = [_sent(simulator, clean)]
            over_the_socket = _collected(simulator, clean.estate)
            counts.append(_sent(simulator, clean))
            given, moved = clean.tape.count, len(simulator.requests)
            again = _denied(simulator, clean)
            counts.append(_sent(simulator, clean))

            assert (rows_of(again), again.gaps) == (rows_of(over_the_socket), over_the_socket.gaps)
            assert counts[2] - counts[1] == counts[1] - counts[0]
            assert clean.tape.count - given > len(simulator.requests) - moved
    assert len(requests) > 3
