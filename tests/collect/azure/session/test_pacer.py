from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from scanner.collect.azure.session.pacer import BURST, GRAPH, PER_SECOND, QUERIES, QUERY_SECONDS, RESERVE, Pacer, Pass
from scanner.collect.azure.session.throttle import Heard, heard
from scanner.simulator.limits import Limits, Meter

FULL = BURST - RESERVE


@dataclass
class Clock:
    """A clock that stands still until it is moved, or somebody sleeps."""

    seconds: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer(clock: Clock) -> Pacer:
    return Pacer(now=clock)


def send(pacer: Pacer, clock: Clock, scope: str = "a", said: Heard | None = None) -> float:
    """Send one request, answered at once; return the seconds that it waited."""
    with pacer.passing(scope, clock.sleep) as one:
        one.heard = said
    return one.waited


def spend(pacer: Pacer, clock: Clock, requests: int, scope: str = "a") -> list[float]:
    return [send(pacer, clock, scope) for _ in range(requests)]


def left(count: int) -> Heard:
    return Heard(refused=False, left=count, resets=None, wait=None)


def refusal(wait: float | None, count: int | None = None) -> Heard:
    return Heard(refused=True, left=count, resets=None, wait=wait)


def test_the_limits_are_azures() -> None:
    assert (BURST, PER_SECOND, QUERIES, QUERY_SECONDS) == (250, 25.0, 15, 5.0)


def test_a_burst_goes_out_at_once_and_then_one_every_40_milliseconds(pacer: Pacer, clock: Clock) -> None:
    waits = spend(pacer, clock, FULL + 3)

    assert waits[:FULL] == [0.0] * FULL
    assert waits[FULL:] == pytest.approx([0.04, 0.04, 0.04])


def test_a_second_brings_25_reads_back(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, clock, FULL)
    clock.seconds += 1.0
    waits = spend(pacer, clock, 26)

    assert waits[:25] == [0.0] * 25
    assert waits[25] == pytest.approx(0.04)


def test_a_bucket_left_alone_holds_no_more_than_a_burst(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, clock, 10)
    clock.seconds += 3600.0
    waits = spend(pacer, clock, FULL + 1)

    assert [wait > 0 for wait in waits] == [False] * FULL + [True]


@pytest.mark.parametrize("other", ["b", "", GRAPH])
def test_scopes_have_allowances_of_their_own(pacer: Pacer, clock: Clock, other: str) -> None:
    spend(pacer, clock, FULL + 100)

    assert send(pacer, clock, other) == 0.0


def test_4484_requests_take_about_167_seconds(pacer: Pacer, clock: Clock) -> None:
    began = clock.seconds
    spend(pacer, clock, 4484)

    assert clock.seconds - began == pytest.approx((4484 - FULL) / PER_SECOND)


def test_who_waits_shares_out_the_next_turns(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, clock, FULL)
    waits = queue_up(pacer, range(4))

    assert waits == pytest.approx([0.04, 0.08, 0.12, 0.16])


class Noted(Exception):  # noqa: N818 - it ends a wait
    """What a request that would have to wait raises, instead of sleeping."""


def queue_up(pacer: Pacer, names: Iterable[int], scope: str = "a") -> list[float]:
    """Let requests ask one inside the other, so that each waits while the next one asks; return their first waits."""
    waits: list[float] = []
    left_to_ask = list(names)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        left_to_ask.pop()
        if left_to_ask:
            enter()
        raise Noted

    def enter() -> None:
        with pacer.passing(scope, sleep):
            pytest.fail("nobody should get through")

    with pytest.raises(Noted):
        enter()
    return waits


def test_who_gives_up_waiting_leaves_the_queue(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, clock, FULL)
    queue_up(pacer, range(4))

    assert send(pacer, clock) == pytest.approx(0.04)


# Refusals


def test_a_refusal_holds_everything_back_for_as_long_as_azure_said(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, said=refusal(17.0))
    held = send(pacer, clock)

    assert held == pytest.approx(17.04)
    assert send(pacer, clock, "b") == 0.0


def test_after_a_refusal_the_bucket_is_empty(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, said=refusal(5.0))
    clock.seconds += 5.0

    assert spend(pacer, clock, 2) == pytest.approx([0.04, 0.04])


def test_a_refusal_that_says_what_is_left_empties_nothing_else(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, said=refusal(5.0, 180))
    waits = spend(pacer, clock, 180)

    assert waits == pytest.approx([5.0] + [0.0] * 179)


def test_a_short_refusal_does_not_shorten_a_long_wait(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, said=refusal(60.0))
    pacer.close("a", 1.0)

    assert send(pacer, clock) >= 60.0


def test_a_refusal_reaches_who_waits_already(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, clock, FULL)

    def sleep(seconds: float) -> None:
        if not clock.slept:
            pacer.close("a", 30.0)
        clock.sleep(seconds)

    with pacer.passing("a", sleep) as one:
        pass

    assert one.waited == pytest.approx(30.0)


# What the headers say


def test_a_header_that_says_less_is_believed(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, said=left(3))
    waits = spend(pacer, clock, 4)

    assert waits == pytest.approx([0.0, 0.0, 0.0, 0.04])


def test_a_header_that_says_more_is_not(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, clock, FULL)
    clock.seconds += 0.04
    send(pacer, clock, said=left(11_999))

    assert send(pacer, clock) == pytest.approx(0.04)


