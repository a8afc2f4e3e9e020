"""Targets: the decoder, ARM ids and references, on JSON of any shape."""

from __future__ import annotations

import dataclasses
import pkgutil
from collections.abc import Hashable
from enum import Enum
from functools import cache
from importlib import import_module
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, cast

import scanner.model
from scanner.collect.azure.arm.follow import references_in
from scanner.collect.redaction.redact import redact
from scanner.evidence import Unknown
from scanner.model.arm import ArmId
from scanner.model.fields import decode
from scanner.model.resource import Resource
from tests.cases import estate
from tests.fuzz.dice import Dice
from tests.fuzz.mutations import ESTATES, damage, mutated_estate, odd

_DECODED = (bool, int, str, Enum, IPv4Address, IPv6Address, IPv4Network, IPv6Network, ArmId, Unknown, type(None))
_TWICE = (ArmId.type, ArmId.parent, ArmId.subscription, ArmId.resource_group, ArmId.names)


@cache
def _models() -> tuple[type[Resource], ...]:
    """Return every model class, by resource type."""
    for module in pkgutil.iter_modules(scanner.model.__path__, "scanner.model."):
        import_module(module.name)
    return tuple(sorted(_below(Resource), key=lambda each: (each.TYPE, each.__name__)))


def _below(kind: type[Resource]) -> list[type[Resource]]:
    return [each for below in kind.__subclasses__() for each in (below, *_below(below))]


def decoder(data: bytes) -> None:
    """Decode odd JSON as each kind of resource: every field comes out as a documented value or as Unknown."""
    dice = Dice(data)
    kind = dice.pick(_models())
    raw = _planted(kind, dice) if dice.flag() else _damaged(kind, dice)
    decoded = decode(kind, raw)

    assert _is_documented(decoded)
    assert repr(_values(decoded)) == repr(_values(decode(kind, raw)))


def _planted(kind: type[Resource], dice: Dice) -> dict[str, Any]:
    """Return a resource with odd values where the model looks, or on the way there."""
    raw: dict[str, Any] = {}
    for field in dataclasses.fields(cast("Any", kind)):
        path = field.metadata["spec"].path
        _plant(raw, path if dice.below(4) else path[:-1] or path, odd(dice))
    return raw


def _plant(raw: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for step in path[:-1]:
        inner = raw.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        raw = inner
    raw[path[-1]] = value


def _damaged(kind: type[Resource], dice: Dice) -> dict[str, Any]:
    """Return a resource of the kind out of an estate, with several things wrong."""
    resources = [each for name in ESTATES for each in _of_kind(name, kind.TYPE.lower())]
    raw: dict[str, Any] = {"id": "/", "properties": {}} if not resources else _copy(dice.pick(resources))
    for _ in range(1 + dice.below(6)):
        damage(raw, dice)
    return raw


@cache
def _of_kind(name: str, kind: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, at) for at, each in enumerate(estate(name)) if ArmId(each["id"]).type == kind)


def _copy(place: tuple[str, int]) -> dict[str, Any]:
    name, at = place
    return estate(name)[at]


def _values(decoded: object) -> list[object]:
    return [getattr(decoded, field.name) for field in dataclasses.fields(cast("Any", decoded))]


def _is_documented(value: object) -> bool:
    """Tell whether a decoded value is made of what rules know how to read, and of JSON only where a model keeps it."""
    if dataclasses.is_dataclass(value):
        assert isinstance(value, Hashable)
        return all(map(_is_documented, _values(value)))
    if isinstance(value, tuple):
        return all(map(_is_documented, value))
    return isinstance(value, (*_DECODED, dict))


def arm_id(data: bytes) -> None:
    """Take any text for an ARM id: every part of it is a text, and case never matters."""
    dice = Dice(data)
    value = odd(dice)
    text = value if isinstance(value, str) else dice.word()
    text = text + "/" + dice.pick(("", "providers/a/b/c", "subscriptions/x", "/")) + dice.word()
    found, shouted = ArmId(text), ArmId(text.lower())

    assert (found == shouted, hash(found)) == (True, hash(shouted))
    assert (found.type, found.subscription) == (shouted.type, shouted.subscription)
    assert not found < shouted
    assert all(isinstance(each, str) for each in (found.name, found.resource_group, *found.names))
    assert found.parent is None or len(found.parent.key) < len(found.key)


def references(data: bytes) -> None:
    """Look for references in a damaged estate: what is followed can be read by itself."""
    dice = Dice(data)
    for each in mutated_estate(dice):
        assert all(found.type for found in references_in(each, home=dice.flag()))


def redaction(data: bytes) -> None:
    """Redact damaged resources: what comes out is the same when redacted again."""
    for each in mutated_estate(Dice(data)):
        once = redact(each)

        assert repr(redact(once)) == repr(once)
