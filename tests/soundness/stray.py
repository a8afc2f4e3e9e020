"""What was seen counts: one thing of nobody's that may not be read takes no failure away."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION
from tests.soundness.damage import ELSEWHERE, files_of
from tests.soundness.estate import Estate
from tests.soundness.hiding import Hiding, Way
from tests.soundness.property import Violation, lost
from tests.soundness.strangers import FOREIGN, name_of
from tests.soundness.views import View, view_of
from tests.soundness.worlds import RULES, World, estate_of, judged, verdicts_of


def with_stranger(layout: str, stranger: str) -> View:
    """Make most rules of a layout fail, add a stranger, and refuse it.

    In a subscription of its own it is outside the horizon: only the gap tells of it, as where a reference led there.
    In the first subscription of the estate the type's listing is not complete without it.
    """
    world = World(layout, (*files_of(layout), stranger))
    kind = stranger.removeprefix("stranger ").removesuffix(f" {ELSEWHERE}")
    hidings = [Hiding(Way.ITEM, kind.lower(), _key(estate_of(world), kind))]
    if stranger.endswith(ELSEWHERE):
        hidings.append(Hiding(Way.UNSEEN, SUBSCRIPTION.lower(), f"/subscriptions/{FOREIGN}"))
    return view_of(world, hidings)


def _key(there: Estate, kind: str) -> str:
    tail = f"/rg-stranger/providers/{kind}/{name_of(kind)}".lower()
    return next(key for key in there.rows if key.endswith(tail))


def lost_to(view: View) -> Iterator[Violation]:
    """Yield the failures of a world that are none in a view of it."""
    return lost(verdicts_of(view.world), judged(RULES.values(), view.graph()))
