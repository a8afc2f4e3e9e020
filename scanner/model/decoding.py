"""How a model class is filled from ARM JSON: object by object, each looked at once for all its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from scanner.evidence import UNKNOWN_KEY, Unknown, is_object, unknown_in

Put: TypeAlias = Callable[[object, object], None]
"""Sets a field of an instance, frozen or not."""


class Required:
    """The mark of a field whose absence is itself unknown."""


REQUIRED = Required()


@dataclass(frozen=True, slots=True)
class Spec:
    """Where a field lies, how it is read, and what its absence means."""

    path: tuple[str, ...]
    read: Callable[[object], Any]
    absent: object

    def without(self, step: int) -> object:
        """Say what absence means. A missing envelope says nothing of what it would have held: generic listings omit it.

        `step` is the place in the path of the key that is not there.
        """
        if self.path[step] == "properties":
            return Unknown(f"it was listed without {'.'.join(self.path[: step + 1])}")
        return Unknown(f"{'.'.join(self.path)} is not there") if isinstance(self.absent, Required) else self.absent

    def convert(self, value: object) -> object:
        """Read a value that is there; one that Azure does not document becomes Unknown."""
        if is_object(value) and UNKNOWN_KEY in value:
            return unknown_in(value)
        try:
            return self.read(value)
        except ValueError as error:
            return self.unreadable(error)

    def unreadable(self, error: ValueError) -> Unknown:
        """Say why a value that is there is not known."""
        return Unknown(f"{'.'.join(self.path)}: {error}")


@dataclass(frozen=True, slots=True)
class _Field:
    put: Put
    spec: Spec
    missing: object
    """Its value where the object that it lies in does not have its key."""


@dataclass(frozen=True, slots=True)
class _Level:
    """An object of the JSON: the fields that lie in it, the objects inside it by key, and every field below it.

    Of a field: its key, what sets it, what reads its value, where it lies, and its value where there is none.
    """

    path: str
    fields: tuple[tuple[str, Put, Callable[[object], object], Spec, object], ...]
    inside: tuple[tuple[str, _Level], ...]
    below: tuple[_Field, ...]

    def fill(self, made: object, value: object) -> None:
        """Set the fields of an instance from the object at this place."""
        if not is_object(value):
            _put_all(made, self.below, Unknown(f"{self.path} is not an object"))
        elif UNKNOWN_KEY in value:
            _put_all(made, self.below, unknown_in(value))
        else:
            for key, put, read, spec, missing in self.fields:
                found = value.get(key)
                # Azure writes "" for an optional value that is not set, here and there, more so in old api-versions.
                if found is None or found == "":
                    put(made, missing)
                elif type(found) is str:
                    # What most values are, without a look for what only objects have.
                    try:
                        put(made, read(found))
                    except ValueError as error:
                        put(made, spec.unreadable(error))
                else:
                    put(made, spec.convert(found))
            for key, level in self.inside:
                found = value.get(key)
                if found is None or found == "":
                    level.leave_out(made)
                else:
                    level.fill(made, found)

    def leave_out(self, made: object) -> None:
        """Set the fields of an instance whose JSON does not have this object."""
        step = self.path.count(".")
        for field in self.below:
            field.put(made, field.spec.without(step))


def _put_all(made: object, fields: Iterable[_Field], value: object) -> None:
    for field in fields:
        field.put(made, value)


def specs_of(cls: Any) -> tuple[Spec, ...]:  # noqa: ANN401 - a dataclass, which typing cannot spell here
    """Return where the fields of a model class lie, in their order."""
    return tuple(field.metadata["spec"] for field in dataclasses.fields(cls))


def _plan(cls: Any) -> _Level:  # noqa: ANN401 - as above
    # Slot by slot, where it has slots: the generated __init__ of a frozen class goes a longer way to the same place.
    fields = [
        _Field(_setter(cls, field.name), spec, spec.without(len(spec.path) - 1))
        for field, spec in zip(dataclasses.fields(cls), specs_of(cls), strict=True)
    ]
    return _level((), fields)


plan_of: Callable[[Any], _Level] = cache(_plan)
"""Returns how a model class is filled from the JSON of one instance."""


def _setter(cls: type, name: str) -> Put:
    """Return what sets a field. A class of which one with slots was made may still be found among its parent's."""
    found: Put | None = getattr(getattr(cls, name, None), "__set__", None)
    return found or (lambda made, value: object.__setattr__(made, name, value))


def _level(at: tuple[str, ...], below: list[_Field]) -> _Level:
    depth = len(at)
    lying = (each for each in below if len(each.spec.path) == depth + 1)
    here = tuple((each.spec.path[depth], each.put, each.spec.read, each.spec, each.missing) for each in lying)
    deeper: dict[str, list[_Field]] = {}
    for each in below:
        if len(each.spec.path) > depth + 1:
            deeper.setdefault(each.spec.path[depth], []).append(each)
    inside = tuple((key, _level((*at, key), fields)) for key, fields in deeper.items())
    return _Level(".".join(at), here, inside, tuple(below))
