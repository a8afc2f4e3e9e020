"""Worlds: an estate as it is, and what every rule says of it when all of it is seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scanner.engine import Rule, Subject, evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.errors import RulePackError
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.graph.coverage import Coverage
from scanner.graph.settings import Scope, Settings
from scanner.model.arm import ArmId
from tests.cases import BadCase, Resource
from tests.soundness.damage import apply
from tests.soundness.estate import Estate, group_key, subscription_key
from tests.soundness.layouts import layout_text
from tests.verdicts import Judged, by_subject

RULES = {rule.id: rule for rule in load_packs([built_in_pack()])}


@dataclass(frozen=True, slots=True)
class World:
    """A layout with damages; one that does not fit after those before it is left out."""

    layout: str
    damages: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " + ".join((self.layout, *self.damages))


class Broken(Exception):  # noqa: N818 - it names what happened
    """A rule did not come to a verdict: it raised what is not missing evidence."""


@lru_cache(maxsize=64)
def estate_of(world: World) -> Estate:
    """Return what there is in a world."""
    resources = json.loads(layout_text(world.layout))
    for damage in world.damages:
        resources = _with(resources, damage)
    return Estate([*resources, *_scopes_missing(resources)])


def _scopes_missing(resources: list[Resource]) -> list[Resource]:
    """Return the subscriptions and resource groups that something lies in and that are not among the resources."""
    ids = [ArmId(each["id"]) for each in resources]
    held = {each.key for each in ids}
    scopes = dict.fromkeys(key for each in ids for key in (subscription_key(each), group_key(each)))
    wanted = [ArmId(key) for key in scopes if key not in held and not key.endswith("/")]
    return [{"id": str(each), "type": each.type, "name": each.name, "state": "Enabled"} for each in wanted]


def home_of(world: World) -> frozenset[str]:
    """Return the subscriptions (GUIDs) whose workspaces are judged: where the layout has some, damaged or not."""
    return estate_of(World(world.layout)).home


def _with(resources: list[Resource], damage: str) -> list[Resource]:
    try:
        return apply(json.loads(json.dumps(resources)), damage)
    except BadCase:
        return resources


@lru_cache(maxsize=512)
def verdicts_of(world: World, reached_from: frozenset[str] | None = None, only: str = "") -> Judged:
    """Return what all rules, or only one, say of a world; with subscriptions, of what references reach from those."""
    return judged([RULES[only]] if only else RULES.values(), whole(world, reached_from))


def whole(world: World, reached_from: frozenset[str] | None = None) -> Graph:
    """Return the graph of a world that is seen completely, or of what is reached from some of its subscriptions."""
    there = estate_of(world)
    if reached_from is not None:
        there = there.reached_from(reached_from)
    return graph_of(there.rows.values(), (), Coverage.closed(there.subscriptions), home_of(world))


def graph_of(rows: Iterable[Resource], gaps: Sequence[Gap], coverage: Coverage, home: Iterable[str]) -> Graph:
    """Return the graph in which the workspaces of some subscriptions are judged."""
    return Graph(rows, gaps, Settings(scope=Scope(subscriptions=tuple(sorted(home)))), coverage)


def judged(rules: Iterable[Rule[Subject]], graph: Graph) -> Judged:
    """Return every rule's verdict on every subject. Raises Broken where a rule broke."""
    try:
        return by_subject(evaluate(rules, graph))
    except RulePackError as error:
        raise Broken(str(error)) from error
