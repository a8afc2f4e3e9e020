"""Ways in which Azure, its rights and its faults keep things from a reader: each a line that says what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION
from tests.soundness.estate import Estate, Unit, written
from tests.soundness.worlds import World, estate_of, home_of


class Way(StrEnum):
    """How something is hidden. The first ones are of listings, then of single rows, then of whole scopes."""

    FORBIDDEN = "403 on the listing of"
    EMPTY = "empty 200 for"
    FAULTY = "503 on the listing of"
    UNSUPPORTED = "404 InvalidResourceType for"
    UNASKED = "never asked for"
    FILTERED = "filtered 200 without"
    TRUNCATED = "page truncated before"

    ITEM = "403 on"
    BARE = "no properties of"
    OPAQUE = "unknown properties of"
    GARBLED = "properties of the wrong type of"
    UNKNOWN_VALUE = "unknown value in"
    WRONG_VALUE = "value of the wrong type in"

    GROUP = "no rights on"
    UNNAMED = "not named, followed by reference:"
    NEIGHBOURS = "not named, followed by reference and its neighbours looked up:"
    LOCKED = "named, and 403 on"
    UNSEEN = "outside the horizon:"

    def __repr__(self) -> str:
        return f"Way.{self.name}"


LISTING_WAYS = frozenset({Way.FORBIDDEN, Way.EMPTY, Way.FAULTY, Way.UNSUPPORTED, Way.UNASKED})
"""Ways that leave nothing of a listing."""

PARTIAL_WAYS = frozenset({Way.FILTERED, Way.TRUNCATED})
"""Ways that leave a part of a listing: all but one row, or the rows before one."""

PROPERTY_WAYS = frozenset({Way.BARE, Way.OPAQUE, Way.GARBLED})
VALUE_WAYS = frozenset({Way.UNKNOWN_VALUE, Way.WRONG_VALUE})
SCOPE_WAYS = frozenset({Way.GROUP, Way.UNNAMED, Way.NEIGHBOURS, Way.LOCKED, Way.UNSEEN})

_DEEPEST = 6
_ENVELOPE = ("name", "location", "kind", "identity", "sku", "zones")


@dataclass(frozen=True, slots=True)
class Hiding:
    """One thing kept from a reader.

    `kind` is a type in lower case, `scope` the key of what a listing is asked below, of the row, or of the scope that
    is hidden; `at` is the row that a listing lacks or ends before, or the dotted path of a value.
    """

    way: Way
    kind: str
    scope: str
    at: str = ""

    def __str__(self) -> str:
        match self.way:
            case Way.FILTERED | Way.TRUNCATED:
                return f"{self.way} {self.at} ({written(self.kind)} in {self.scope})"
            case Way.UNKNOWN_VALUE | Way.WRONG_VALUE:
                return f"{self.way} {self.scope} at {self.at}"
            case _ if self.way in LISTING_WAYS:
                return f"{self.way} {written(self.kind)} in {self.scope}"
        return f"{self.way} {self.scope}"


@lru_cache(maxsize=64)
def hidings_of(world: World) -> Mapping[Way, tuple[Hiding, ...]]:
    """Return everything that can be hidden of a world, by the way; ways that find nothing are left out."""
    there, home = estate_of(world), home_of(world)
    found: dict[Way, list[Hiding]] = {way: [] for way in Way}
    for each in (*_of_listings(there), *_of_rows(there), *_of_scopes(there, home)):
        found[each.way].append(each)
    return {way: tuple(each) for way, each in found.items() if each}


def _of_listings(there: Estate) -> Iterator[Hiding]:
    for unit, keys in there.units.items():
        for way in sorted(LISTING_WAYS):
            yield Hiding(way, unit.kind, unit.scope)
        for key in keys:
            for way in sorted(PARTIAL_WAYS):
                yield Hiding(way, unit.kind, unit.scope, key)


def _of_rows(there: Estate) -> Iterator[Hiding]:
    for key, row in there.rows.items():
        kind = there.ids[key].type
        if _is_read(there.unit[key], kind):
            yield Hiding(Way.ITEM, kind, key)
            for way in sorted(PROPERTY_WAYS):
                yield Hiding(way, kind, key)
            for path in _paths(row):
                for way in sorted(VALUE_WAYS):
                    yield Hiding(way, kind, key, ".".join(path))


def _is_read(unit: Unit | None, kind: str) -> bool:
    """Tell whether a scan reads rows of a type, and can do without: not without the subscription."""
    return (unit is not None or kind.endswith("/roledefinitions")) and kind not in {
        SUBSCRIPTION.lower(),
        RESOURCE_GROUP.lower(),
    }


def _of_scopes(there: Estate, home: frozenset[str]) -> Iterator[Hiding]:
    for key, arm_id in there.ids.items():
        if arm_id.type == RESOURCE_GROUP.lower():
            yield Hiding(Way.GROUP, arm_id.type, key)
    for each in sorted(there.subscriptions - home):
        for way in (Way.UNNAMED, Way.NEIGHBOURS, Way.LOCKED, Way.UNSEEN):
            yield Hiding(way, SUBSCRIPTION.lower(), f"/subscriptions/{each}")


def _paths(row: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the paths to the values in a row: what holds others, and what is held."""
    for key in _ENVELOPE:
        if row.get(key) is not None:
            yield from _below(row[key], (key,))
    properties = row.get("properties")
    for key, value in properties.items() if isinstance(properties, dict) else ():
        yield from _below(value, ("properties", key))


def _below(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - JSON
    if value is None or "." in path[-1]:
        return
    yield path
    if len(path) < _DEEPEST:
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, each in inside:
            yield from _below(each, (*path, str(key)))
