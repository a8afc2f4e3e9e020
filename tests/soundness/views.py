"""Views: what a reader of a world gets when some of it is hidden, and what that reader may claim to have seen.

Nothing is claimed that is not so: a listing counts as complete where it was not hidden and every row of it is here. A
row of which properties are hidden is here; it says itself what is not known of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scanner.collect.azure.arm.follow import references_in
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.graph import Graph
from scanner.graph.coverage import Coverage, Covered, Ground
from scanner.model.arm import ArmId
from tests.cases import Resource
from tests.soundness.estate import ASKED_FOR, Estate, Unit, action_of, asked_for_by, group_key, listed_below, written
from tests.soundness.hiding import LISTING_WAYS, PARTIAL_WAYS, PROPERTY_WAYS, VALUE_WAYS, Hiding, Way
from tests.soundness.neighbours import NAMED, NEIGHBOURS, neighbours_of, zone_names
from tests.soundness.worlds import World, estate_of, graph_of, home_of

_ROUNDS = 4
"""How far a scan follows references (scanner/collect/azure/collection.py)."""

_WORDS: dict[Way, tuple[str, int | None]] = {
    Way.FORBIDDEN: ("HTTP 403 AuthorizationFailed", 403),
    Way.EMPTY: ("only what this identity may see", None),
    Way.FILTERED: ("only what this identity may see", None),
    Way.TRUNCATED: ("the listing ended with a page that could not be read", None),
    Way.FAULTY: ("HTTP 503 ServiceUnavailable", 503),
    Way.UNSUPPORTED: ("HTTP 404 InvalidResourceType", 404),
    Way.ITEM: ("HTTP 403 AuthorizationFailed", 403),
    Way.GROUP: ("only what this identity may see", None),
    Way.LOCKED: ("HTTP 403 AuthorizationFailed", 403),
    Way.UNSEEN: ("HTTP 404 SubscriptionNotFound", 404),
}
_WRONG: dict[type, Any] = {dict: "garbled", list: {"garbled": True}, str: ["garbled"], bool: {"garbled": 1}, int: ["7"]}


@dataclass(frozen=True, slots=True)
class View:
    """What a reader got of a world. `reached_from` is None, or the subscriptions that are in its horizon."""

    world: World
    hidings: tuple[Hiding, ...]
    rows: tuple[Resource, ...]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    reached_from: frozenset[str] | None

    def graph(self) -> Graph:
        """Return the graph that the reader has of the world."""
        return graph_of(self.rows, self.gaps, self.coverage, home_of(self.world))

    def __str__(self) -> str:
        return "\n".join((f"world: {self.world}", *(f"hidden: {each}" for each in self.hidings)))


def view_of(world: World, hidings: Iterable[Hiding]) -> View:
    """Hide things of a world.

    What lies outside the horizon and is not reached from within by references is the assumption that a scan states in
    its report, not its fault: the view is then one of the world without that.
    """
    hidings = tuple(dict.fromkeys(hidings))
    there, home = estate_of(world), home_of(world)
    unseen = _scopes(hidings, Way.UNSEEN) - home
    horizon = (there.subscriptions | home) - unseen
    if unseen:
        there = there.reached_from(horizon)
    named = horizon - _scopes(hidings, Way.UNNAMED, Way.NEIGHBOURS, Way.LOCKED) | home
    reading = _Reading(there, _Hidden(hidings), frozenset(named), frozenset(unseen))
    reading.read()
    reading.look_up(_scopes(hidings, Way.NEIGHBOURS) & horizon)
    coverage = Coverage(reading.covered, horizon)
    gaps = (*reading.gaps, *reading.hidden.gaps(there))
    return View(world, hidings, tuple(reading.rows.values()), gaps, coverage, horizon if unseen else None)


def _scopes(hidings: Iterable[Hiding], *ways: Way) -> frozenset[str]:
    return frozenset(ArmId(each.scope).subscription for each in hidings if each.way in ways)


class _Hidden:
    """The hidings of a view, by what they are of."""

    def __init__(self, hidings: tuple[Hiding, ...]) -> None:
        self.all = hidings
        self.units: dict[Unit, list[Hiding]] = defaultdict(list)
        self.values: dict[str, list[Hiding]] = defaultdict(list)
        for each in hidings:
            if each.way in LISTING_WAYS | PARTIAL_WAYS:
                self.units[Unit(each.kind, each.scope)].append(each)
            elif each.way in PROPERTY_WAYS | VALUE_WAYS:
                self.values[each.scope].append(each)
        self.items = frozenset(each.scope for each in hidings if each.way is Way.ITEM)
        self.groups = frozenset(each.scope for each in hidings if each.way is Way.GROUP)
        self.narrowed = frozenset(f"/subscriptions/{ArmId(each).subscription}" for each in self.groups)
        self.locked = _scopes(hidings, Way.LOCKED)

    def is_whole(self, unit: Unit) -> bool:
        """Tell whether nothing keeps a listing from being complete."""
        return unit not in self.units and unit.scope not in self.narrowed | self.groups

    def shows(self, unit: Unit, key: str, listed: tuple[str, ...], group: str) -> bool:
        """Tell whether a listing shows a row."""
        if key in self.items or (unit.scope in self.narrowed and group in self.groups):
            return False
        return all(_shows(each, key, listed) for each in self.units.get(unit, ()))

    def gaps(self, there: Estate) -> Iterator[Gap]:
        """Yield what is told of the hidings of listings and items, and of rights on a part of a subscription."""
        for each in self.all:
            if each.way in LISTING_WAYS | PARTIAL_WAYS | {Way.ITEM, Way.LOCKED} and each.way in _WORDS:
                yield _gap(each.kind, each.scope, each.way)
        for scope in sorted(self.narrowed):
            for unit in there.units:
                if unit.scope == scope:
                    yield _gap(unit.kind, scope, Way.GROUP)


def _shows(hiding: Hiding, key: str, listed: tuple[str, ...]) -> bool:
    match hiding.way:
        case Way.FILTERED:
            return key != hiding.at
        case Way.TRUNCATED:
            return listed.index(key) < listed.index(hiding.at) if hiding.at in listed else True
    return False


def _gap(kind: str, scope: str, way: Way) -> Gap:
    why, status = _WORDS[way]
    return Gap(written(kind), scope, why, status, action_of(kind))


@dataclass(slots=True)
class _Reading:
    """Reads a world as a scan does: listings of the named subscriptions, then by reference out of them."""

    there: Estate
    hidden: _Hidden
    named: frozenset[str]
    unseen: frozenset[str]
    rows: dict[str, Resource] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    covered: list[Covered] = field(default_factory=list)
    whole: set[Unit] = field(default_factory=set)
    asked: set[Unit] = field(default_factory=set)

    def read(self) -> None:
        """Read all that can be."""
        named = [
            key for key, each in self.there.ids.items() if each.subscription in self.named or not each.subscription
        ]
        late = [key for key in named if self._is_late(key)]
        for key in (each for each in named if not self._is_late(each)):
            self._see(key)
        self._ask()
        for key in late:
            self._see(key)
        self._claim()
        self._follow()

    def _is_late(self, key: str) -> bool:
        """Tell whether something must have been seen that asks for the listing that shows a row."""
        unit = self.there.unit[key]
        return unit is not None and unit.kind in ASKED_FOR

    def _ask(self) -> None:
        """Note what the rows that are here ask for elsewhere."""
        self.asked = {each for row in self.rows.values() for each in asked_for_by(row)}

    def _see(self, key: str) -> None:
        """Take a row of a named subscription if a listing shows it, or nothing lists it and its parent is here."""
        arm_id, unit = self.there.ids[key], self.there.unit[key]
        if unit is not None:
            listed = self.there.units[unit]
            is_here = self._is_asked(unit) and self.hidden.shows(unit, key, listed, group_key(arm_id))
        else:
            is_here = key not in self.hidden.items and (arm_id.parent is None or arm_id.parent.key in self.rows)
        if is_here:
            self._keep(key)

    def _is_asked(self, unit: Unit) -> bool:
        """Tell whether a listing is made: what it is asked below is here, or a row that asks for it."""
        return unit in self.asked if unit.kind in ASKED_FOR else unit.scope in self.rows

    def _keep(self, key: str) -> None:
        row = self.there.rows[key]
        for each in self.hidden.values.get(key, ()):
            row = hidden_in(row, each)
        self.rows[key] = row

    def _claim(self) -> None:
        """Claim each listing of the named subscriptions that is complete, and each type that is so by all of them."""
        broken: set[Unit] = set()
        for unit, keys in self.there.units.items():
            subscription = ArmId(unit.scope).subscription
            if subscription in self.named:
                is_whole = self._is_asked(unit) and self.hidden.is_whole(unit) and all(key in self.rows for key in keys)
                (self.whole if is_whole else broken).add(unit)
                if not is_whole:
                    broken.add(Unit(unit.kind, f"/subscriptions/{subscription}"))
        for unit in sorted(self.whole):
            self.covered.append(Covered(written(unit.kind), unit.scope, Ground.LISTED))
            above = Unit(unit.kind, f"/subscriptions/{ArmId(unit.scope).subscription}")
            if above.scope != unit.scope and self._is_complete(above, broken):
                self.covered.append(Covered(written(unit.kind), above.scope, Ground.LISTED))

    def _is_complete(self, above: Unit, broken: set[Unit]) -> bool:
        """Tell whether every listing of a type in a subscription is complete, and every parent is here."""
        return above not in broken and all(
            unit in self.whole
            for unit in self.there.units
            if unit.scope == above.scope and _is_above(unit.kind, above.kind)
        )

    def _follow(self) -> None:
        """Read what is referred to outside the named subscriptions, with its children."""
        new = list(self.rows)
        claimed: set[str] = set()
        for _ in range(_ROUNDS):
            wanted = sorted({each.key for key in new for each in self._references(key)} - claimed)
            claimed |= set(wanted)
            before = set(self.rows)
            for key in wanted:
                self._read_item(ArmId(key))
            new = [key for key in self.rows if key not in before]

    def look_up(self, subscriptions: frozenset[str]) -> None:
        """Look in subscriptions that are not named for what names the networks and services that are known here.

        What names something is claimed to be known where all of it is here, in the whole horizon.
        """
        if not subscriptions:
            return
        known = {key for key in self.rows if self.there.ids[key].type in NAMED}
        for key, named in neighbours_of(self.there).items():
            if self.there.ids[key].subscription in subscriptions and named & known:
                self._read_item(_listed_with(self.there.ids[key]))
        self._follow()
        unread: set[tuple[str, str]] = set()
        for key, named in neighbours_of(self.there).items():
            unread |= {(self.there.ids[key].type, each) for each in named if key not in self.rows}
        for each in sorted({*known, *zone_names(self.there)}):
            for kind in sorted(NEIGHBOURS):
                if (kind, each) not in unread:
                    self.covered.append(Covered(written(kind), "", Ground.LOOKED_UP, each))

    def _references(self, key: str) -> Iterator[ArmId]:
        home = self.there.ids[key].subscription in self.named
        for each in references_in(self.rows[key], home=home):
            if each.subscription and each.subscription not in self.named:
                yield each

    def _read_item(self, arm_id: ArmId) -> None:
        if arm_id.key in self.hidden.items:
            return
        if arm_id.subscription in self.unseen | self.hidden.locked:
            self.gaps.append(
                _gap(arm_id.type, arm_id.key, Way.UNSEEN if arm_id.subscription in self.unseen else Way.ITEM)
            )
        elif arm_id.key in self.there.rows:
            if group_key(arm_id) in self.hidden.groups:
                self.gaps.append(_gap(arm_id.type, arm_id.key, Way.ITEM))
                return
            self._keep(arm_id.key)
            self._read_children(arm_id)
        elif arm_id.subscription in self.there.subscriptions:
            self.gaps.append(Gap(written(arm_id.type), arm_id.key, "HTTP 404 ResourceNotFound", 404, gone=True))

    def _read_children(self, parent: ArmId) -> None:
        for unit in (*listed_below(parent), *asked_for_by(self.rows[parent.key])):
            listed = self.there.units.get(unit, ())
            for key in listed:
                if self.hidden.shows(unit, key, listed, group_key(self.there.ids[key])):
                    self._keep(key)
                    self._read_children(self.there.ids[key])
            if self.hidden.is_whole(unit) and all(key in self.rows for key in listed):
                self.covered.append(Covered(written(unit.kind), unit.scope, Ground.LISTED))


def _listed_with(arm_id: ArmId) -> ArmId:
    """Return what a child is read with: the zone of a link."""
    return arm_id.parent or arm_id


def _is_above(kind: str, other: str) -> bool:
    """Tell whether what one listing shows is where another one is asked: resource groups too."""
    return other.startswith(f"{kind}/") or kind == RESOURCE_GROUP.lower()


def hidden_in(row: Resource, hiding: Hiding) -> Resource:
    """Return a row as it is told where its properties, or a value in it, are hidden."""
    match hiding.way:
        case Way.BARE:
            return {key: value for key, value in row.items() if key != "properties"}
        case Way.OPAQUE:
            return row | {"properties": {UNKNOWN_KEY: "not told"}}
        case Way.GARBLED:
            return row | {"properties": ["garbled"]}
    copy: Resource = json.loads(json.dumps(row))
    _replace(copy, hiding.at.split("."), unknown=hiding.way is Way.UNKNOWN_VALUE)
    return copy


def _replace(holder: Any, path: list[str], *, unknown: bool) -> None:  # noqa: ANN401 - JSON
    """Put something else where a path leads; where it no longer leads anywhere, another hiding took that."""
    for key in path[:-1]:
        holder = _held(holder, key)
    before = _held(holder, path[-1])
    if before is not None:
        at: Any = int(path[-1]) if isinstance(holder, list) else path[-1]
        holder[at] = {UNKNOWN_KEY: "not told"} if unknown else _WRONG.get(type(before), ["garbled"])


def _held(holder: Any, key: str) -> Any:  # noqa: ANN401 - JSON
    if isinstance(holder, list):
        return holder[int(key)] if key.isdigit() and int(key) < len(holder) else None
    return holder.get(key) if isinstance(holder, dict) else None
