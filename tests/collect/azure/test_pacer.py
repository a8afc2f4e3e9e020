from __future__ import annotations

from dataclasses import dataclass

import pytest

from scanner.collect.azure.pacer import BURST, PER_SECOND, Pacer


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer(clock: Clock) -> Pacer:
    return Pacer(now=clock)


def test_the_limits_are_azures() -> None:
    assert (BURST, PER_SECOND) == (250, 25.0)


def test_a_burst_goes_out_at_once_and_then_one_every_40_milliseconds(pacer: Pacer) -> None:
    waits = [pacer.wait_for("a") for _ in range(BURST + 3)]

    assert waits[:BURST] == [0.0] * BURST
    assert waits[BURST:] == pytest.approx([0.04, 0.08, 0.12])


def test_a_second_brings_25_reads_back(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, BURST)
    clock.seconds += 1.0
    waits = [pacer.wait_for("a") for _ in range(26)]

    assert waits[:24] == [0.0] * 24
    assert waits[25] == pytest.approx(0.04)


def test_a_bucket_left_alone_holds_no_more_than_a_burst(pacer: Pacer, clock: Clock) -> None:
    spend(pacer, 10)
    clock.seconds += 3600.0
    waits = [pacer.wait_for("a") for _ in range(BURST + 1)]

    assert [wait > 0 for wait in waits] == [False] * BURST + [True]


def test_subscriptions_have_buckets_of_their_own(pacer: Pacer) -> None:
    spend(pacer, BURST + 100)

    assert pacer.wait_for("b") == 0.0


def test_4484_requests_take_about_171_seconds(pacer: Pacer) -> None:
    spend(pacer, 4483)

    assert pacer.wait_for("a") == pytest.approx((4484 - BURST) / PER_SECOND)


def test_a_refusal_holds_everything_back_for_as_long_as_azure_said(pacer: Pacer, clock: Clock) -> None:
    pacer.hold("a", 17.0)
    held = pacer.wait_for("a")
    clock.seconds += 17.1

    assert held == pytest.approx(17.04)
    assert pacer.wait_for("a") == 0.0
    assert pacer.wait_for("b") == 0.0


def test_after_a_refusal_the_bucket_is_empty(pacer: Pacer, clock: Clock) -> None:
    pacer.hold("a", 5.0)
    clock.seconds += 5.0

    assert [pacer.wait_for("a") for _ in range(2)] == pytest.approx([0.04, 0.08])


def test_a_short_refusal_does_not_shorten_a_long_wait(pacer: Pacer) -> None:
    pacer.hold("a", 60.0)
    pacer.hold("a", 1.0)

    assert pacer.wait_for("a") > 60.0


def spend(pacer: Pacer, reads: int) -> None:
    for _ in range(reads):
        pacer.wait_for("a")
