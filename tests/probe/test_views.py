"""What was not seen may only become unknown in a prediction, too: worlds and views as for the rules."""

from __future__ import annotations

from random import Random

from scanner.graph import Graph
from scanner.probe.expected.predicted import predicted
from scanner.probe.shapes import Expect
from tests.soundness.damage import damages_of
from tests.soundness.hiding import hidings_of
from tests.soundness.layouts import LAYOUTS
from tests.soundness.views import view_of
from tests.soundness.worlds import World, whole

VIEWS = 8
_OUTSIDE = "outside"


def _said(graph: Graph) -> dict[tuple[str, str, int], Expect]:
    """Return what is predicted, by where from, name and port."""
    found = predicted(graph)
    said = {
        (str(place.subnet).lower(), each.target.name, each.target.port): each.target.expect
        for place in found.places
        for each in place.predictions
    }
    return said | {(_OUTSIDE, each.target.name, each.target.port): each.target.expect for each in found.outside}


def unsound(seed: int) -> list[str]:
    """Draw a world and a view of it; return each prediction of the view that the world does not bear out."""
    dice = Random(seed)  # noqa: S311 - no secret
    layout = dice.choice(sorted(LAYOUTS))
    world = World(layout, tuple(dice.sample(damages_of(layout), dice.choice((0, 1, 1, 2)))))
    every = hidings_of(world)
    hidden = [dice.choice(every[dice.choice(sorted(every))]) for _ in range(dice.choice((1, 1, 2, 3)))]
    view = view_of(world, hidden)
    there, seen = _said(whole(world, view.reached_from)), _said(view.graph())
    return [
        f"{world}, {[*map(str, hidden)]}: {key} {there[key]} → {expect}"
        for key, expect in seen.items()
        if expect is not Expect.UNKNOWN and key in there and there[key] is not expect
    ]


def test_what_was_not_seen_is_never_predicted_otherwise() -> None:
    assert [each for seed in range(VIEWS) for each in unsound(seed)] == []
