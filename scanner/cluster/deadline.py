"""Waiting for others no longer than was asked for: calls to a cluster have no limit of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, Queue
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
    answers: Queue[Future[T]] = Queue()
    Thread(target=lambda: answers.put(_outcome(call)), daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except Empty:
        raise TooLate from None
    return answer.result()


def _outcome(call: Callable[[], T]) -> Future[T]:
    """Make a call and return its answer, or what it raised."""
    outcome: Future[T] = Future()
    try:
        outcome.set_result(call())
    except BaseException as error:  # noqa: BLE001 - it is raised again, where somebody waits for it
        outcome.set_exception(error)
    return outcome
