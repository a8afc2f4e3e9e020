"""Which line of code a resource comes from, as sources tell it that read code."""

from __future__ import annotations

from typing import Protocol

from scanner.model.arm import ArmId
from scanner.model.place import Place


class Lines(Protocol):
    """Where resources stand in code."""

    def of(self, arm_id: ArmId) -> Place | None:
        """Return where a resource is declared, or what it is a part of; None where that is not known."""
        ...

    def of_value(self, arm_id: ArmId, path: tuple[str, ...]) -> Place | None:
        """Return where the value of a property is written (its path from the resource on), None where it is not."""
        ...

    def ids_at(self, block: Place) -> tuple[str, ...]:
        """Return the ids of what a block at a place declares, one for each instance."""
        ...


class AllLines:
    """The lines of several sources: the first that knows tells."""

    def __init__(self, several: tuple[Lines, ...]) -> None:
        self._several = several

    def of(self, arm_id: ArmId) -> Place | None:
        """Return where a resource is declared."""
        return next((found for each in self._several if (found := each.of(arm_id)) is not None), None)

    def of_value(self, arm_id: ArmId, path: tuple[str, ...]) -> Place | None:
        """Return where the value of a property is written."""
        return next((found for each in self._several if (found := each.of_value(arm_id, path)) is not None), None)

    def ids_at(self, block: Place) -> tuple[str, ...]:
        """Return the ids of what a block declares."""
        return tuple(dict.fromkeys(found for each in self._several for found in each.ids_at(block)))
