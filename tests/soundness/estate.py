"""What there is, laid out as a reader of Azure meets it: rows, and the listings that would each show some of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.tables.listing import RESOURCE_GROUP, SUBSCRIPTION, Arm, Listing
from scanner.collect.azure.resource_graph import in_force
from scanner.model.arm import ArmId
from tests.cases import Resource

_ZONE = "microsoft.network/privatednszones"
_EXTENDING = "microsoft.authorization/"
_ENDPOINT = "microsoft.network/privateendpoints"
_WORKSPACE = "microsoft.machinelearningservices/workspaces"

_ROWS: Mapping[str, Listing] = {row.type.lower(): row for row in (*LISTINGS, *in_force.ROWS) if not row.fields}
ASKED_FOR: Mapping[str, Listing] = {kind: row for kind, row in _ROWS.items() if row.is_asked_for}
"""Listings that are made because a row names something, and not below that row."""

_MENTION = re.compile(r'"(/subscriptions/[^"]+)"', re.IGNORECASE)


class Unit(NamedTuple):
    """One listing that a scan makes: a type in lower case, and the key of what it is listed below."""

    kind: str
    scope: str


def written(kind: str) -> str:
    """Return a type as the table of listings writes it."""
    found = _ROWS.get(kind)
    return found.type if found is not None else kind


def action_of(kind: str) -> str:
    """Return the permission that a listing of a type needs."""
    found = _ROWS.get(kind)
    return found.action if found is not None else f"{kind}/read"


def listed_below(parent: ArmId) -> Iterator[Unit]:
    """Yield the listings that are made below a resource, a resource group or a subscription."""
    for kind, row in _ROWS.items():
        if kind not in ASKED_FOR and _parent_type(row) == parent.type:
            yield Unit(kind, parent.key)


def asked_for_by(row: Resource) -> Iterator[Unit]:
    """Yield the listings that are made elsewhere because of what a row says."""
    kind = ArmId(row["id"]).type
    for each in ASKED_FOR.values():
        if isinstance(each.source, Arm) and each.parent.lower() == kind:
            for query in each.source.queries(row):
                yield _unit_at(each.type.lower(), query.path)


def _unit_at(kind: str, path: str) -> Unit:
    """Return the listing that a path asks for: a provider's in a subscription, or a resource's children."""
    in_subscription, _, found = path.lower().rpartition("/providers/")
    return Unit(kind, in_subscription if found == kind else path.lower().rpartition("/")[0])


def _parent_type(row: Listing) -> str:
    """Return the type that a row is listed below; what extends others is asked for by subscription."""
    return SUBSCRIPTION.lower() if row.type.lower().startswith(_EXTENDING) else row.parent.lower()


def unit_of(arm_id: ArmId) -> Unit | None:
    """Return the listing that shows a resource, None for what is only read by its id."""
    kind = arm_id.type
    if kind.startswith(f"{_ZONE}/") and not kind.endswith("/virtualnetworklinks"):
        kind = f"{_ZONE}/all"
    row = _ROWS.get(kind)
    if row is None:
        return None
    if kind in ASKED_FOR:
        return Unit(kind, arm_id.parent.key if arm_id.parent is not None else subscription_key(arm_id))
    above = {SUBSCRIPTION.lower(): subscription_key(arm_id), RESOURCE_GROUP.lower(): group_key(arm_id)}
    scope = above.get(_parent_type(row)) or (arm_id.parent.key if arm_id.parent is not None else "")
    return Unit(kind, scope)


def subscription_key(arm_id: ArmId) -> str:
    """Return the id of the subscription that something lies in, as a key."""
    return f"/subscriptions/{arm_id.subscription}"


def group_key(arm_id: ArmId) -> str:
    """Return the id of the resource group that something lies in, as a key."""
    return f"{subscription_key(arm_id)}/resourcegroups/{arm_id.resource_group.lower()}"


class Estate:
    """Rows by key. They are shared by many: nobody changes them.

    `subscriptions` are the GUIDs that something lies in; `home` those with a workspace.
    """

    def __init__(self, rows: Iterable[Resource]) -> None:
        by_id = sorted(((ArmId(each["id"]), each) for each in rows), key=lambda pair: pair[0])
        self.ids: Mapping[str, ArmId] = {arm_id.key: arm_id for arm_id, _ in by_id}
        self.rows: Mapping[str, Resource] = {arm_id.key: row for arm_id, row in by_id}
        self.subscriptions = frozenset(each.subscription for each in self.ids.values()) - {""}

    @cached_property
    def home(self) -> frozenset[str]:
        """The subscriptions that a workspace lies in."""
        return frozenset(each.subscription for each in self.ids.values() if each.type == _WORKSPACE)

    @cached_property
    def unit(self) -> Mapping[str, Unit | None]:
        """The listing that shows each row."""
        return {key: unit_of(self.ids[key]) for key in self.rows}

    @cached_property
    def units(self) -> Mapping[Unit, tuple[str, ...]]:
        """Every listing, and the keys of what it shows; many show nothing."""
        found: dict[Unit, list[str]] = {}
        for arm_id in self.ids.values():
            found |= {each: [] for each in (*listed_below(arm_id), *asked_for_by(self.rows[arm_id.key]))}
        for key, unit in self.unit.items():
            if unit is not None:
                found.setdefault(unit, []).append(key)
        return {unit: tuple(keys) for unit, keys in sorted(found.items())}

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Every row as JSON in lower case."""
        return {key: json.dumps(row).lower() for key, row in self.rows.items()}

    @cached_property
    def mentions(self) -> Mapping[str, frozenset[str]]:
        """Which rows each row names; who names a subnet names its network."""
        return {key: frozenset(self._named(text)) - {key} for key, text in self.texts.items()}

    def _named(self, text: str) -> Iterator[str]:
        for each in _MENTION.findall(text):
            at = each.rstrip("/")
            while at.count("/") > 4 and at not in self.rows:
                at = at.rsplit("/", 2)[0]
            if at.count("/") > 4:
                yield at

    def reached_from(self, subscriptions: Iterable[str]) -> Estate:
        """Return what lies in some subscriptions, and what is named from there, step by step, with its children.

        A private endpoint is named by its service, whosever it is: it leads nowhere new, but is reached where something
        else leads to its subscription.
        """
        first = {f"/subscriptions/{each}" for each in subscriptions}
        reached = {key for key in self.rows if subscription_key(self.ids[key]) in first}
        todo, endpoints = list(reached), set[str]()
        while todo:
            key = todo.pop()
            named = {*self.mentions[key], *self._around[key]} - reached
            endpoints |= {each for each in named if self.ids[each].type == _ENDPOINT}
            there = {subscription_key(self.ids[each]) for each in (*reached, *named - endpoints)}
            new = {
                each for each in named | endpoints if each not in endpoints or subscription_key(self.ids[each]) in there
            }
            todo += new - reached
            reached |= new
        return Estate(row for key, row in self.rows.items() if key in reached)

    @cached_property
    def _around(self) -> Mapping[str, set[str]]:
        """The parent and the children of each row, its resource group and its subscription."""
        found: dict[str, set[str]] = defaultdict(set)
        for key, arm_id in self.ids.items():
            parent = arm_id.parent
            if parent is not None and parent.key in self.rows:
                found[key].add(parent.key)
                found[parent.key].add(key)
            found[key] |= {group_key(arm_id), subscription_key(arm_id)} & self.rows.keys()
        return found
