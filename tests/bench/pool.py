"""What judging in more processes than one brings: `python -m tests.bench.pool [SIZE …]`.

One process, two that are forked, and a Dask cluster of two workers on this machine; wall time beside the CPU time of
all of them, since processors that others use make wall time say little.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil  # type: ignore[import-untyped]  # it comes with dask

from scanner.cluster.connection import Cluster, connected
from scanner.cluster.judging import evaluate_on
from scanner.engine import Result, Rule, Subject, evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.processes import PAYS_FROM, evaluate_in_processes
from scanner.graph import Graph
from scanner.graph.rows import PackedRows
from tests.bench.estates import estate_of

SIZES = (1_000, 10_000, 50_000)
_WORKERS = 2


def main() -> None:
    """Measure and print."""
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    rules = load_packs([built_in_pack()])
    sys.stdout.write(f"$ python -m tests.bench.pool {' '.join(map(str, sizes))}\n\n")
    sys.stdout.write("| resources | how | wall, s | to one process | CPU of all, s |\n|---|---|---|---|---|\n")
    with _workers() as cluster:
        for size in sizes:
            _rows(size, rules, cluster)
    sys.stdout.write(f"\nprocesses are forked by default from {PAYS_FROM:,} resources on\n")


def _rows(size: int, rules: Sequence[Rule[Subject]], cluster: Cluster) -> None:
    rows = PackedRows(estate_of(size))
    ways: dict[str, Callable[[], tuple[Result, ...]]] = {
        "one process": lambda: evaluate(rules, Graph(rows)),
        f"{_WORKERS} processes, forked": lambda: evaluate_in_processes(rules, Graph(rows), _WORKERS),
        f"Dask, {_WORKERS} workers": lambda: evaluate_on(cluster, rules, Graph(rows)),
    }
    first = 0.0
    for how, judge in ways.items():
        wall, cpu = _measured(judge)
        first = first or wall
        sys.stdout.write(f"| {size:,} | {how} | {wall:.2f} | {wall / first:.2f} | {cpu:.2f} |\n")
        sys.stdout.flush()


def _measured(judge: Callable[[], object]) -> tuple[float, float]:
    began, cpu = time.perf_counter(), _cpu()
    judge()
    return time.perf_counter() - began, _cpu() - cpu


def _cpu() -> float:
    """Return the CPU seconds of this process, of those that it waited for, and of those that it started."""
    alive = (each.cpu_times() for each in psutil.Process().children(recursive=True))
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    return own + float(sum(each.user + each.system for each in alive))


@contextmanager
def _workers() -> Iterator[Cluster]:
    from distributed import LocalCluster  # noqa: PLC0415 - part of an extra

    make: Callable[..., Any] = LocalCluster
    with (
        make(
            n_workers=_WORKERS,
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            silence_logs=logging.CRITICAL,
        ) as local,
        connected(str(local.scheduler_address)) as cluster,
    ):
        yield cluster


if __name__ == "__main__":
    main()
