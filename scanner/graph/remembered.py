"""Questions that are asked again and again, answered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from scanner.evidence import MissingEvidence, raise_any

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """A function of one argument that keeps its answers. What is missing is kept too, and raised again."""

    def __init__(self, find: Callable[[K], V]) -> None:
        self._find = find
        self._found: dict[K, V] = {}
        self._missing: dict[K, MissingEvidence] = {}

    def __call__(self, key: K) -> V:
        """Return the answer for a key, finding it at the first call."""
        try:
            return self._found[key]
        except KeyError:
            missing = self._missing.get(key)
        raise_any(missing)
        return self._ask(key)

    def _ask(self, key: K) -> V:
        try:
            found = self._found[key] = self._find(key)
        except MissingEvidence as missing:
            self._missing[key] = missing
            raise_any(missing)
            raise
        return found
