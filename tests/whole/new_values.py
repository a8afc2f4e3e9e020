"""Estates in which an enum has a value that nobody knew when this version was made."""

from __future__ import annotations

import dataclasses
import pkgutil
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

import scanner.model
from scanner.engine import Verdict
from scanner.model.arm import ArmId
from scanner.model.fields import OneOf, Reader, leaves_of
from scanner.model.resource import Resource as Model
from tests.cases import Resource
from tests.verdicts import Judged

MADE_UP = "MadeUpByNextYear"

Path: TypeAlias = tuple[str, ...]
"""The keys that lead to a value; `*` stands for each item of a list or object."""


@dataclasses.dataclass(frozen=True, slots=True)
class EnumField:
    """Where resources of a type have an enum, and what this version knows of it."""

    type: str
    path: Path
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.type} {'.'.join(self.path)}"


@cache
def enum_fields() -> tuple[EnumField, ...]:
    """Return every enum that the models read, nested parts included."""
    return tuple(
        EnumField(kind, path, tuple(each.value for each in read.values.values()))
        for (kind, path), read in leaves().items()
        if isinstance(read, OneOf)
    )


@cache
def leaves() -> dict[tuple[str, Path], Reader[Any]]:
    """Return how the models read each single value, by resource type and path."""
    for module in pkgutil.iter_modules(scanner.model.__path__, "scanner.model."):
        import_module(module.name)
    models = [each for each in Model.__subclasses__() if dataclasses.is_dataclass(each)]
    found = {(each.TYPE, path): read for each in models for path, read in leaves_of(each)}
    return dict(sorted(found.items()))


def with_value(resources: list[Resource], field: EnumField, value: str) -> list[Resource] | None:
    """Return an estate in which every resource of the type has a value, None if none could have one.

    It is written where Azure left it out as well: next year it may not. The other resources are shared.
    """
    kind, count, changed = field.type.lower(), 0, list(resources)
    for at, each in enumerate(resources):
        if _type_of(str(each["id"])) == kind:
            changed[at] = deepcopy(each)
            count += _write(changed[at], field.path, value)
    return changed if count else None


@cache
def _type_of(arm_id: str) -> str:
    return ArmId(arm_id).type


def _write(holder: Any, path: Path, value: str) -> int:  # noqa: ANN401 - JSON
    """Write a value wherever a path leads to; return to how many places."""
    key, rest = path[0], path[1:]
    if key == "*" and not rest and isinstance(holder, list):
        holder[:] = [value] * len(holder)
        return len(holder)
    if key == "*":
        items = holder.values() if isinstance(holder, dict) else holder if isinstance(holder, list) else ()
        return sum(_write(each, rest, value) for each in items)
    if not isinstance(holder, dict):
        return 0
    if rest:
        return _write(holder.get(key), rest, value)
    holder[key] = value
    return 1


# What must not come of it


def moved(before: Judged, after: Judged) -> Iterator[str]:
    """Yield the verdicts that a value nobody knows has moved to pass or n/a, and the failures that it has made."""
    doubted = {rule for (rule, subject), verdict in after.items() if not subject and verdict is Verdict.UNKNOWN}
    for rule, subject in sorted(before.keys() | after.keys()):
        was, now = before.get((rule, subject)), after.get((rule, subject))
        is_gone = now is None and subject and rule not in doubted
        if was is not now and (is_gone or now in {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.FAIL}):
            yield f"{rule}: {was or 'nothing'} became {now or 'nothing'} on {subject or 'the estate'}"


def undecided(by_value: Mapping[str, Judged], after: Judged) -> Iterator[str]:
    """Yield what passes under a value nobody knows although it does not under each that is known."""
    keys = {key for judged in by_value.values() for key in judged}
    for key in sorted(keys & after.keys()):
        verdicts = {str(judged.get(key, "nothing")) for judged in by_value.values()}
        if after[key] in {Verdict.PASS, Verdict.NOT_APPLICABLE} and verdicts != {str(after[key])}:
            yield f"{key[0]}: {after[key]} on {key[1] or 'the estate'}, where known values make it {sorted(verdicts)}"
