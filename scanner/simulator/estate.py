"""The estate file: what a simulated tenant holds, as ARM's GET would return it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Resource: TypeAlias = Mapping[str, object]
"""One ARM resource: `id`, `type`, `name` and what else the wire carries."""

_SUBSCRIPTION = "microsoft.resources/subscriptions"


class EstateError(Exception):
    """An estate file cannot be served; the message is one line that names the file and the cause."""


@dataclass(frozen=True, slots=True)
class Estate:
    """A tenant to serve: its resources, and the groups that role assignments may name.

    `groups` maps a group's object id to the principal ids of its direct members, which may be groups themselves.
    `management_groups` maps a management group's name to what hangs below it: names of others, and subscription ids.
    """

    about: str
    resources: tuple[Resource, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    management_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_estate(path: Path) -> Estate:
    """Read an estate file; raises EstateError when it is unreadable, misses a key or holds an id twice."""
    try:
        return _estate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise EstateError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise EstateError(f"{path}: is not JSON: {error}") from error
    except EstateError as error:
        raise EstateError(f"{path}: {error}") from error


def _estate(document: object) -> Estate:
    whole = _object(document, "the file")
    resources = tuple(_resource(row, position) for position, row in enumerate(_array(whole, "resources")))
    _refuse_duplicates(resources)
    return Estate(
        _text(whole, "about", "the file"),
        resources,
        dict(_groups(whole.get("groups", {}))),
        dict(_groups(whole.get("management_groups", {}), "management_groups")),
    )


def _resource(row: object, position: int) -> Resource:
    where = f"resource {position}"
    resource = _object(row, where)
    arm_id = _text(resource, "id", where)
    if not arm_id.startswith("/"):
        raise EstateError(f"{where}: id {arm_id!r} does not begin with a slash")
    if _text(resource, "type", where).lower() != _SUBSCRIPTION:
        _text(resource, "name", where)
    return resource


def _groups(value: object, where: str = "groups") -> Iterator[tuple[str, tuple[str, ...]]]:
    groups = _object(value, where)
    for group in groups:
        yield group, tuple(str(member) for member in _array(groups, group))


def _refuse_duplicates(resources: tuple[Resource, ...]) -> None:
    first: dict[str, int] = {}
    for position, resource in enumerate(resources):
        earlier = first.setdefault(str(resource["id"]).lower(), position)
        if earlier != position:
            raise EstateError(f"resources {earlier} and {position} have the same id {resource['id']}")


def _object(value: object, where: str) -> Resource:
    if not isinstance(value, dict):
        raise EstateError(f"{where} is not a JSON object")
    return value


def _array(owner: Resource, key: str) -> list[object]:
    value = owner.get(key)
    if not isinstance(value, list):
        raise EstateError(f'"{key}" is not a list' if key in owner else f'"{key}" is missing')
    return value


def _text(owner: Resource, key: str, where: str) -> str:
    value = owner.get(key)
    if not isinstance(value, str):
        raise EstateError(f'{where}: "{key}" is not text' if key in owner else f'{where}: "{key}" is missing')
    return value
