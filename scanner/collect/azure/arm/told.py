"""What rows tell of what they are joined to, taken from each row once: it is asked for again after each round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from scanner.model.arm import Json

T = TypeVar("T")


class Told:
    """Remembers what was read in rows by key. `row_at` gives a row, which does not change while this is used."""

    def __init__(self, row_at: Callable[[str], Json]) -> None:
        self._row_at = row_at
        self._told: dict[tuple[object, str], Any] = {}

    def of(self, key: str, read: Callable[[Json], T]) -> T:
        """Return what `read` finds in a row. Raises KeyError where there is none by then."""
        told = self._told
        if (read, key) not in told:
            told[read, key] = read(self._row_at(key))
        found: T = told[read, key]
        return found
