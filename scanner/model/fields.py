"""The one decoder: a model class says where each field lies in ARM JSON and how to read it; this reads it.

Nothing raises on odd input. A field that is absent takes its documented default; one that should be there and is not,
or that has a type Azure does not document, becomes `Unknown` with the reason.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Generic, TypeAlias, TypeVar, cast

from scanner.evidence import UNKNOWN_KEY, Unknown, unknown_in
from scanner.model.arm import ArmId, Json
from scanner.model.planned import ADDRESS_KEY, planned_address

T = TypeVar("T")
D = TypeVar("D")
E = TypeVar("E", bound=StrEnum)
Reader: TypeAlias = Callable[[object], T]
Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address


_OBJECT = (dict, Mapping)
"""What a JSON object is. A dict nearly always: asking for that first saves asking an abstract class."""

_ARRAY = (list, tuple)


class Malformed(ValueError):  # noqa: N818 - internal signal, always caught below
    """A value does not have the type that Azure documents for it."""


class _Required:
    """The mark of a field whose absence is itself unknown."""


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class _Spec:
    """Where a field lies, how it is read, and what its absence means."""

    path: tuple[str, ...]
    read: Reader[Any]
    absent: object


def at(path: str, read: Reader[T], absent: D | _Required = REQUIRED) -> T | D:
    """Declare a field: its path in the JSON (dotted), its reader, and its value when ARM leaves it out or null.

    Without `absent`, a missing field is Unknown.
    """
    spec = _Spec(tuple(path.split(".")), read, absent)
    field: T | D = dataclasses.field(metadata={"spec": spec})
    return field


@cache
def _plan(cls: Any) -> tuple[tuple[str, _Spec], ...]:  # noqa: ANN401 - a dataclass, which typing cannot spell here
    return tuple((field.name, field.metadata["spec"]) for field in dataclasses.fields(cls))


def decode(cls: type[T], raw: Json) -> T:
    """Read one model class from ARM JSON."""
    return cls(**{name: _read(spec, raw) for name, spec in _plan(cast("Hashable", cls))})


def _read(spec: _Spec, raw: Json) -> object:
    value: object = raw
    for step, key in enumerate(spec.path):
        if not isinstance(value, _OBJECT):
            return Unknown(f"{'.'.join(spec.path[:step])} is not an object")
        if UNKNOWN_KEY in value:
            return unknown_in(value)
        value = value.get(key)
        # Azure writes "" for an optional value that is not set, here and there and more so in old api-versions.
        if value is None or value == "":
            return _absent(spec, key, step)
    return _convert(spec, value)


def _absent(spec: _Spec, key: str, step: int) -> object:
    """Say what absence means. A missing envelope says nothing of what it would have held: generic listings omit it."""
    if key == "properties":
        return Unknown(f"it was listed without {'.'.join(spec.path[: step + 1])}")
    return Unknown(f"Azure returned no {'.'.join(spec.path)}") if isinstance(spec.absent, _Required) else spec.absent


def _convert(spec: _Spec, value: object) -> object:
    if isinstance(value, _OBJECT) and UNKNOWN_KEY in value:
        return unknown_in(value)
    try:
        return spec.read(value)
    except ValueError as error:
        return Unknown(f"{'.'.join(spec.path)}: {error}")


# Readers


def text(value: object) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise Malformed(f"expected text, found {type(value).__name__}")
    return value


def boolean(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Malformed(f"expected true or false, found {type(value).__name__}")
    return value


def integer(value: object) -> int:
    """Read a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"expected a whole number, found {type(value).__name__}")
    return value


def arm_id(value: object) -> ArmId:
    """Read an ARM id."""
    found = text(value)
    if not found.startswith("/"):
        raise Malformed("expected an ARM id")
    return ArmId(found)


def network(value: object) -> Network:
    """Read an address or a CIDR prefix; host bits are dropped, as Azure does."""
    return ip_network(text(value).strip(), strict=False)


def address(value: object) -> Address:
    """Read one IP address, or one that Azure has yet to choose (`model.planned`)."""
    if isinstance(value, _OBJECT) and ADDRESS_KEY in value:
        return planned_address(value)
    return ip_address(text(value).strip())


