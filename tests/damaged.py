"""Estates with much wrong in them: the damages of fixtures/damages, as many as fit, made to one estate."""

from __future__ import annotations

import json
from functools import cache

from scanner.engine import Rule, Subject, Verdict, evaluate
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph import Graph
from tests.cases import FIXTURES, KEYS, BadCase, Resource, changed, estate
from tests.verdicts import by_subject

DAMAGES = sorted((FIXTURES / "damages").glob("*.json"))


@cache
def damaged(name: str) -> str:
    """Return an estate's resources, as JSON, with every damage that makes another subject fail and mends none.

    One that only adds to what fails already is left out: where two things are wrong, to hide one of them shows nothing.
    """
    rules = load_packs([built_in_pack()])
    resources = estate(name)
    failing = _failing(resources, rules)
    for path in DAMAGES:
        worse = _with_damage(resources, json.loads(path.read_text()))
        found = _failing(worse, rules)
        if found > failing:
            resources, failing = worse, found
    return json.dumps(resources)


def _with_damage(resources: list[Resource], damage: Resource) -> list[Resource]:
    """Return the estate with a damage, or as it was where the damage is to something else."""
    try:
        return changed(json.loads(json.dumps(resources)), {key: damage[key] for key in KEYS & damage.keys()})
    except BadCase:
        return resources


def _failing(resources: list[Resource], rules: tuple[Rule[Subject], ...]) -> set[tuple[str, str]]:
    judged = by_subject(evaluate(rules, Graph(resources, ())))
    return {key for key, verdict in judged.items() if verdict is Verdict.FAIL}
