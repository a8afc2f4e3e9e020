"""Rows with some of them changed, added or taken away."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from functools import cached_property

from scanner.graph.rows import Rows
from scanner.model.arm import Json


class EditedRows:
    """Rows over others: what is here counts instead; None stands for what is taken away."""

    def __init__(self, below: Rows, changed: Mapping[str, Json | None]) -> None:
        self._below = below
        self._changed = changed

    @cached_property
    def _keys(self) -> list[str]:
        kept = [key for key in self._below.keys() if self._changed.get(key, self) is not None]  # noqa: SIM118 - no mapping
        for key, row in self._changed.items():
            if row is not None and not self._below.holds(key):
                insort(kept, key)
        return kept

    def keys(self) -> list[str]:
        """Return every key, sorted."""
        return self._keys

    def row(self, key: str) -> Json:
        """Return a resource. Raises KeyError."""
        if key not in self._changed:
            return self._below.row(key)
        row = self._changed[key]
        if row is None:
            raise KeyError(key)
        return row

    def holds(self, key: str) -> bool:
        """Tell whether a key is there."""
        return self._changed[key] is not None if key in self._changed else self._below.holds(key)
