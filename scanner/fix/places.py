"""Where in the rows of an estate a resource stands: in a row of its own, or inside the one that it was listed with."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, TypeAlias

from scanner.creation.folding import PARTS
from scanner.graph.rows import Rows
from scanner.model.arm import ArmId

Row: TypeAlias = dict[str, Any]
"""A resource that may be changed."""

_INSIDE = {**PARTS, "microsoft.network/networkinterfaces/ipconfigurations": "ipConfigurations"}
"""Children that Azure shows inside their parents, by type: the list of the parent's properties that they stand in."""


class Draft:
    """Rows that are being changed. What is changed is a copy; those below stay as they are."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.changed: dict[str, Row | None] = {}

    def row(self, key: str) -> Row | None:
        """Return a copy of a row to change, None where there is none."""
        if key not in self.changed:
            if not self._rows.holds(key):
                return None
            self.changed[key] = deepcopy(dict(self._rows.row(key)))
        return self.changed[key]

    def put(self, row: Row) -> None:
        """Add a row, or have it instead of the one with its id."""
        self.changed[ArmId(row["id"]).key] = row

    def find(self, target: ArmId) -> Row | None:
        """Return a resource to change, wherever it stands; None where there is none."""
        row = self.row(target.key)
        if row is not None:
            return row
        return next((each for each in self.siblings(target) or () if _is(each, target)), None)

    def siblings(self, target: ArmId) -> list[Row] | None:
        """Return the list inside the parent that a child stands in, made if it is not there; None for what has none."""
        holder = self.find(target.parent) if target.parent is not None else None
        if holder is None or not is_inside(target):
            return None
        properties = holder.setdefault("properties", {})
        return _list(properties, _INSIDE[target.type])

    def remove(self, target: ArmId) -> None:
        """Take a resource and all that is below it away."""
        for key in [each for each in self._rows.keys() if _is_below(each, target.key)]:  # noqa: SIM118 - no mapping
            self.changed[key] = None
        for key in [each for each in self.changed if _is_below(each, target.key)]:
            self.changed[key] = None
        siblings = self.siblings(target)
        if siblings is not None:
            siblings[:] = [each for each in siblings if not _is(each, target)]


def is_inside(target: ArmId) -> bool:
    """Tell whether Azure shows a resource inside its parent."""
    return target.type in _INSIDE


def _list(properties: Row, name: str) -> list[Any]:
    found = next((value for key, value in properties.items() if key.lower() == name.lower()), None)
    if not isinstance(found, list):
        found = properties[name] = []
    return found


def _is(item: Row, target: ArmId) -> bool:
    return ArmId(str(item.get("id", ""))).key == target.key or str(item.get("name", "")).lower() == target.name.lower()


def _is_below(key: str, top: str) -> bool:
    return key == top or key.startswith(f"{top}/")