def test_requests_under_way_may_not_be_counted_in_what_is_left(pacer: Pacer, clock: Clock) -> None:
    with pacer.passing("a", clock.sleep), pacer.passing("a", clock.sleep):
        send(pacer, clock, said=left(3))
    waits = spend(pacer, clock, 2)

    assert waits == pytest.approx([0.0, 0.04])


def test_a_late_answer_is_not_held_against_a_bucket_that_has_filled_since(pacer: Pacer, clock: Clock) -> None:
    with pacer.passing("a", clock.sleep) as late:
        late.heard = left(125)
        spend(pacer, clock, 124)
        clock.seconds += 5.0
    waits = spend(pacer, clock, FULL)

    assert waits == [0.0] * FULL


def test_answers_that_overtake_each_other_change_nothing_for_who_is_alone(pacer: Pacer, clock: Clock) -> None:
    meter = Meter(Limits(), clock)
    passes = [(manager := pacer.passing("a", clock.sleep), manager.__enter__()) for _ in range(100)]
    for manager, one in reversed([(each, answered(meter, one)) for each, one in passes]):
        assert one.heard is not None
        manager.__exit__(None, None, None)
    waits = spend(pacer, clock, FULL - 99)

    assert waits == pytest.approx([0.0] * (FULL - 100) + [0.04])


def answered(meter: Meter, one: Pass) -> Pass:
    granted = meter.spend(one.scope)
    wait = None if granted.served else float(granted.retry_after)
    one.heard = Heard(not granted.served, int(next(iter(granted.headers.values()))), None, wait)
    return one


def test_two_who_share_a_limit_are_refused_once_in_fifty(clock: Clock) -> None:
    meter, pacers = Meter(Limits(), clock), [Pacer(now=clock), Pacer(now=clock)]
    refused = 0
    for _ in range(1000):
        for pacer in pacers:
            with pacer.passing("a", clock.sleep) as one:
                answered(meter, one)
                refused += one.heard is not None and one.heard.refused

    assert refused <= 40


# Loopback


def test_where_no_limit_shows_nobody_waits(clock: Clock) -> None:
    pacer = Pacer(None, now=clock)
    waits = [send(pacer, clock, said=left(0)) for _ in range(2 * FULL)]

    assert set(waits) == {0.0}


def test_where_a_refusal_shows_a_limit_it_is_kept_from_then_on(clock: Clock) -> None:
    pacer = Pacer(None, now=clock)
    spend(pacer, clock, FULL)
    send(pacer, clock, said=refusal(1.0, 0))
    waits = spend(pacer, clock, 3)

    assert waits == pytest.approx([1.04, 0.04, 0.04])


def test_where_a_refusal_shows_no_limit_only_its_pause_is_kept(clock: Clock) -> None:
    pacer = Pacer(None, now=clock)
    send(pacer, clock, said=refusal(1.0))

    assert spend(pacer, clock, 2 * FULL) == [1.0] + [0.0] * (2 * FULL - 1)


def test_limits_may_run_faster(clock: Clock) -> None:
    pacer = Pacer(10.0, now=clock)

    assert spend(pacer, clock, FULL + 1)[FULL] == pytest.approx(0.004)


# Resource Graph


def test_no_five_seconds_see_more_than_15_queries(pacer: Pacer, clock: Clock) -> None:
    times = []
    for step in range(100):
        clock.seconds += 0.37 * (step % 3)
        send(pacer, clock, GRAPH)
        times.append(clock.seconds)
    crowds = [sum(1 for each in times if start <= each <= start + QUERY_SECONDS) for start in times]

    assert max(crowds) == QUERIES


@pytest.mark.parametrize("speed", [1.0, 4.0, 8.0])
def test_queries_take_hardly_longer_than_the_limit_allows(speed: float, clock: Clock) -> None:
    pacer, meter = Pacer(speed, now=clock), Meter(Limits(speed=speed), now=clock)
    began, queries = clock(), 20 * QUERIES

    for _ in range(queries):
        with pacer.passing(GRAPH, clock.sleep) as one:
            granted = meter.spend(GRAPH)
            clock.seconds += 0.2 / speed
            one.heard = heard(200, granted.headers)
        assert granted.served

    # What is left after the last query of a window is told in whole seconds, rounded up.
    assert clock() - began < 1.1 * (queries / QUERIES - 1) * QUERY_SECONDS / speed


def test_queries_that_azure_refused_wait_until_its_quota_resets(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, GRAPH, Heard(refused=True, left=0, resets=4.0, wait=4.0))

    assert 4.0 <= send(pacer, clock, GRAPH) <= 6.0


def test_queries_of_others_are_counted(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, GRAPH, Heard(refused=False, left=2, resets=3.0, wait=None))
    waits = spend(pacer, clock, 3, GRAPH)

    assert [wait > 0 for wait in waits] == [False, False, True]


def test_threads_together_take_no_more_than_there_is(clock: Clock) -> None:
    pacer = Pacer(now=clock)

    def ask(_: int) -> bool:
        try:
            with pacer.passing("a", stop):
                return True
        except Noted:
            return False

    with ThreadPoolExecutor(16) as pool:
        served = list(pool.map(ask, range(2 * FULL)))

    assert sum(served) == FULL


def stop(_: float) -> None:
    raise Noted
