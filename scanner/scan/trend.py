"""How counts of results went from run to run: what the report of a scan draws of its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scanner.engine import Severity


@dataclass(frozen=True, slots=True)
class Point:
    """How things stood after one run. `failed` leaves out what was waived; a severity that is not there is 0.

    `run` is the number in the history, None for a run that is not kept yet.
    """

    run: int | None
    when: datetime
    failed: Mapping[Severity, int]
    waived: int
    unknown: int
    passed: int

    @property
    def failures(self) -> int:
        """How many failed, whatever the severity."""
        return sum(self.failed.values())
