"""How much a scan costs: `python -m tests.bench.bench [SIZE …]` prints a table for the demo estate and larger ones.

The simulator runs in a process of its own, and each measurement in a fresh one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scanner.model.arm import ArmId
from tests.bench.estates import estate_of
from tests.bench.serving import served_by
from tests.cases import Resource, estate

SIZES = (1_000, 10_000, 100_000)
LATENCIES = (0.0, 0.05)
COLUMNS = (
    "estate",
    "resources",
    "requests",
    "requests / ideal",
    "gaps",
    "latency, ms",
    "wall, s",
    "wall / ideal",
    "collect, CPU ms a resource",
    "collect, CPU ms a request",
    "decode, CPU ms a resource",
    "decode and evaluate, CPU ms a resource",
    "report, CPU ms a resource",
    "results",
    "peak memory, MiB",
)


def main() -> None:
    """Measure and print."""
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    _say(f"$ python -m tests.bench.bench {' '.join(map(str, sizes))}\n")
    _row(COLUMNS)
    _row("---" for _ in COLUMNS)
    for name, resources in [("demo", estate("demo")), *((f"{size:,}", estate_of(size)) for size in sizes)]:
        for latency in LATENCIES:
            _row(_measured(name, resources, latency))


def _measured(name: str, resources: list[Resource], latency: float) -> list[str]:
    ids = [ArmId(each["id"]) for each in resources]
    subscriptions = [each.name for each in ids if each.type == "microsoft.resources/subscriptions"]
    with _served(resources, latency) as url:
        found = json.loads(_output("-m", "tests.bench.measure", "--latency", str(latency), url, *subscriptions))
    return [name, *_figures(found, latency)]


def _figures(found: dict[str, Any], latency: float) -> list[str]:
    count = found["resources"]
    return [
        f"{count:,}",
        f"{found['requests']:,}",
        f"{found['requests'] / found['ideal']:.2f}",
        str(found["gaps"]),
        f"{latency * 1000:.0f}",
        f"{found['wall']:.1f}",
        f"{found['wall'] / found['ideal_wall']:.2f}" if latency else "",
        f"{found['collect_cpu'] / count * 1000:.2f}",
        f"{found['collect_cpu'] / found['requests'] * 1000:.2f}",
        f"{found['decode_cpu'] / count * 1000:.3f}",
        f"{found['judge_cpu'] / count * 1000:.3f}",
        f"{found['report_cpu'] / count * 1000:.3f}",
        f"{found['results']:,} by {found['rules']} rules",
        f"{found['peak_kib'] / 1024:.0f}",
    ]


@contextmanager
def _served(resources: list[Resource], latency: float) -> Iterator[str]:
    """Serve an estate from another process and yield its URL."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "estate.json"
        path.write_text(json.dumps({"about": "A large estate.", "resources": resources}))
        command = [sys.executable, "-m", "scanner.simulator", str(path), "--latency", str(latency)]
        with served_by(command) as url:
            yield url


def _output(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own interpreter


def _row(cells: Iterable[str]) -> None:
    _say(f"| {' | '.join(cells)} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
