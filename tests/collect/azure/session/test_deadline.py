from __future__ import annotations

import math
import time
from threading import Timer

import pytest

from scanner.collect.azure.session.deadline import Deadline, TimeUp


def test_without_a_limit_there_is_always_time() -> None:
    deadline = Deadline(None)
    deadline.check()

    assert deadline.remaining == math.inf


def test_time_runs_down_to_nothing() -> None:
    deadline = Deadline(0.05)
    at_first = deadline.remaining
    time.sleep(0.06)

    assert 0 < at_first <= 0.05
    assert deadline.remaining == 0.0
    with pytest.raises(TimeUp, match=r"not read within 0\.05 s"):
        deadline.check()


def test_a_sleep_within_the_time_is_slept() -> None:
    began = time.monotonic()
    Deadline(5).sleep(0.05)

    assert time.monotonic() - began >= 0.05


def test_a_sleep_beyond_the_time_is_not_begun() -> None:
    began = time.monotonic()
    with pytest.raises(TimeUp):
        Deadline(5).sleep(6)

    assert time.monotonic() - began < 1


@pytest.mark.parametrize("seconds", [None, 60.0])
def test_an_interruption_ends_the_time_and_says_so(seconds: float | None) -> None:
    deadline = Deadline(seconds)
    deadline.cancel()

    assert deadline.remaining == 0.0
    with pytest.raises(TimeUp, match="interrupted"):
        deadline.check()


@pytest.mark.parametrize("seconds", [None, 60.0])
def test_an_interruption_wakes_who_sleeps(seconds: float | None) -> None:
    deadline = Deadline(seconds)
    began = time.monotonic()
    Timer(0.05, deadline.cancel).start()
    with pytest.raises(TimeUp, match="interrupted"):
        deadline.sleep(30)

    assert time.monotonic() - began < 5
