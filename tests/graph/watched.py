"""Rows that tell which of them were asked for."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.graph.rows import HeldRows
from scanner.model.arm import Json


class Watched(HeldRows):
    """Rows as they are, with the keys that were asked for, in order."""

    def __init__(self, rows: Iterable[Json]) -> None:
        super().__init__(rows)
        self.asked: list[str] = []

    def row(self, key: str) -> Json:
        """Return a resource. Raises KeyError."""
        self.asked.append(key)
        return super().row(key)
