"""Simulators in processes of their own, so that what they cost is not counted."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def served_by(command: Sequence[str]) -> Iterator[str]:
    """Run a command that serves, and says first where; yield that URL."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as simulator:  # noqa: S603 - our own
        assert simulator.stdout is not None
        try:
            yield simulator.stdout.readline().strip()
        finally:
            simulator.terminate()
            simulator.stdout.read()
