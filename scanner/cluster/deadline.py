"""Waiting for others no longer than was asked for: calls to a cluster have no limit of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


class TooLate(Exception):  # noqa: N818 - it names what happened
    """A call did not come back in time."""


def within(seconds: float | None, call: Callable[[], T]) -> T:
    """Return what a call gives, or raise TooLate after so many seconds; None waits for ever.

    The call goes on in a thread that ends with the process.
    """
    if seconds is None:
        return call()
    outcome: Future[T] = Future()
    Thread(target=_settle, args=(outcome, call), daemon=True).start()
    wait([outcome], max(seconds, 0))
    if not outcome.done():
        raise TooLate
    return outcome.result()


def _settle(outcome: Future[T], call: Callable[[], T]) -> None:
    """Make a call and note its answer, or what it raised."""
    try:
        outcome.set_result(call())
    except BaseException as error:  # noqa: BLE001 - it is raised again, where somebody waits for it
        outcome.set_exception(error)
