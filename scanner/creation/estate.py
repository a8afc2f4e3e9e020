"""Rows of an estate that is to be: ARM JSON that may still be changed, by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from scanner.evidence import UNKNOWN_KEY
from scanner.model.arm import ArmId

Row: TypeAlias = dict[str, Any]
"""One resource as ARM's GET shapes it; unknown values are `{"$unknown": why}`."""


def unknown(why: str) -> Row:
    """Return the JSON of a value that is not known."""
    return {UNKNOWN_KEY: why}


def is_unknown(value: object) -> bool:
    """Tell whether a piece of JSON stands for a value that is not known."""
    return isinstance(value, dict) and UNKNOWN_KEY in value


def within(value: object, *path: str | int) -> Any:  # noqa: ANN401 - JSON
    """Return what lies at a path of keys and places; an unknown on the way is the answer, None what is not there."""
    for step in path:
        if is_unknown(value):
            return value
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def items(value: object, *path: str | int) -> list[Row]:
    """Return the objects of the list at a path; none where it is unknown or absent."""
    found = within(value, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def properties(row: Row) -> Row:
    """Return a row's properties, made where there are none; of unknown ones a copy that goes nowhere."""
    found = row.setdefault("properties", {})
    return found if isinstance(found, dict) and not is_unknown(found) else {}


def texts(value: object) -> Iterator[str]:
    """Yield every text in a piece of JSON."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts(each)
        case list():
            for each in value:
                yield from texts(each)


def name_of(arm_id: str) -> str:
    """Return the last segment of an id."""
    return ArmId(arm_id).name


class Estate:
    """Rows by id, and which of them are yet to be created (`fresh`): of those Azure's part is certain.

    `seen` are those that were read in Azure: they have Azure's part already.
    """

    def __init__(self, rows: Iterable[Row] = (), fresh: Iterable[str] = (), *, seen: bool = False) -> None:
        self.rows: dict[str, Row] = {}
        self.fresh = {ArmId(each).key for each in fresh}
        self.seen: set[str] = set()
        self._by_type: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            self._keep(ArmId(str(row["id"])), row)
        if seen:
            self.seen |= self.rows.keys()

    def made(self, *types: str) -> Iterator[Row]:
        """Yield the rows of some ARM types that come from code, in id order."""
        yield from (row for row in self.of(*types) if ArmId(str(row["id"])).key not in self.seen)

    def of(self, *types: str) -> Iterator[Row]:
        """Yield the rows of some ARM types, in id order."""
        keys = sorted(key for each in types for key in self._by_type.get(each.lower(), ()))
        yield from [self.rows[key] for key in keys]

    def _keep(self, arm_id: ArmId, row: Row) -> None:
        if arm_id.key not in self.rows:
            self.rows[arm_id.key] = row
            self._by_type[arm_id.type].add(arm_id.key)

    def drop(self, key: str) -> None:
        """Take out one row by its key."""
        del self.rows[key]
        self._by_type[ArmId(key).type].discard(key)
        self.seen.discard(key)

    def get(self, arm_id: object) -> Row | None:
        """Return the row of an id, None where there is none."""
        return self.rows.get(ArmId(arm_id).key) if isinstance(arm_id, str) else None

    def is_fresh(self, row: Row) -> bool:
        """Tell whether a row is of a resource that does not exist yet."""
        return ArmId(str(row["id"])).key in self.fresh

    def remove(self, arm_id: str) -> None:
        """Take out a row with all that lies below it."""
        own = ArmId(arm_id).key
        for key in [each for each in self.rows if each == own or each.startswith(f"{own}/")]:
            self.drop(key)

    def add(self, row: Row, *, fresh: bool = True) -> bool:
        """Add a row unless its id is taken; tell whether it is new."""
        arm_id = ArmId(str(row["id"]))
        if arm_id.key in self.rows:
            return False
        self._keep(arm_id, row)
        if fresh:
            self.fresh.add(arm_id.key)
        return True
