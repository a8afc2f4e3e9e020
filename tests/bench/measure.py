"""One measurement in a fresh process: collect an estate from a simulator, judge it, print the figures as JSON.

The process first collects the demo estate, so that importing the SDKs is not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time

from scanner.collect.azure.cloud import cloud_of
from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.collected import Silent
from scanner.demo import collect_demo
from scanner.pack import built_in_pack, load_packs
from scanner.scan import judge
from scanner.settings import Settings
from tests.bench.ideal import ideal_requests


def main() -> None:
    """Read the endpoint and the subscriptions from the command line and print the figures."""
    options = _parser().parse_args()
    rules = load_packs([built_in_pack()])
    judge(collect_demo(Silent()), rules, Settings())
    began, cpu = time.perf_counter(), time.process_time()
    collected = collect_live(LiveSource(cloud_of(options.url), tuple(options.subscriptions)))
    wall, collect_cpu = time.perf_counter() - began, time.process_time() - cpu
    cpu = time.process_time()
    finished = judge(collected, rules, Settings())
    judge_cpu, peak = time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = {
        "resources": len(collected.resources),
        "requests": collected.requests,
        "ideal": ideal_requests(collected.resources, frozenset(options.subscriptions)),
        "gaps": len(collected.gaps),
        "wall": wall,
        "collect_cpu": collect_cpu,
        "judge_cpu": judge_cpu,
        "results": len(finished.results),
        "rules": len(rules),
        "peak_kib": peak,
    }
    sys.stdout.write(json.dumps(figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("subscriptions", nargs="+")
    return parser


if __name__ == "__main__":
    main()
