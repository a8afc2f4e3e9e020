"""How judging grows: `python -m tests.bench.growth [SIZE …]` judges estates of several sizes, without collecting.

Each size is judged in a fresh process. The exponent is that of the power law between the first size and the last: 1 is
linear.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time

from scanner.collect.redaction.redact import redact
from scanner.engine import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph import Graph
from tests.bench.estates import estate_of
from tests.bench.memory import peak_of_this_process

SIZES = (1_000, 10_000, 100_000)
_ONE = "--one"


def main() -> None:
    """Measure and print; with --one, measure a single size in this process and print it as JSON."""
    if sys.argv[1:2] == [_ONE]:
        sys.stdout.write(json.dumps(_judged(int(sys.argv[2]))))
        return
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    sys.stdout.write(f"$ python -m tests.bench.growth {' '.join(map(str, sizes))}\n\n")
    sys.stdout.write(
        "| resources | graph, CPU s | evaluate, CPU s | results | peak memory, MiB |\n|---|---|---|---|---|\n"
    )
    found = [_row(size) for size in sizes]
    growth = math.log(found[-1] / found[0]) / math.log(sizes[-1] / sizes[0])
    sys.stdout.write(f"\ngraph and evaluation together grow with exponent {growth:.2f}\n")


def _row(size: int) -> float:
    """Measure a size in a fresh process, print its row, and return the CPU seconds."""
    command = [sys.executable, "-m", "tests.bench.growth", _ONE, str(size)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    figures: dict[str, float] = json.loads(output)
    cells = (f"{size:,}", f"{figures['graph']:.2f}", f"{figures['evaluate']:.2f}", f"{figures['results']:,.0f}")
    sys.stdout.write(f"| {' | '.join(cells)} | {figures['peak_kib'] / 1024:.0f} |\n")
    sys.stdout.flush()
    return figures["graph"] + figures["evaluate"]


def _judged(size: int) -> dict[str, float]:
    resources = [redact(each) for each in estate_of(size)]
    rules = load_packs([built_in_pack()])
    began = time.process_time()
    graph = Graph(resources)
    built = time.process_time()
    results = evaluate(rules, graph)
    done = time.process_time()
    peak = peak_of_this_process()
    return {"graph": built - began, "evaluate": done - built, "results": len(results), "peak_kib": peak}


if __name__ == "__main__":
    main()
