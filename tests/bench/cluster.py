"""What judging on a cluster costs part by part: `python -m tests.bench.cluster [SIZE …]`.

All in this process, one part after the other, in CPU seconds, the least of several runs: what other work on the machine
does to wall time is left out, and so is the network. The longest way is what lies between asking and results.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from scanner.engine import Rule, Subject, evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.sent import packed, unpacked
from scanner.engine.shares import judge_part, put_together
from scanner.graph import Graph
from scanner.graph.rows import PackedRows, unsent
from tests.bench.estates import estate_of
from tests.bench.tenant import EACH, tenant

T = TypeVar("T")

SIZES = (20_000, 50_000)
_WORKERS = (2, 8)
_SHARES_EACH = 2
_RUNS = 2
_HEADINGS = (
    "estate",
    "rows",
    "workers",
    "sent, MB",
    "one process",
    "packing rows",
    "unpacking rows",
    "the larger worker",
    "receiving results",
    "longest way to one process",
    "CPU of all to one process",
)


def main() -> None:
    """Measure and print."""
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    rules = load_packs([built_in_pack()])
    sys.stdout.write(f"$ python -m tests.bench.cluster {' '.join(map(str, sizes))}\n\n")
    sys.stdout.write(f"| {' | '.join(_HEADINGS)} |\n|{'---|' * len(_HEADINGS)}\n")
    for size in sizes:
        for name, rows in (("solutions", PackedRows(estate_of(size))), ("tenant", PackedRows(tenant(size // EACH)))):
            gc.collect()
            gc.freeze()
            for line in _lines(name, rows, rules):
                sys.stdout.write(f"| {' | '.join(line)} |\n")
                sys.stdout.flush()


def _lines(name: str, rows: PackedRows, rules: Sequence[Rule[Subject]]) -> Iterator[list[str]]:
    alone, _ = _least(lambda: evaluate(rules, Graph(rows)))
    packing, sent = _least(rows.sent)
    unpacking, _ = _least(lambda: unsent(sent))
    for workers in _WORKERS:
        work, receiving = _work(rows, rules, workers)
        longest = packing + unpacking + max(work) + receiving
        every = packing + workers * unpacking + sum(work) + receiving
        seconds = (alone, packing, unpacking, max(work), receiving, longest / alone, every / alone)
        yield [name, f"{len(rows):,}", str(workers), f"{len(sent) / 1e6:.1f}", *(f"{each:.2f}" for each in seconds)]


def _work(rows: PackedRows, rules: Sequence[Rule[Subject]], workers: int) -> tuple[list[float], float]:
    """Return the CPU seconds of each worker, and those of putting together what they gave."""
    judged = [_least(partial(_judged, rows, rules, each, workers)) for each in range(workers)]
    answers = [answer for _, found in judged for answer in found]
    receiving, _ = _least(lambda: put_together(rules, [unpacked(each, len(rules)) for each in answers]))
    return [seconds for seconds, _ in judged], receiving


def _judged(rows: PackedRows, rules: Sequence[Rule[Subject]], worker: int, workers: int) -> list[bytes]:
    """Judge the shares of one worker on a graph of its own."""
    graph = Graph(rows)
    numbers = range(worker * _SHARES_EACH, (worker + 1) * _SHARES_EACH)
    return [packed(judge_part(rules, graph, each, workers * _SHARES_EACH)) for each in numbers]


def _least(call: Callable[[], T]) -> tuple[float, T]:
    """Return the least CPU seconds that a call took, and what it gave."""
    runs = [_timed(call) for _ in range(_RUNS)]
    return min(seconds for seconds, _ in runs), runs[-1][1]


def _timed(call: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    found = call()
    return time.process_time() - began, found


if __name__ == "__main__":
    main()
