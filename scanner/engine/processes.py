"""Judging in more processes than one, where it pays: forked, so that all of them read one graph.

A fork shares memory instead of sending it. Where the system has no fork there is one process.
"""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Sequence

from scanner.engine import Result, Rule, Subject, evaluate
from scanner.engine.evaluate import subjects_of
from scanner.engine.sent import Part, packed, unpacked
from scanner.engine.shares import judge_part, put_together
from scanner.errors import ScanError
from scanner.graph import Graph
from scanner.system.heap import seldom_swept
from scanner.system.stopping import Undone

PAYS_FROM = 20_000
"""Resources from which on judging takes longer than starting processes and sending their results (tests/bench)."""

ALONE_FROM = 250_000
"""Resources from which on one process judges unless more are asked for: each would take half a gigabyte and more."""

_MOST = 8

_work: tuple[Sequence[Rule[Subject]], Graph] | None = None
"""What the processes that are being forked will judge: they find it where their parent left it."""


class ProcessLost(ScanError):  # noqa: N818 - it names what happened
    """A process that judged a share was ended from outside."""

    exit_code = 4


def evaluate_in_processes(
    rules: Sequence[Rule[Subject]], graph: Graph, processes: int | None = None
) -> tuple[Result, ...]:
    """Judge as `evaluate` does, with the same results in the same order. None processes: as many as pay.

    Raises RulePackError, and ProcessLost if the system ended a process.
    """
    wanted = processes or (_processors() if PAYS_FROM <= len(graph) < ALONE_FROM else 1)
    if wanted == 1 or not hasattr(os, "fork"):
        return evaluate(rules, graph)
    return put_together(rules, _parts(rules, graph, wanted))


def _parts(rules: Sequence[Rule[Subject]], graph: Graph, processes: int) -> list[Part]:
    # Most scans need none of this.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    global _work  # noqa: PLW0603 - a fork's children find their work here, and nothing is sent to them
    _work = rules, graph
    _list_subjects(rules, graph)
    gc.freeze()
    try:
        with warnings.catch_warnings():
            # Threads that fork does not copy: those of the collector, which hold nothing that judging needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            pool = ProcessPoolExecutor(processes, get_context("fork"))
            # A signal ends this process at once; the others would wait for work for ever.
            with Undone(_end_children), pool:
                answers = pool.map(_judge, range(processes), [processes] * processes)
                return [unpacked(each, len(rules)) for each in answers]
    except BrokenProcessPool as error:
        raise ProcessLost(
            "a process that judged was ended by the system, most likely for want of memory; try --processes 1"
        ) from error
    finally:
        gc.unfreeze()
        _work = None


def _list_subjects(rules: Sequence[Rule[Subject]], graph: Graph) -> None:
    """Have the graph remember what every process would find out for itself: what is judged by each rule."""
    with seldom_swept():
        for each in rules:
            for _ in subjects_of(each, graph):
                pass


def _end_children() -> None:
    from multiprocessing import active_children  # noqa: PLC0415 - as above

    for each in active_children():
        each.kill()


def _judge(number: int, shares: int) -> bytes:
    assert _work is not None  # noqa: S101 - set before the fork
    rules, graph = _work
    return packed(judge_part(rules, graph, number, shares))


def _processors() -> int:
    """Return how many processors this process may use, up to what results can be put together from."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST)
