"""A bounded pool whose tasks may start more tasks: done when none is left. What most others wait for goes first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from queue import PriorityQueue
from threading import Condition


class TaskPool:
    """Runs tasks in at most `size` threads. The first unexpected exception is raised from `drain`."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="collect")
        self._waiting: PriorityQueue[tuple[int, int, Callable[[], object]]] = PriorityQueue()
        self._order = count()
        self._changed = Condition()
        self._open = 0
        self._broken: BaseException | None = None

    def start(self, task: Callable[[], object], *, chain: int = 0) -> None:
        """Queue a task; callable from within a task. The longer the `chain` of tasks after it, the sooner its turn."""
        with self._changed:
            self._open += 1
        self._waiting.put((-chain, next(self._order), task))
        self._pool.submit(self._run)

    def drain(self) -> None:
        """Wait until every task, and every task that those started, is done."""
        with self._changed:
            # Short waits, so that Ctrl-C reaches the main thread.
            while self._open and self._broken is None:
                self._changed.wait(0.2)
        if self._broken is not None:
            raise self._broken

    def close(self) -> None:
        """Drop what has not started."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        _, _, task = self._waiting.get_nowait()
        broken = None
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - it is raised again in the main thread
            broken = error
        with self._changed:
            self._open -= 1
            self._broken = self._broken or broken
            if not self._open or self._broken is not None:
                self._changed.notify_all()
