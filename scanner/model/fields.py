"""The one decoder: a model class says where each field lies in ARM JSON and how to read it; this reads it.

Nothing raises on odd input. A field that is absent takes its documented default; one that should be there and is not,
or that has a type Azure does not document, becomes `Unknown` with the reason.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Generic, TypeAlias, TypeVar

from scanner.evidence import is_object
from scanner.model.arm import ArmId, Json, id_in
from scanner.model.decoding import REQUIRED, Required, Spec, plan_of, specs_of
from scanner.model.planned import ADDRESS_KEY, planned_address

T = TypeVar("T")
D = TypeVar("D")
E = TypeVar("E", bound=StrEnum)
Reader: TypeAlias = Callable[[object], T]
Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address


_ARRAY = (list, tuple)
_REMEMBERED = 10_000
"""Texts whose values are kept: the same prefixes and ports stand in rule after rule."""


SPELLINGS: defaultdict[str, set[str]] = defaultdict(set)
"""By a key in lower case, how Azure writes it: in more ways than one, of more types than one."""


class Malformed(ValueError):  # noqa: N818 - internal signal, always caught below
    """A value does not have the type that Azure documents for it."""


def at(path: str, read: Reader[T], absent: D | Required = REQUIRED) -> T | D:
    """Declare a field: its path in the JSON (dotted), its reader, and its value when ARM leaves it out or null.

    Without `absent`, a missing field is Unknown.
    """
    spec = Spec(tuple(path.split(".")), read, absent)
    for key in spec.path:
        SPELLINGS[key.lower()].add(key)
    field: T | D = dataclasses.field(metadata={"spec": spec})
    return field


def decode(cls: type[T], raw: Json) -> T:
    """Read one model class from ARM JSON."""
    made = object.__new__(cls)
    plan_of(cls).fill(made, raw)
    return made


# Readers


def text(value: object) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise Malformed(f"expected text, found {type(value).__name__}")
    return value


def word(value: object) -> str:
    """Read a string of which an estate has few, such as the name of a region: each is held once."""
    return _same(text(value))


_same = lru_cache(_REMEMBERED)(str)


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
    return id_in(found)


def network(value: object) -> Network:
    """Read an address or a CIDR prefix; host bits are dropped, as Azure does."""
    return _network_of(text(value))


@lru_cache(_REMEMBERED)
def _network_of(found: str) -> Network:
    return ip_network(found.strip(), strict=False)


def address(value: object) -> Address:
    """Read one IP address, or one that Azure has yet to choose (`model.planned`)."""
    if is_object(value) and ADDRESS_KEY in value:
        return planned_address(value)
    return _address_of(text(value))


@lru_cache(_REMEMBERED)
def _address_of(found: str) -> Address:
    return ip_address(found.strip())


def mapping(value: object) -> Mapping[str, object]:
    """Read a JSON object as it is."""
    if not is_object(value):
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
        return tuple([self.read(item) for item in value])


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
    """A field of a model class: where it lies, and the class of what is nested in it, if it is one."""

    name: str
    path: tuple[str, ...]
    part: type[object] | None
    is_list: bool


def fields_of(cls: type[Any]) -> Iterator[Field]:
    """Yield the fields of a model class."""
    for found, spec in zip(dataclasses.fields(cls), specs_of(cls), strict=True):
        match spec.read:
            case _Many(read=_Part(cls=inner)):
                yield Field(found.name, spec.path, inner, is_list=True)
            case _Part(cls=inner):
                yield Field(found.name, spec.path, inner, is_list=False)
            case _:
                yield Field(found.name, spec.path, None, is_list=False)


def leaves_of(cls: type[object]) -> Iterator[tuple[tuple[str, ...], Reader[Any]]]:
    """Yield where a model class reads single values, and by what; of the keys that lead there `*` is each item."""
    for spec in specs_of(cls):
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
