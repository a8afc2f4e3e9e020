"""How much memory a process and its children take together, a page that they share counted once (Linux)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_EVERY_SECONDS = 0.5
_KIB = 1024


def peak_of(process: subprocess.Popen[str]) -> int:
    """Wait for a process and return the most bytes that it and its children took; its output must fit a pipe."""
    peak = 0
    while True:
        peak = max(peak, sum(map(taken_by, family(process.pid))))
        with suppress(subprocess.TimeoutExpired):
            if process.wait(_EVERY_SECONDS):
                raise subprocess.CalledProcessError(process.returncode, process.args)
            return peak


def peak_of_this_process() -> int:
    """Return the most KiB that this process took; what it was forked from does not count, as it does in getrusage."""
    (peak,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1])


def family(pid: int) -> Iterator[int]:
    """Yield a process and those below it."""
    yield pid
    for children in _read(pid, "task/*/children"):
        for child in children.split():
            yield from family(int(child))


def taken_by(pid: int) -> int:
    """Return the bytes that a process takes, less what others share with it: 0 once it is gone."""
    lines = (line for text in _read(pid, "smaps_rollup") for line in text.splitlines())
    return sum(int(line.split()[1]) * _KIB for line in lines if line.startswith("Pss:"))


def _read(pid: int, pattern: str) -> Iterator[str]:
    """Yield what the system tells of a process, nothing once it is gone."""
    for path in Path(f"/proc/{pid}").glob(pattern):
        with suppress(OSError):
            yield path.read_text()
