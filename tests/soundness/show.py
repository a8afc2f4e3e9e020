"""One view, looked at by itself: what is hidden, what the world says, what the view says, and why.

from tests.soundness.show import *
show(World("reference"), Hiding(Way.ITEM, "microsoft.network/networkinterfaces", "/subscriptions/…"), rule="…")
"""

from __future__ import annotations

from scanner.engine import evaluate
from tests.soundness.hiding import Hiding, Way
from tests.soundness.property import lost, unsound
from tests.soundness.views import view_of
from tests.soundness.worlds import RULES, World, verdicts_of, whole
from tests.verdicts import by_subject

__all__ = ["Hiding", "Way", "World", "show"]


def show(world: World, *hidings: Hiding, rule: str) -> None:
    """Print both verdicts of a rule on each subject that they differ on, with the reasons."""
    view = view_of(world, hidings)
    seen = evaluate([RULES[rule]], view.graph())
    before = evaluate([RULES[rule]], whole(world, view.reached_from))
    print(view)  # noqa: T201 - what it is for
    for what, results, other in (("world", before, by_subject(seen)), ("view", seen, by_subject(before))):
        for each in results:
            key = (rule, each.subject.id.key if each.subject else "")
            if other.get(key) is not each.verdict:
                reasons = [*(one.message for one in each.problems), *(one.message for one in each.doubts)]
                print(f"{what}: {each.verdict} on {key[1] or 'no subject'}: {'; '.join(reasons)}")  # noqa: T201
    whole_of = verdicts_of(world, view.reached_from, rule)
    for violation in (*unsound(whole_of, by_subject(seen)), *lost(whole_of, by_subject(seen))):
        print(violation)  # noqa: T201
