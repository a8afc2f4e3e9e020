"""Whether a failure that a view lacks is lost, or rightly unknown: because another world looks the same from there.

A failure that consists in an absence ("no approved endpoint leads here") is unknown where something of that kind may
not be read: what is hidden may be what is missing. Such a world is looked for: in place of the hidden row, or beside it
where its listing is not complete, it has a row of the type, with what lies below it, as the layout has them before any
damage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.engine import Verdict
from scanner.graph.coverage import Coverage
from scanner.model.arm import ArmId
from tests.cases import Resource
from tests.soundness.estate import Estate
from tests.soundness.property import Violation
from tests.soundness.worlds import RULES, World, estate_of, graph_of, home_of, judged


def truly_lost(found: list[Violation], world: World, hidden: str) -> list[Violation]:
    """Return the failures that no world that looks the same is without; `hidden` is the key of the one row unread."""
    left = found
    for rows in _others(world, hidden):
        if not left:
            break
        rules = [RULES[each] for each in sorted({each.rule for each in left})]
        there = Estate(rows)
        graph = graph_of(there.rows.values(), (), Coverage.closed(there.subscriptions), home_of(world))
        verdicts = judged(rules, graph)
        left = [each for each in left if verdicts.get((each.rule, each.subject)) is Verdict.FAIL]
    return left


def _others(world: World, hidden: str) -> Iterator[list[Resource]]:
    """Yield worlds that differ from one in what is hidden alone."""
    there, before = estate_of(world), estate_of(World(world.layout))
    kind = there.ids[hidden].type
    rest = {key: row for key, row in there.rows.items() if key != hidden}
    for key in sorted(each for each, arm_id in before.ids.items() if arm_id.type == kind):
        family = {each: row for each, row in before.rows.items() if f"{each}/".startswith(f"{key}/")}
        if key not in rest:
            yield [*{**rest, **family}.values()]
        yield [*rest.values(), *_renamed(family.values(), str(before.ids[key]), there.ids[hidden])]


def _renamed(family: Iterable[Resource], old: str, new: ArmId) -> Iterator[Resource]:
    """Give rows that lie at or below an id another one."""
    for row in family:
        yield {**row, "id": f"{new}{str(row['id'])[len(old) :]}"}
