"""Evidence taken away from an estate, one piece at a time: what a scan sees when it may not see everything."""

from __future__ import annotations

import dataclasses
import pkgutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias
from zlib import crc32

import scanner.model
from scanner.collect.azure.arm.listings import children_of
from scanner.collect.azure.arm.tables.listing import ROLE_DEFINITION, SUBSCRIPTION, Listing
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.model.arm import ArmId
from scanner.model.resource import Resource as Model
from tests.cases import Resource

_ZONE = "microsoft.network/privatednszones"
_EXTENDING = "microsoft.authorization/"
_ENVELOPE = "properties"
_arm_id = cache(ArmId)

Path: TypeAlias = tuple[str | int, ...]
"""Where a value lies in JSON: keys, and a place in a list."""


@dataclass(frozen=True, slots=True)
class Denial:
    """An estate with one piece of evidence gone; `what` says which, `kind` what is alike in resources of a type."""

    what: str
    resources: list[Resource]
    gaps: tuple[Gap, ...] = ()
    kind: str = ""


def denials(estates: Sequence[list[Resource]], place: int) -> Iterator[Denial]:
    """Yield the estate at a place without each piece of evidence in turn.

    Listings are refused in each estate; what resources say is taken from them in one of the estates where they say it.
    The resources are shared: they are not to be changed.
    """
    yield from refusals(estates[place])
    having = [{each.kind for each in _without_values_or_envelopes(estate)} for estate in estates]
    for each in _without_values_or_envelopes(estates[place]):
        places = [at for at, kinds in enumerate(having) if each.kind in kinds]
        if places[crc32(each.kind.encode()) % len(places)] == place:
            yield each


def _without_values_or_envelopes(resources: list[Resource]) -> Iterator[Denial]:
    yield from _without_envelopes(resources)
    yield from _without_values(resources)


def refusals(resources: list[Resource]) -> Iterator[Denial]:
    """Yield the estate as it is seen when one listing, or one item that is read by itself, is answered with 403."""
    yield from _without_listings(resources)
    yield from _without_items(resources)


def listings_of(parent: ArmId) -> tuple[Listing, ...]:
    """Return the listings that a scan makes below a parent, those left out that only add fields to another one."""
    return tuple(row for row in children_of(parent.type) if not row.fields)


def _without_listings(resources: list[Resource]) -> Iterator[Denial]:
    """Answer each listing below each parent with 403, whether it would have held anything or not."""
    for parent in [_arm_id(each["id"]) for each in resources]:
        for row in listings_of(parent):
            scope = f"/subscriptions/{parent.subscription}" if row.type.lower().startswith(_EXTENDING) else str(parent)
            yield _denied(row.type, scope, row.action, _listed(row, _arm_id(scope), resources), resources)


def _without_items(resources: list[Resource]) -> Iterator[Denial]:
    """Answer with 403 what is read by itself: the subscriptions, and role definitions."""
    for each in resources:
        for kind in (SUBSCRIPTION, ROLE_DEFINITION):
            if _arm_id(each["id"]).type == kind.lower():
                yield _denied(kind, each["id"], f"{kind}/read", [_arm_id(each["id"])], resources)


def _denied(kind: str, scope: str, action: str, hidden: list[ArmId], resources: list[Resource]) -> Denial:
    gone = {each for top in hidden for each in _with_descendants(top, resources)}
    seen = [each for each in resources if _arm_id(each["id"]) not in gone]
    return Denial(f"403 on {kind} in {scope}", seen, (Gap(kind, scope, "HTTP 403 AuthorizationFailed", 403, action),))


def _with_descendants(top: ArmId, resources: list[Resource]) -> Iterator[ArmId]:
    """Yield a resource and all that a scan would have listed below it."""
    yield top
    for row in children_of(top.type):
        for child in _listed(row, top, resources):
            yield from _with_descendants(child, resources)


def _listed(row: Listing, parent: ArmId, resources: list[Resource]) -> list[ArmId]:
    ids = [_arm_id(each["id"]) for each in resources]
    return [each for each in ids if each.key.startswith(f"{parent.key}/") and _is_row(each, row.type.lower())]


def _is_row(arm_id: ArmId, listed: str) -> bool:
    if listed == f"{_ZONE}/all":
        return arm_id.type.startswith(f"{_ZONE}/") and not arm_id.type.endswith("/virtualnetworklinks")
    return arm_id.type == listed


def _without_envelopes(resources: list[Resource]) -> Iterator[Denial]:
    """List a resource without `properties`, as generic listings do (facts §0.2)."""
    for at, each in _first_of_each_type(resources, 6):
        if _ENVELOPE in each:
            bare = {key: value for key, value in each.items() if key != _ENVELOPE}
            yield Denial(f"no properties of {each['id']}", _with(resources, at, bare), kind=_arm_id(each["id"]).type)


def _without_values(resources: list[Resource]) -> Iterator[Denial]:
    """Make each value that a model reads unknown, as a plan does that is not yet applied."""
    for at, each in _first_of_each_type(resources, 2):
        for path in _places(each):
            unknown, dotted = _unknown_at(each, path), ".".join(map(str, path))
            kind = f"{_arm_id(each['id']).type} {dotted}"
            yield Denial(f"unknown {dotted} of {each['id']}", _with(resources, at, unknown), kind=kind)


def _first_of_each_type(resources: list[Resource], most: int) -> Iterator[tuple[int, Resource]]:
    """Yield resources with their places, up to so many of a type: fifty records are one case, not fifty."""
    seen = Counter[str]()
    for at, each in enumerate(resources):
        kind = _arm_id(each["id"]).type
        seen[kind] += 1
        if seen[kind] <= most:
            yield at, each


def _places(resource: Resource) -> list[Path]:
    """Return where a model looks into a resource: each value, what holds it, and each item of a list."""
    places: dict[Path, None] = {}
    for path in _READ.get(_arm_id(resource["id"]).type, ()):
        places |= dict.fromkeys(path[:length] for length in range(1, len(path) + 1))
        value = _value_at(resource, path)
        places |= dict.fromkeys((*path, place) for place in range(len(value) if isinstance(value, list) else 0))
    return [path for path in places if path != (_ENVELOPE,)]


def _value_at(value: Any, path: Path) -> Any:  # noqa: ANN401 - JSON
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _unknown_at(value: Any, path: Path) -> Any:  # noqa: ANN401 - JSON
    if not path:
        return {UNKNOWN_KEY: "known after apply"}
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return [*value[:step], _unknown_at(value[step], rest), *value[step + 1 :]]
    held = value if isinstance(value, dict) else {}
    return held | {step: _unknown_at(held.get(step), rest)}


def _with(resources: list[Resource], at: int, changed: Resource) -> list[Resource]:
    return [*resources[:at], changed, *resources[at + 1 :]]


def _read_by_models() -> dict[str, list[Path]]:
    """Return the paths that the models read, by resource type in lower case; ids are always known."""
    for module in pkgutil.iter_modules(scanner.model.__path__, "scanner.model."):
        import_module(module.name)
    return {
        model.TYPE.lower(): [field.metadata["spec"].path for field in dataclasses.fields(model) if field.name != "id"]
        for model in Model.__subclasses__()
        if dataclasses.is_dataclass(model)
    }


_READ = _read_by_models()
