from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from threading import Barrier, Lock

import pytest

from scanner.collect.azure.arm.tasks import TaskPool


@pytest.fixture
def pool() -> Iterator[TaskPool]:
    tasks = TaskPool(4)
    yield tasks
    tasks.close()


class Tree:
    """Starts `width` tasks from each task, `depth` levels down, and counts them."""

    def __init__(self, pool: TaskPool, width: int) -> None:
        self.pool = pool
        self.width = width
        self.done = 0
        self._lock = Lock()

    def grow(self, depth: int) -> None:
        """Be one task."""
        for _ in range(self.width if depth else 0):
            self.pool.start(partial(self.grow, depth - 1))
        time.sleep(0.001)
        with self._lock:
            self.done += 1


def test_all_tasks_that_tasks_start_are_waited_for(pool: TaskPool) -> None:
    tree = Tree(pool, 3)
    pool.start(partial(tree.grow, 4))
    pool.drain()

    assert tree.done == 1 + 3 + 9 + 27 + 81


def test_a_drained_pool_can_be_used_again(pool: TaskPool) -> None:
    tree = Tree(pool, 0)
    pool.start(partial(tree.grow, 0))
    pool.drain()
    pool.start(partial(tree.grow, 0))
    pool.drain()

    assert tree.done == 2


def test_an_empty_pool_is_done_at_once(pool: TaskPool) -> None:
    began = time.monotonic()
    pool.drain()

    assert time.monotonic() - began < 0.15


def test_tasks_run_side_by_side_up_to_the_size(pool: TaskPool) -> None:
    meeting = Barrier(4)
    for _ in range(4):
        pool.start(lambda: (meeting.wait(5), None)[1])
    pool.drain()

    assert not meeting.broken


def test_no_more_tasks_run_at_once_than_the_size() -> None:
    pool, running, most, lock = TaskPool(2), 0, 0, Lock()

    def task() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    for _ in range(8):
        pool.start(task)
    pool.drain()
    pool.close()

    assert most == 2


def nested(pool: TaskPool, task: Callable[[], None]) -> Callable[[], None]:
    return lambda: pool.start(task)


def fail() -> None:
    raise LookupError("a defect")


def test_an_unexpected_exception_surfaces(pool: TaskPool) -> None:
    pool.start(fail)

    with pytest.raises(LookupError, match="a defect"):
        pool.drain()


def test_an_exception_deep_down_surfaces_without_waiting_for_the_rest(pool: TaskPool) -> None:
    began = time.monotonic()
    pool.start(lambda: time.sleep(1.0))
    pool.start(nested(pool, nested(pool, fail)))
    with pytest.raises(LookupError):
        pool.drain()

    assert time.monotonic() - began < 0.8


def test_closing_drops_what_has_not_started() -> None:
    pool = TaskPool(1)
    tree = Tree(pool, 0)
    pool.start(lambda: time.sleep(0.05))
    pool.start(partial(tree.grow, 0))
    pool.close()
    time.sleep(0.1)

    assert tree.done == 0


def test_what_most_others_wait_for_goes_first() -> None:
    pool, done = TaskPool(1), list[str]()

    def first() -> None:
        for name, chain in (("a", 0), ("b", 2), ("c", 1), ("d", 2)):
            pool.start(partial(done.append, name), chain=chain)

    pool.start(first)
    pool.drain()

    assert done == ["b", "d", "c", "a"]
