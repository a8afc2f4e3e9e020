"""What there is before a scan begins: `python -m tests.bench.start` tells start-up times and what is installed."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from statistics import median
from time import perf_counter

_RUNS = 9
_MEGA = 1_000_000


def main() -> None:
    """Measure and print."""
    sys.stdout.write("$ python -m tests.bench.start\n\n| what | |\n|---|---|\n")
    bare = _seconds("-c", "pass")
    shown = _seconds("-m", "scanner", "--help") - bare
    imported = _seconds("-c", "import scanner.cli.run, scanner.collect.azure.collector") - bare
    needed = _needed("mlsec-scan")
    rows = {
        "`--help` over a bare interpreter": f"{shown:.3f} s (median of {_RUNS})",
        "importing what a live scan needs, over a bare interpreter": f"{imported:.3f} s (median of {_RUNS})",
        "modules of Azure that `--help` imports": str(_azure_modules()),
        "installed, without extras": f"{sum(map(_bytes, needed)) / _MEGA:.0f} MB in {len(needed)} packages",
    }
    for what, figure in rows.items():
        sys.stdout.write(f"| {what} | {figure} |\n")


def _seconds(*arguments: str) -> float:
    times = []
    for _ in range(_RUNS):
        began = perf_counter()
        _output(*arguments)
        times.append(perf_counter() - began)
    return median(times)


def _azure_modules() -> int:
    return _output("-X", "importtime", "-m", "scanner", "--help").count("| azure")


def _output(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    return done.stderr


def _bytes(name: str) -> int:
    """Return the size of a package's files as they are installed, bytecode included."""
    found = (Path(str(file.locate())) for file in metadata.files(name) or ())
    return sum(path.stat().st_size for path in found if path.is_file())


def _needed(name: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    name = re.split(r"[ ;<>=!~\[(]", name, maxsplit=1)[0].lower().replace("_", "-")
    if name in seen:
        return seen
    seen |= {name}
    for each in metadata.requires(name) or ():
        if "extra ==" not in each and _applies(each):
            seen = _needed(each, seen)
    return seen


def _applies(requirement: str) -> bool:
    """Tell whether a requirement is met here; what a marker excludes is not installed."""
    try:
        metadata.distribution(re.split(r"[ ;<>=!~\[(]", requirement, maxsplit=1)[0])
    except metadata.PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    main()
