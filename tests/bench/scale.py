"""What a tenant costs under Azure's limits: `python -m tests.bench.scale [SUBSCRIPTIONS …]` prints a table.

Each size is read both ways, by ARM and through Resource Graph, and then judged. What the limits allow is the time that
the requests take at the least, of the subscription that is read most, or of the queries. The simulator runs in a
process of its own and refuses what Azure would; each measurement runs in a fresh one. The peak is that of all its
processes together, less what they share with others, looked at twice a second; that of collecting is the system's own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any, TypeVar

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.azure.session.pacer import BURST, PER_SECOND, QUERIES, QUERY_SECONDS
from scanner.collect.collected import Silent
from scanner.collect.demo.source import DemoSource
from scanner.engine.pack import built_in_pack, load_packs
from scanner.engine.processes import evaluate_in_processes
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from tests.bench.memory import peak_of, peak_of_this_process
from tests.bench.requests import table
from tests.bench.tenant import EACH, subscriptions

T = TypeVar("T")

SIZES = (1, 10, 100)
WAYS = ("arm", "graph")
DEFAULT_WAY = "auto"
COLUMNS = (
    "subscriptions",
    "way",
    "speed",
    "resources",
    "requests",
    "refused",
    "waited, s in all threads",
    "gaps",
    "limits allow, s",
    "collect, s",
    "collect / limits",
    "collect, CPU ms a resource",
    "judge, s",
    "results",
    "peak while collecting, MiB",
    "peak memory, MiB",
)


@dataclass(slots=True)
class Waits(Silent):
    """Adds up what threads wait for Azure's limits."""

    seconds: list[float] = field(default_factory=list)

    def waiting(self, scope: str, seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """Note a wait."""
        self.seconds.append(seconds)


def main() -> None:
    """Measure and print; with --one, measure an endpoint in this process and print it as JSON."""
    options = _parser().parse_args()
    if options.one:
        sys.stdout.write(json.dumps(_measured(options.subscriptions[0], options.via[0], options)))
        return
    sizes = options.subscriptions or list(SIZES)
    _say(f"$ python -m tests.bench.scale {' '.join(sys.argv[1:]) or ' '.join(map(str, sizes))}\n")
    _row(COLUMNS)
    _row("---" for _ in COLUMNS)
    kinds: dict[str, dict[str, int]] = {}
    for size in sizes:
        for way in options.via:
            cells, kinds[f"{size} {way}"] = _cells(size, way, options)
            _row(cells)
    if options.by_kind:
        _say("\n" + "\n".join(table(kinds)))


def _cells(size: int, way: str, options: argparse.Namespace) -> tuple[list[str], dict[str, int]]:
    """Measure one size by one way; return its row, and its requests by kind of listing."""
    with _served(size, options) as (url, answered):
        processes = ["--processes", str(options.processes)] if options.processes else []
        command = ["--one", url, "--via", way, "--speed", str(options.speed), *processes, "--", str(size)]
        found, peak = _output("tests.bench.scale", *command)
    cells = [
        f"{size:,}",
        way,
        f"{options.speed:g}",
        f"{found['resources']:,}",
        f"{found['requests']:,}",
        str(answered["429"]),
        f"{found['waited']:.0f}",
        str(found["gaps"]),
        f"{(allowed := _allowed(answered['reads'], answered['queries']) / options.speed):.1f}",
        f"{found['collect']:.1f}",
        f"{found['collect'] / allowed:.2f}" if allowed else "",
        f"{found['collect_cpu'] / found['resources'] * 1000:.2f}",
        f"{found['judge']:.1f}",
        f"{found['results']:,}",
        f"{found['collect_peak'] / 2**10:.0f}",
        f"{peak / 2**20:.0f}",
    ]
    return cells, answered["kinds"]


@contextmanager
def _served(size: int, options: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    """Serve a tenant from another process; yield its URL and what, in the end, holds how often it answered what."""
    arguments = [str(size), str(options.each), "--limits", str(options.speed), "--latency", str(options.latency)]
    answered: dict[str, Any] = {"429": 0, "reads": 0, "queries": 0, "kinds": {}}
    with subprocess.Popen(_command("tests.bench.tenant", *arguments), stdout=subprocess.PIPE, text=True) as simulator:  # noqa: S603 - our own
        assert simulator.stdout is not None
        try:
            yield simulator.stdout.readline().strip(), answered
        finally:
            simulator.terminate()
            answered |= json.loads(simulator.stdout.read() or "{}")


def _allowed(reads: int, queries: int) -> float:
    """Return the seconds that Azure's limits take at the least: for reads of one subscription, and for queries."""
    return max(0.0, (reads - BURST) / PER_SECOND, (ceil(queries / QUERIES) - 1) * QUERY_SECONDS)


def _output(module: str, *arguments: str) -> tuple[dict[str, Any], int]:
    """Run a module; return what it printed as JSON, and the most memory it took."""
    with subprocess.Popen(_command(module, *arguments), stdout=subprocess.PIPE, text=True) as measured:  # noqa: S603 - our own
        peak = peak_of(measured)
        assert measured.stdout is not None
        return json.loads(measured.stdout.read()), peak


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _measured(size: int, way: str, options: argparse.Namespace) -> dict[str, float]:
    rules = load_packs([built_in_pack()])
    # So that importing the SDKs is not counted.
    judge(DemoSource().collect(Silent()), rules, Settings())
    waits = Waits()
    source = LiveSource(cloud_of(options.one), tuple(subscriptions(size)), via=way, pace=options.speed)
    cpu = time.process_time()
    collected, collect = _timed(lambda: collect_live(source, waits))
    cpu, peak = time.process_time() - cpu, peak_of_this_process()
    evaluate = partial(evaluate_in_processes, processes=options.processes)
    finished, judged = _timed(lambda: judge(collected, rules, Settings(), evaluate))
    return {
        "resources": len(collected.resources),
        "requests": collected.requests,
        "waited": sum(waits.seconds),
        "gaps": len(collected.gaps),
        "collect": collect,
        "collect_cpu": cpu,
        "collect_peak": peak,
        "judge": judged,
        "results": len(finished.results),
    }


def _timed(do: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    return do(), time.perf_counter() - began


def _row(cells: Iterable[str]) -> None:
    _say(f"| {' | '.join(cells)} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subscriptions", type=int, nargs="*")
    parser.add_argument("--each", type=int, default=EACH, help="resources in a subscription")
    parser.add_argument("--via", choices=(*WAYS, DEFAULT_WAY), nargs="+", default=WAYS)
    parser.add_argument("--by-kind", action="store_true", help="also print what requests are spent on")
    parser.add_argument("--speed", type=float, default=1.0, help="run the limits, and our pace, faster than Azure's")
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--processes", type=int, help="processes that judge; by default as many as pay")
    parser.add_argument("--one", metavar="URL", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
