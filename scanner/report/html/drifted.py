"""The section on drift: each resource that is not as the code left it, and what that explains."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.report.drift import lines, summary
from scanner.scan.drift import Drift


@dataclass(frozen=True, slots=True)
class DriftPart:
    """A line that counts, and each resource with what differs of it."""

    summary: str
    parts: list[tuple[str, list[str]]]


def drift_part(drift: Drift | None) -> DriftPart | None:
    """Return what the page tells of drift, None where nothing was compared."""
    if drift is None:
        return None
    parts: list[tuple[str, list[str]]] = []
    for depth, said in lines(drift):
        if depth == 0:
            parts.append((said, []))
        else:
            parts[-1][1].append(said)
    return DriftPart(summary(drift), parts)
