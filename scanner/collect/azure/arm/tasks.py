"""A bounded pool whose tasks may start more tasks: done when none is left. What most others wait for goes first.

Nobody waits for a task that hangs, in a look-up of a name for instance, which nothing can interrupt: when the time is
over, or a task has not got on for too long, it is given up, and its thread is left behind. Threads are daemons, so that
the process can end all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from itertools import count
from threading import Condition, Lock, Thread, get_ident
from typing import TypeAlias, TypeVar

from scanner.collect.azure.session.deadline import Deadline, Pulse, TimeUp

T = TypeVar("T")

Late: TypeAlias = Callable[[TimeUp], None]
"""Is told why a task was given up."""

_GRACE_SECONDS = 0.5
"""A task gives up by itself, if it can, and is left so much more time for it."""
_LOOK_SECONDS = 0.1
_FIRST = 9


def _to_nobody(_why: TimeUp) -> None:
    pass


@dataclass(slots=True, eq=False)
class _Task:
    """What is to run. `thread` is the ident of the one that runs it."""

    run: Callable[[], object]
    late: Late
    thread: int = 0


class TaskPool:
    """Runs tasks in at most `size` threads. The first unexpected exception is raised from `drain`.

    When the `deadline` is over all that is open is given up, and what `pulse` shows to be stalled by itself.
    """

    def __init__(self, size: int, deadline: Deadline | None = None, pulse: Pulse | None = None) -> None:
        self.size = size
        self._deadline = deadline or Deadline(None)
        self._pulse = pulse or Pulse(float("inf"))
        self._order = count()
        lock = Lock()
        self._changed, self._work = Condition(lock), Condition(lock)
        self._waiting: list[tuple[int, int, _Task]] = []
        self._running: set[_Task] = set()
        self._threads = self._idle = 0
        self._broken: BaseException | None = None
        self._over: TimeUp | None = None
        self._closed = False

    def start(self, task: Callable[[], object], *, chain: int = 0, late: Late = _to_nobody) -> None:
        """Queue a task; callable from within a task. The longer the `chain` of tasks after it, the sooner its turn.

        `late` is told if the task was given up, be it under way, waiting, or started when all is over.
        """
        with self._changed:
            over = self._over
            if over is None and not self._closed:
                heappush(self._waiting, (-chain, next(self._order), _Task(task, late)))
                self._wake()
        if over is not None:
            late(over)

    def call(self, ask: Callable[[], T]) -> T:
        """Run a task and wait for what it returns or raises. Raises TimeUp if it was given up."""
        answer: Future[T] = Future()
        self.start(partial(self._answer, answer, ask), chain=_FIRST, late=partial(_refuse, answer))
        self._until(answer.done)
        return answer.result()

    def drain(self) -> None:
        """Wait until every task, and every task that those started, is done or given up."""
        self._until(lambda: not self._waiting and not self._running)

    def close(self) -> None:
        """Drop what has not started."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._work.notify_all()

    # What waits

    def _until(self, is_done: Callable[[], bool]) -> None:
        while True:
            with self._changed:
                if self._broken is not None:
                    raise self._broken
                if is_done():
                    return
                # Short waits, so that Ctrl-C reaches the main thread.
                self._changed.wait(_LOOK_SECONDS)
                why, lost = self._overdue()
            for each in lost:
                each.late(why)

    def _overdue(self) -> tuple[TimeUp, Iterable[_Task]]:
        """Take out what is to be given up, and say why."""
        if self._deadline.is_over_by(_GRACE_SECONDS):
            self._over = self._deadline.over()
            lost = [*self._running, *(each for _, _, each in self._waiting)]
            self._lose(tuple(self._running))
            self._waiting.clear()
            return self._over, lost
        lost = [each for each in self._running if self._pulse.is_over_by(_GRACE_SECONDS, each.thread)]
        self._lose(lost)
        self._threads -= len(lost)
        for _ in self._waiting[: len(lost)]:
            self._wake()
        return self._pulse.over(), lost

    def _lose(self, tasks: Iterable[_Task]) -> None:
        """Leave tasks and their threads behind."""
        for each in tasks:
            self._running.remove(each)
            self._pulse.lose(each.thread)

    def _answer(self, answer: Future[T], ask: Callable[[], T]) -> None:
        try:
            found = ask()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is waited for
            _refuse(answer, error)
        else:
            with suppress(InvalidStateError):
                answer.set_result(found)
        with self._changed:
            self._changed.notify_all()

    # Threads

    def _wake(self) -> None:
        """Have a thread look for work."""
        if self._idle:
            self._idle -= 1
            self._work.notify()
        elif self._threads < self.size:
            self._threads += 1
            Thread(target=self._labour, name="collect", daemon=True).start()

    def _labour(self) -> None:
        while (task := self._next()) is not None:
            broken = None
            try:
                task.run()
            except BaseException as error:  # noqa: BLE001 - it is raised again in the main thread
                broken = error
            if not self._finish(task, broken):
                return

    def _next(self) -> _Task | None:
        with self._work:
            while not self._waiting:
                if self._closed or self._over is not None:
                    return None
                self._idle += 1
                self._work.wait()
            _, _, task = heappop(self._waiting)
            task.thread = get_ident()
            self._pulse.begin()
            self._running.add(task)
            return task

    def _finish(self, task: _Task, broken: BaseException | None) -> bool:
        """Note that a task is done; False if it was given up before, and with it this thread."""
        with self._changed:
            if task not in self._running:
                return False
            self._running.remove(task)
            self._broken = self._broken or broken
            if self._broken is not None or not (self._running or self._waiting):
                self._changed.notify_all()
            return True


def _refuse(answer: Future[T], why: BaseException) -> None:
    with suppress(InvalidStateError):
        answer.set_exception(why)
