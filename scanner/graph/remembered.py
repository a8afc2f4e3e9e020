"""Questions that are asked again and again, answered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from scanner.evidence import MissingEvidence

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Raised:
    """What was missing when an answer was looked for; told apart from an answer that says what is missing."""

    missing: MissingEvidence


class Remembered(Generic[K, V]):
    """A function of one argument that keeps its answers. What is missing is kept too, and raised again."""

    def __init__(self, find: Callable[[K], V]) -> None:
        self._find = find
        self._found: dict[K, V | _Raised] = {}

    def __call__(self, key: K) -> V:
        """Return the answer for a key, finding it at the first call."""
        if key not in self._found:
            try:
                self._found[key] = self._find(key)
            except MissingEvidence as missing:
                self._found[key] = _Raised(missing)
        found = self._found[key]
        if isinstance(found, _Raised):
            raise found.missing.anew()
        return found
