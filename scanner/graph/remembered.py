"""Questions that are asked again and again, answered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from scanner.evidence import MissingEvidence, raise_any

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(dict[K, V]):
    """A function of one argument that keeps its answers. What is missing is kept too, and raised again.

    It is the dict of its answers, for most are looked up thousands of times: that takes no step in Python.
    """

    __slots__ = ("_find", "_missing")

    def __init__(self, find: Callable[[K], V]) -> None:
        super().__init__()
        self._find = find
        self._missing: dict[K, MissingEvidence] = {}

    __call__ = dict.__getitem__

    def __missing__(self, key: K) -> V:
        """Find an answer at the first call for a key."""
        if self._missing:
            raise_any(self._missing.get(key))
        try:
            found = self[key] = self._find(key)
        except MissingEvidence as missing:
            self._missing[key] = missing.kept()
            raise_any(missing)
            raise
        return found
