"""What got dearer: `python -m tests.bench.baseline` measures one tenant and compares with what `baseline.json` keeps.

Requests, gaps and results are counts. CPU is told in millionths of a calibration: a fixed piece of work that the same
process does right before and right after, so that a slow or busy machine slows both. Memory is a peak. What is kept
changes with --accept only.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Silent
from scanner.collect.demo.source import DemoSource
from scanner.engine import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from tests.bench.memory import peak_of_this_process
from tests.bench.report import WORSE
from tests.bench.serving import served_by
from tests.bench.tenant import subscriptions

KEPT = Path(__file__).with_name("baseline.json")
SIZE = 12
_TIMES = 3
"""Fresh processes, of which the best counts: what else runs on the machine makes work dearer, never cheaper."""
_MILLION = 1_000_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """What is measured, and the ratio to what is kept from which on it got worse.

    The machine's noise lies below it: beside six times as much work as it has cores, collecting comes to up to 1.24.
    """

    name: str
    worse: float


FIGURES = (
    Figure("requests", 1.02),
    Figure("collect, calibrations / 1M a request", 1.4),
    Figure("collect, calibrations / 1M a resource", 1.4),
    Figure("judge, calibrations / 1M a resource", 1.3),
    Figure("peak while collecting, MiB", 1.10),
    Figure("peak, MiB", 1.10),
)


def main() -> None:
    """Measure, print and compare; the exit code is WORSE if something is. With --accept the figures are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="keep the figures as what later ones are compared with")
    parser.add_argument("--one", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.stdout.write(json.dumps(measured(options.one)))
        return
    with served_by([sys.executable, "-m", "tests.bench.tenant", str(SIZE)]) as url:
        several = [json.loads(_output("tests.bench.baseline", "--one", url)) for _ in range(_TIMES)]
    found = {name: min(each[name] for each in several) for name in several[0]}
    before = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    told = worse(before, found)
    sys.stdout.write(f"$ python -m tests.bench.baseline\n\n{SIZE} subscriptions, read by the default way\n\n")
    sys.stdout.write("\n".join([*table(before, found), "", *(told or ["nothing got worse"]), ""]))
    if options.accept:
        KEPT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    sys.exit(WORSE if told and not options.accept else 0)


def table(before: Mapping[str, float], found: Mapping[str, float]) -> list[str]:
    """Return a Markdown table of figures, kept and found, with their ratio and the one that is borne."""
    rows = (_row(each, before.get(each.name, 0.0), found[each.name]) for each in FIGURES)
    return ["| | kept | found | ratio | borne |", "| --- | --- | --- | --- | --- |", *rows]


def _row(figure: Figure, kept: float, found: float) -> str:
    ratio = f"{found / kept:.2f}" if kept else ""
    return f"| {figure.name} | {kept:,.4g} | {found:,.4g} | {ratio} | {figure.worse} |"


def worse(before: Mapping[str, float], found: Mapping[str, float]) -> list[str]:
    """Return what got worse by more than is borne."""
    return [
        f"- worse: {each.name}: {found[each.name]:,.4g}, {found[each.name] / before[each.name]:.2f} of what is kept"
        for each in FIGURES
        if each.name in before and found[each.name] > before[each.name] * each.worse
    ]


def measured(url: str) -> dict[str, float]:
    """Collect the tenant and judge it in this process; return the figures by name."""
    rules = load_packs([built_in_pack()])
    # So that importing the SDKs is not counted.
    judge(DemoSource().collect(Silent()), rules, Settings())
    source = LiveSource(cloud_of(url), tuple(subscriptions(SIZE)), via="auto")
    collected, collecting = _calibrated(lambda: collect_live(source))
    peak = peak_of_this_process()
    _, judging = _calibrated(lambda: judge(collected, rules, Settings(), evaluate))
    values: Iterable[float] = (
        collected.requests,
        collecting / collected.requests * _MILLION,
        collecting / len(collected.resources) * _MILLION,
        judging / len(collected.resources) * _MILLION,
        peak / 1024,
        peak_of_this_process() / 1024,
    )
    return {figure.name: value for figure, value in zip(FIGURES, values, strict=True)}


def _calibrated(work: Callable[[], T]) -> tuple[T, float]:
    """Do some work; return what comes of it, and its CPU as so many calibrations."""
    before = _cpu(calibration)
    began = time.process_time()
    found = work()
    taken = time.process_time() - began
    return found, taken / ((before + _cpu(calibration)) / 2)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def calibration() -> int:
    """Do what a scan does most, and always the same of it: JSON, dictionaries, texts and patterns."""
    rows = [
        {"id": f"/subscriptions/{number}/x", "tags": {"a": str(number)}, "list": [*range(20)]} for number in range(500)
    ]
    pattern, found = re.compile(r"/x$"), 0
    for _ in range(40):
        text = msgspec.json.encode(rows)
        again = json.loads(text)
        index = {str(row["id"]).lower(): row for row in again}
        found += sum(pattern.search(key) is not None for key in sorted(index))
    return found


def _output(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603 - our own


if __name__ == "__main__":
    main()
