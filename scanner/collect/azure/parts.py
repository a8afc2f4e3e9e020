"""Collecting in parts: one survey of the subscriptions, then shards of them, each read by whoever has the time.

What the shards read, put together, is what one collection would have read: each knows which subscriptions the others
list, and what one takes for absent is held against what all of them saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_

from scanner.collect.azure.arm.held import Held
from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION
from scanner.collect.azure.collection import Collection, handed_over
from scanner.collect.azure.collector import collecting, resolved
from scanner.collect.azure.earned import Evidence, coverage_of
from scanner.collect.azure.plan import LivePlan
from scanner.collect.azure.resource_graph.via import Choice
from scanner.collect.collected import Collected
from scanner.evidence import Gap
from scanner.graph.rows import PackedRows, key_of
from scanner.model.arm import ArmId, Json, properties_of


@dataclass(frozen=True, slots=True)
class Part:
    """What one shard read, and the evidence that coverage stands on; `told` is what had to be read again."""

    rows: PackedRows
    evidence: Evidence
    told: frozenset[str]
    requests: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What the shards stand on: the source with its subscriptions named, those that could be read, and the way.

    `horizon` are the subscriptions that the identity can see, as ARM shows them, `above` what it holds above them.
    """

    source: LivePlan
    subscriptions: tuple[Json, ...]
    listed: frozenset[str]
    choice: Choice
    horizon: tuple[Json, ...]
    above: Mapping[str, Held]
    part: Part


def survey(source: LivePlan, echo: Callable[[str], None]) -> Survey:
    """Read the subscriptions alone. Raises NothingScanned."""
    with collecting(source, None) as collection:
        source = resolved(source, collection, echo)
        found = collection.survey(source, echo)
        above = collection.look_above(source)
        collection.store.freeze()
    horizon = tuple(collection.horizon.rows.values())
    return Survey(source, tuple(found), collection.store.listed, collection.choice, horizon, above, _part(collection))


def read_part(surveyed: Survey, subscriptions: Iterable[Json]) -> Part:
    """Read what is in some of the subscriptions, and what that refers to outside all of them."""
    with collecting(surveyed.source, None) as collection:
        collection.store.listed = surveyed.listed
        # What others' workspaces use is not known here.
        collection.reading.aside.sees_all = False
        collection.choice = surveyed.choice
        collection.horizon.know(surveyed.horizon)
        collection.above = surveyed.above
        collection.reading.rights.know_above(surveyed.above)
        collection.read_contents(list(subscriptions), surveyed.source, _to_nobody)
        collection.store.freeze()
        collection.store.complete()
    return _part(collection)


def unread_part(subscriptions: Iterable[Json], why: str) -> Part:
    """Return what stands for a shard that nobody read: a gap for each of its subscriptions."""
    gaps = (Gap(SUBSCRIPTION, str(each["id"]), why) for each in subscriptions)
    return Part(PackedRows(), Evidence(frozenset(gaps)), frozenset(), 0)


def put_together(surveyed: Survey, parts: Iterable[Part], started: datetime) -> Collected:
    """Return what one collection of all subscriptions would have given."""
    parts = (surveyed.part, *parts)
    rows = PackedRows()
    for part in parts:
        for row in part.rows:
            if not rows.add(row):
                rows.replace(_joined(rows.row(key_of(row)), row))
    evidence = reduce(or_, (part.evidence for part in parts))
    seen = {ArmId(str(row["id"])).subscription for row in surveyed.horizon}
    coverage = coverage_of(evidence, rows.keys(), surveyed.listed, seen)
    told = {each for part in parts for each in part.told}
    requests = sum(part.requests for part in parts)
    return handed_over(surveyed.source, rows, evidence, coverage, started, requests, surveyed.choice, told)


def _to_nobody(_line: str) -> None:
    """Say nothing: what a shard reads beside its own is told by the scan as a whole."""


def _part(collection: Collection) -> Part:
    requests = collection.session.traffic.requests
    return Part(collection.store.rows, collection.evidence(), frozenset(collection.told), requests)


def _joined(one: Json, other: Json) -> Json:
    """Join what two shards read of one resource: of a role assignment, each knows for whom it asked."""
    mine, theirs = _assigned_to(one), _assigned_to(other)
    if not (mine or theirs) or ArmId(str(one["id"])).type != "microsoft.authorization/roleassignments":
        return one
    properties = one.get("properties")
    assert isinstance(properties, dict)  # noqa: S101 - the store writes `assignedTo` there
    return {**one, "properties": properties | {"assignedTo": sorted({*mine, *theirs})}}


def _assigned_to(row: Json) -> list[str]:
    found = properties_of(row).get("assignedTo")
    return found if isinstance(found, list) else []


def in_shards(subscriptions: Iterable[Json], shards: int) -> list[list[Json]]:
    """Deal subscriptions out into so many shards, or fewer where there are fewer subscriptions."""
    ordered = sorted(subscriptions, key=key_of)
    return [ordered[number::shards] for number in range(min(shards, len(ordered)))]


def within(surveyed: Survey, seconds: float | None) -> Survey:
    """Return a survey after which so many seconds are left."""
    return replace(surveyed, source=replace(surveyed.source, timeout=seconds))
