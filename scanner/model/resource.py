"""The base of every resource."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import ClassVar, TypeVar, dataclass_transform

from scanner.evidence import Maybe, known
from scanner.model.arm import ArmId
from scanner.model.fields import arm_id, at, word

T = TypeVar("T")


class ProvisioningState(StrEnum):
    """How far Azure is with what was asked for; only what succeeded is in force.

    Source: ProvisioningState in azure-mgmt-network 33.1 and azure-mgmt-privatedns 2.0.0.
    """

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELED = "Canceled"
    CREATING = "Creating"
    UPDATING = "Updating"
    DELETING = "Deleting"


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(at,))
def model(cls: type[T]) -> type[T]:
    """Make a frozen, slotted value of a class whose fields are declared with `at`."""
    return dataclass(frozen=True, slots=True, kw_only=True, eq=False)(cls)


@cache
def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    classes: list[type[Resource]] = [Resource]
    while classes:
        kind = classes.pop()
        classes += kind.__subclasses__()
        found |= {each.lower(): each for each in (kind.TYPE, kind.LISTED_WITH)}
    return found


def spelled(kind: str) -> str:
    """Return a resource type in lower case as Azure's documentation writes it, where it is one of the model's."""
    return _spellings().get(kind, kind)


def kind_of(resource_type: str) -> type[Resource] | None:
    """Return the model class of a resource type, None for one that nothing reads."""
    return _kinds().get(resource_type.lower())


@cache
def _kinds() -> dict[str, type[Resource]]:
    for each in pkgutil.iter_modules([str(Path(__file__).parent)], f"{__package__}."):
        import_module(each.name)
    found: dict[str, type[Resource]] = {}
    classes: list[type[Resource]] = [Resource]
    while classes:
        kind = classes.pop()
        classes += kind.__subclasses__()
        found.setdefault(kind.TYPE.lower(), kind)
    return found


@model
class Resource:
    """One Azure resource. Two are the same if their ids are."""

    TYPE: ClassVar[str] = ""
    """The ARM resource type, as Azure's documentation writes it."""

    LISTED_WITH: ClassVar[str] = ""
    """The type whose listing carries this one inside it, where it has no listing of its own."""

    id: ArmId = at("id", arm_id)
    location: Maybe[str] = at("location", word, absent="")

    @property
    def name(self) -> str:
        """The resource's own name. A part that was listed without its id has none: that raises MissingEvidence."""
        return self.id.name if type(self.id) is ArmId else known(self.id).name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resource) and self.id == other.id

    def __hash__(self) -> int:
        # An id that was not read is no ArmId, and refuses to be hashed.
        return hash(self.id.key) if type(self.id) is ArmId else hash(self.id)
