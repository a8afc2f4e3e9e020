"""Resources by something that each one names: which of many stand at a place, without asking all of them each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from scanner.evidence import MissingEvidence, Some, gathered, raise_any

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Keyed(Generic[K, V]):
    """Items by their keys. One whose keys could not be read may have any, so it comes with every key."""

    def __init__(self, items: Some[V], keys: Callable[[V], Iterable[K]]) -> None:
        self._at: dict[K, list[tuple[int, V]]] = defaultdict(list)
        self._anywhere: list[tuple[int, V]] = []
        found, self._missing = gathered(items)
        for place, item in enumerate(found):
            self._add(place, item, keys)

    def _add(self, place: int, item: V, keys: Callable[[V], Iterable[K]]) -> None:
        try:
            for key in dict.fromkeys(keys(item)):
                self._at[key].append((place, item))
        except MissingEvidence:
            self._anywhere.append((place, item))

    def of(self, key: K) -> Iterator[V]:
        """Yield what has a key or may have it, in order, then raise MissingEvidence if not all were listed."""
        found = self._at.get(key, ())
        yield from (item for _, item in (_in_order(found, self._anywhere) if self._anywhere else found))
        raise_any(self._missing)


def _in_order(one: Iterable[tuple[int, V]], other: Iterable[tuple[int, V]]) -> Iterator[tuple[int, V]]:
    """Yield the items of both by their places, each once."""
    found = dict([*one, *other])
    return ((place, found[place]) for place in sorted(found))
