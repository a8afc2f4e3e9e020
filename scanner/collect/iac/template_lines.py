"""Where the resources of templates stand in their files, down to the property that a value is written at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scanner.collect.iac.template.expansion import DEPLOYMENT, Expansion
from scanner.collect.iac.template.unit import Unit
from scanner.collect.positioned_json import JsonList, JsonObject
from scanner.creation.estate import items
from scanner.creation.folding import PARTS
from scanner.model.arm import ArmId
from scanner.model.place import Place, Positions, shown


class TemplateLines:
    """The lines of several templates."""

    def __init__(self) -> None:
        self._units: dict[str, tuple[Unit, Positions]] = {}

    def add(self, expansion: Expansion, path: Path, text: str) -> None:
        """Take what a template deploys; `text` is what its positions are of."""
        positions = Positions(shown(path), text)
        for key, unit in expansion.units.items():
            if not unit.existing and unit.kind.lower() != DEPLOYMENT:
                self._units.setdefault(key, (unit, positions))

    def of(self, arm_id: ArmId) -> Place | None:
        """Return where a resource is declared, or what it is a part of."""
        found = self._nearest(arm_id)
        return _place(found[0], found[1]) if found is not None else None

    def of_value(self, arm_id: ArmId, path: tuple[str, ...]) -> Place | None:
        """Return where the value of a property is written, or the innermost object there that is."""
        found = self._nearest(arm_id)
        if found is None:
            return None
        held, positions = found
        at = None
        for number, step in enumerate(path):
            key = _key(held, step)
            if key is None or not isinstance(held, JsonObject):
                break
            at = held.places.get(key) if number else None
            held = held[key]
        return positions.at(at) if at is not None else None

    def ids_at(self, block: Place) -> tuple[str, ...]:
        """Return the ids of what an object declares."""
        return tuple(unit.id for unit, positions in self._units.values() if _place(unit.raw, positions) == block)

    def _nearest(self, arm_id: ArmId) -> tuple[Any, Positions] | None:
        """Return the object of a resource; of one that stands inside another, its item there."""
        if arm_id.key in self._units:
            unit, positions = self._units[arm_id.key]
            return unit.raw, positions
        parent = arm_id.parent
        above = self._nearest(parent) if parent is not None else None
        if parent is None or above is None:
            return None
        held = self._units.get(parent.key)
        part = _part(held[0], arm_id) if held is not None else None
        return (part, above[1]) if part is not None else above


def _part(unit: Unit, arm_id: ArmId) -> JsonObject | None:
    """Return the item of a list of a resource that a child is written as: the one that comes to its name."""
    name = PARTS.get(arm_id.type)
    written = _within(unit.raw, "properties", name) if name is not None else None
    listed = items(unit.body(), "properties", name) if name is not None else []
    if not isinstance(written, JsonList) or len(written) != len(listed):
        return None
    for raw, each in zip(written, listed, strict=True):
        if isinstance(raw, JsonObject) and str(each.get("name", "")).lower() == arm_id.name.lower():
            return raw
    return None


def _within(held: Any, *path: str) -> Any:  # noqa: ANN401 - JSON
    for step in path:
        key = _key(held, step)
        held = held[key] if key is not None else None
    return held


def _key(held: Any, step: str) -> str | None:  # noqa: ANN401 - JSON
    """Return a property's name as it is written: names compare without case."""
    names = held if isinstance(held, dict) else ()
    return next((each for each in names if each.lower() == step.lower()), None)


def _place(raw: Mapping[str, Any], positions: Positions) -> Place | None:
    return positions.at(raw.start) if isinstance(raw, JsonObject) else None