def mapping(value: object) -> Mapping[str, object]:
    """Read a JSON object as it is."""
    if not isinstance(value, _OBJECT):
        raise Malformed(f"expected an object, found {type(value).__name__}")
    return value


def present(value: object) -> bool:
    """Read whether anything is there: for fields of which only the existence counts."""
    return value is not None


@dataclass(frozen=True, slots=True)
class OneOf(Generic[E]):
    """Reads an enum value."""

    kind: type[E]
    values: Mapping[str, E]

    def __call__(self, value: object) -> E:
        """Read it. Raises Malformed."""
        found = self.values.get(text(value).lower())
        if found is None:
            raise Malformed(f"{value!r} is not a value that this version knows")
        return found


def one_of(kind: type[E]) -> Reader[E]:
    """Read an enum value, comparing without case as Azure does. One that the enum lacks becomes Unknown."""
    return OneOf(kind, {member.value.lower(): member for member in kind})


@dataclass(frozen=True, slots=True)
class _Separated(Generic[T]):
    read: Reader[T]

    def __call__(self, value: object) -> tuple[T, ...]:
        return tuple(self.read(each.strip()) for each in text(value).split(","))


def separated(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """Read several values that Azure writes as one text: "SystemAssigned, UserAssigned"."""
    return _Separated(read)


@dataclass(frozen=True, slots=True)
class _Many(Generic[T]):
    read: Reader[T]

    def __call__(self, value: object) -> tuple[T, ...]:
        if not isinstance(value, _ARRAY):
            raise Malformed(f"expected a list, found {type(value).__name__}")
        return tuple(self.read(item) for item in value)


def many(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """Read a JSON array; one bad item makes the whole array unknown, since a part of it would mislead."""
    return _Many(read)


@dataclass(frozen=True, slots=True)
class _Keyed(Generic[T]):
    read: Reader[T]

    def __call__(self, value: object) -> tuple[tuple[str, T], ...]:
        return tuple((key, self.read(item)) for key, item in sorted(mapping(value).items()))


def keyed(read: Reader[T]) -> Reader[tuple[tuple[str, T], ...]]:
    """Read a JSON object as (key, value) pairs in key order."""
    return _Keyed(read)


@dataclass(frozen=True, slots=True)
class _Part(Generic[T]):
    cls: type[T]

    def __call__(self, value: object) -> T:
        return decode(self.cls, mapping(value))


def part(cls: type[T]) -> Reader[T]:
    """Read a nested object as a model class of its own."""
    return _Part(cls)


# What readers look for


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model class: where it lies, how it is read, and the class of what is nested in it, if it is one."""

    path: tuple[str, ...]
    read: Callable[[Json], object]
    part: type[object] | None
    is_list: bool


def fields_of(cls: type[object]) -> Iterator[Field]:
    """Yield the fields of a model class."""
    for _, spec in _plan(cast("Hashable", cls)):
        match spec.read:
            case _Many(read=_Part(cls=inner)):
                yield Field(spec.path, partial(_read, spec), inner, is_list=True)
            case _Part(cls=inner):
                yield Field(spec.path, partial(_read, spec), inner, is_list=False)
            case _:
                yield Field(spec.path, partial(_read, spec), None, is_list=False)


def leaves_of(cls: type[object]) -> Iterator[tuple[tuple[str, ...], Reader[Any]]]:
    """Yield where a model class reads single values, and by what; of the keys that lead there `*` is each item."""
    for _, spec in _plan(cast("Hashable", cls)):
        yield from (((*spec.path, *below), read) for below, read in _leaves_in(spec.read))


def _leaves_in(read: Reader[Any]) -> Iterator[tuple[tuple[str, ...], Reader[Any]]]:
    match read:
        case _Separated(read=item):
            yield from _leaves_in(item)
        case _Many(read=item) | _Keyed(read=item):
            yield from ((("*", *below), leaf) for below, leaf in _leaves_in(item))
        case _Part(cls=cls):
            yield from leaves_of(cls)
        case _:
            yield (), read
