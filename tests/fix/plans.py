"""Estates judged and planned for, for the tests of plans."""

from __future__ import annotations

import json
from functools import cache

from scanner.engine.evaluate import evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.fix.bench import Judgement, judgement
from scanner.fix.plan import Plan, plan
from scanner.graph import Graph
from tests.cases import FIXTURES, KEYS, Resource, changed, estate

DAMAGES = tuple(sorted(path.stem for path in (FIXTURES / "damages").glob("*.json")))


def damaged(name: str) -> list[Resource]:
    """Return the estate that a damage is of, with the damage done."""
    damage = json.loads((FIXTURES / "damages" / f"{name}.json").read_text())
    return changed(estate(damage.get("base", "reference")), {key: damage[key] for key in KEYS & damage.keys()})


def judged(rows: list[Resource]) -> Judgement:
    """Return an estate judged by every rule."""
    graph = Graph(rows)
    return judgement(evaluate(load_packs([built_in_pack()]), graph), graph)


@cache
def plan_of(name: str) -> Plan:
    """Return the plan for every failure of a damaged estate, or of a whole one by its name."""
    return plan(judged(damaged(name) if name in DAMAGES else estate(name)))
