"""What a failure stands on: the rows that its problems name, which by themselves make it one, whatever else is unread.

Where all of them are in a view, whole, the view has the failure too. A failure that consists in an absence, or hangs on
more than its problems name, stands on no such rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from scanner.engine import Result, Verdict, evaluate
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage
from scanner.model.arm import ArmId
from scanner.model.network_manager import NetworkManager
from tests.soundness.estate import Estate
from tests.soundness.hiding import PROPERTY_WAYS, VALUE_WAYS, Hiding
from tests.soundness.property import Violation
from tests.soundness.worlds import RULES, World, estate_of, graph_of, home_of, whole
from tests.verdicts import Judged, by_subject

Standing = Mapping[tuple[str, str], frozenset[str]]
"""The keys of the rows that a failure stands on, by rule and subject."""

_WORKSPACE = "microsoft.machinelearningservices/workspaces"


@lru_cache(maxsize=32)
def standing(world: World) -> Standing:
    """Return what the failures of a world stand on; those that stand on no rows are left out."""
    failed = [each for each in evaluate(RULES.values(), whole(world)) if each.verdict is Verdict.FAIL]
    found = {
        (each.rule.id, each.subject.id.key if each.subject else ""): _rows(each, estate_of(world)) for each in failed
    }
    return {key: rows for key, rows in found.items() if _is_enough(world, key, rows)}


def dropped(world: World, hidings: Iterable[Hiding], rows: Iterable[str], seen: Judged) -> Iterator[Violation]:
    """Yield the failures that a view lacks although it has all that they stand on; `rows` are the keys of its rows."""
    intact = frozenset(rows) - {each.scope for each in hidings if each.way in PROPERTY_WAYS | VALUE_WAYS}
    for key, needed in standing(world).items():
        verdict = seen.get(key)
        if needed <= intact and verdict is not Verdict.FAIL:
            yield Violation(key[0], f"{Verdict.FAIL.value}, seen", verdict.value if verdict else "nothing", key[1])


def _rows(result: Result, there: Estate) -> frozenset[str]:
    named = [each for problem in result.problems for each in (*problem.involves, *(hop.at for hop in problem.path))]
    if result.subject is not None:
        named.append(result.subject.id)
    home = (key for key, arm_id in there.ids.items() if arm_id.type == _WORKSPACE)
    return frozenset((*home, *(above for each in named for above in _upward(each, there))))


def _upward(arm_id: ArmId, there: Estate) -> Iterator[str]:
    """Yield the keys of the rows that an id is, or lies in."""
    at: ArmId | None = arm_id
    while at is not None:
        if at.key in there.rows:
            yield at.key
        at = at.parent


def _untold(there: Estate) -> Iterator[Gap]:
    """Yield that managers were asked for in vain: a view that never asks takes it that there are none."""
    for each in sorted(there.subscriptions):
        yield Gap(NetworkManager.TYPE, f"/subscriptions/{each}", "HTTP 503 ServiceUnavailable", 503)


def _is_enough(world: World, key: tuple[str, str], rows: frozenset[str]) -> bool:
    there = estate_of(world)
    seen = [there.rows[each] for each in sorted(rows)]
    graph = graph_of(seen, tuple(_untold(there)), Coverage((), there.subscriptions), home_of(world))
    return by_subject(evaluate([RULES[key[0]]], graph)).get(key) is Verdict.FAIL
