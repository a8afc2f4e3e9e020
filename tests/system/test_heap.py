"""While much is made that stays, Python looks for garbage seldom, and afterwards as before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from scanner.system.heap import seldom_swept


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Leave the thresholds of the test process as they were."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


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
