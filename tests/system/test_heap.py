"""While much is made that stays, Python looks for garbage seldom, and afterwards as before."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from platform import libc_ver
from resource import getpagesize
from weakref import finalize

import pytest

from scanner.system.heap import LARGE, give_back, seldom_swept


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Leave the thresholds of the test process as they were."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.enable()


def test_sweeps_are_rarer_inside_and_as_before_afterwards() -> None:
    gc.set_threshold(700, 10, 10)

    with seldom_swept():
        assert gc.get_threshold() == (500_000, 1_000_000, 1_000_000)
    assert gc.get_threshold() == (700, 10, 10)


def test_what_goes_wrong_inside_leaves_the_thresholds_as_before() -> None:
    gc.set_threshold(700, 10, 10)

    with pytest.raises(LookupError), seldom_swept():
        raise LookupError

    assert gc.get_threshold() == (700, 10, 10)


def test_sweeps_that_are_off_stay_off() -> None:
    gc.set_threshold(0, 10, 10)

    with seldom_swept():
        assert gc.get_threshold()[0] == 0


class _Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def gone() -> Iterator[list[str]]:
    """Leave something behind that holds itself, and name it where it is gone."""
    knot, found = _Knot(), list[str]()
    finalize(knot, found.append, "a knot")
    del knot
    yield found
    gc.collect()


def test_what_a_step_left_behind_in_a_large_estate_is_let_go_of(gone: list[str]) -> None:
    gc.disable()
    give_back(LARGE)

    assert gone == ["a knot"]


def test_a_small_estate_is_not_worth_a_look_at_everything(gone: list[str]) -> None:
    gc.disable()
    give_back(LARGE - 1)

    assert gone == []


@pytest.mark.skipif(libc_ver()[0] != "glibc", reason="other C libraries keep less")
def test_what_lay_between_pieces_that_stay_goes_back_to_the_system() -> None:
    taken = [bytearray(60_000) for _ in range(2_000)]
    kept, taken = taken[::100], []
    before = _resident()
    give_back(LARGE)

    assert len(kept) == 20
    assert before - _resident() > 50 << 20


_THREADS = """
from re import findall
from threading import Barrier, Thread
from scanner.system.heap import share_heaps

def take():
    meet.wait()
    bytearray(60_000)
    meet.wait()

{}
meet = Barrier(9)
threads = [Thread(target=take) for _ in range(8)]
[each.start() for each in threads]
meet.wait()
# Each heap but the first keeps 64 MiB of addresses, of which it has used little.
spans = findall(r"(?m)^([0-9a-f]+)-([0-9a-f]+) ---p 0+ 00:00 0", open("/proc/self/maps").read())
print(sum(60 << 20 < int(end, 16) - int(start, 16) <= 64 << 20 for start, end in spans))
meet.wait()
"""


@pytest.mark.skipif(libc_ver()[0] != "glibc", reason="other C libraries have no heap for each thread")
def test_threads_share_heaps() -> None:
    apart, shared = (
        int(subprocess.run([sys.executable, "-c", _THREADS.format(call)], capture_output=True, check=True).stdout)  # noqa: S603 - ours
        for call in ("", "share_heaps()")
    )

    assert shared < 2 < apart


def _resident() -> int:
    """Return the bytes of memory that this process takes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize()
