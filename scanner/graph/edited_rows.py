"""Rows with some of them changed, added or taken away, and what follows for what a graph keeps of them."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from scanner.graph.rows import Rows
from scanner.model.arm import ArmId, Json

P = TypeVar("P", bound=Hashable)


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


@dataclass(frozen=True, slots=True)
class Edits:
    """The keys of what was made, whose children are all known, and of what was taken away."""

    made: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def further(self, rows: Rows, changed: Mapping[str, Json | None]) -> Edits:
        """Return the edits with more of them."""
        made = {key for key, row in changed.items() if row is not None and not rows.holds(key)}
        removed = {key for key, row in changed.items() if row is None}
        return Edits((self.made | made) - removed, (self.removed | removed) - made)


def placed(
    lists: defaultdict[P, list[str]], rows: Rows, changed: Mapping[str, Json | None], place: Callable[[ArmId], P | None]
) -> defaultdict[P, list[str]]:
    """Return sorted lists of keys, by place, as they are once some rows are made or taken away."""
    found = lists.copy()
    for key, row in changed.items():
        at = place(ArmId(key))
        if at is None or (row is not None) == rows.holds(key):
            continue
        kept = [each for each in found.get(at, ()) if each != key]
        if row is not None:
            insort(kept, key)
        found[at] = kept
    return found
