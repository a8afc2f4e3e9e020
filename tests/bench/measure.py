"""One measurement in a fresh process: collect an estate from a simulator, judge it, print the figures as JSON.

The process first collects the demo estate, so that importing the SDKs is not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected, Silent
from scanner.collect.demo.source import DemoSource
from scanner.engine import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph import Graph
from scanner.graph.settings import Settings
from scanner.model.resource import Resource
from scanner.report.json_v1 import as_json
from scanner.scan.judging import judge
from tests.bench.ideal import ideal
from tests.bench.memory import peak_of_this_process

T = TypeVar("T")

CONCURRENCY = 32


def main() -> None:
    """Read the endpoint and the subscriptions from the command line and print the figures."""
    options = _parser().parse_args()
    rules = load_packs([built_in_pack()])
    judge(DemoSource().collect(Silent()), rules, Settings())
    began, cpu = time.perf_counter(), time.process_time()
    collected = collect_live(LiveSource(cloud_of(options.url), tuple(options.subscriptions), concurrency=CONCURRENCY))
    wall, collect_cpu = time.perf_counter() - began, time.process_time() - cpu
    decode_cpu = _cpu(lambda: _decode(collected))
    finished, judge_cpu = _timed(lambda: judge(collected, rules, Settings(), evaluate))
    report_cpu = _cpu(lambda: as_json(finished))
    peak = peak_of_this_process()
    least = ideal(collected.resources, frozenset(options.subscriptions))
    figures = {
        "resources": len(collected.resources),
        "requests": collected.requests,
        "ideal": least.requests,
        "ideal_wall": least.seconds(options.latency, CONCURRENCY),
        "gaps": len(collected.gaps),
        "wall": wall,
        "collect_cpu": collect_cpu,
        "decode_cpu": decode_cpu,
        "judge_cpu": judge_cpu,
        "report_cpu": report_cpu,
        "results": len(finished.results),
        "rules": len(rules),
        "peak_kib": peak,
    }
    sys.stdout.write(json.dumps(figures))


def _decode(collected: Collected) -> None:
    """Decode every resource that rules know a model of."""
    graph = Graph(collected.resources)
    for kind in _models(Resource):
        if kind.TYPE and not kind.LISTED_WITH:
            graph.seen(kind)


def _models(kind: type[Resource]) -> Iterator[type[Resource]]:
    for each in kind.__subclasses__():
        yield each
        yield from _models(each)


def _cpu(do: Callable[[], object]) -> float:
    return _timed(do)[1]


def _timed(do: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    return do(), time.process_time() - began


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("url")
    parser.add_argument("subscriptions", nargs="+")
    return parser


if __name__ == "__main__":
    main()
