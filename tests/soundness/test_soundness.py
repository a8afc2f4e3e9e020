"""What was not seen may only become unknown: for every world and view that Hypothesis draws, and every rule."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Tell
from tests.soundness.damage import damages_of, strangers
from tests.soundness.hiding import Hiding, hidings_of
from tests.soundness.known import BESIDE_STRANGERS, Known, known, known_to_be_lost, rules_lost
from tests.soundness.layouts import LAYOUTS
from tests.soundness.property import told, violations
from tests.soundness.views import view_of
from tests.soundness.worlds import RULES, World, judged, verdicts_of

HEADING = "views of estates"
WORLDS = 80
VIEWS = 8
DRAWN = Counter[str]()
"""What Hypothesis drew."""

KNOWN = known()
KNOWN_KEYS = frozenset(each.key for each in KNOWN)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a layout and up to three damages; they shrink to the reference without any."""
    layout = draw(st.sampled_from(list(LAYOUTS)))
    return World(layout, tuple(draw(st.lists(st.sampled_from(damages_of(layout)), max_size=3, unique=True))))


def hidings(world: World) -> st.SearchStrategy[list[Hiding]]:
    """Draw up to three things to hide."""
    every = hidings_of(world)
    one = st.sampled_from(sorted(every)).flatmap(lambda way: st.sampled_from(every[way]))
    return st.lists(one, min_size=1, max_size=3)


@settings(
    max_examples=WORLDS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def _no_view_is_unsound(data: st.DataObject) -> None:
    world = data.draw(worlds(), "world")
    for hidden in data.draw(st.lists(hidings(world), min_size=1, max_size=VIEWS), "views"):
        view = view_of(world, hidden)
        found = [each for each in violations(view) if (each.rule, each.move) not in KNOWN_KEYS]
        DRAWN.update(views=1, verdicts=len(verdicts_of(world, view.reached_from)))

        assert not found, told(found, view)


def test_what_was_not_seen_only_becomes_unknown(tell: Tell) -> None:
    _no_view_is_unsound()
    tell(HEADING, "drawn", f"{DRAWN['views']:,} views, {DRAWN['verdicts']:,} verdicts compared")

    assert DRAWN["verdicts"] > 10_000


@pytest.mark.parametrize("entry", KNOWN, ids=str)
def test_what_is_known_to_be_unsound_still_is(entry: Known) -> None:
    assert entry.occurs(), f"{entry} holds now: take it out of known.json"


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_a_view_that_hides_nothing_says_what_the_world_says(layout: str) -> None:
    world = World(layout)

    assert judged(RULES.values(), view_of(world, ()).graph()) == verdicts_of(world)


@pytest.mark.parametrize("stranger", list(strangers()))
@pytest.mark.parametrize("layout", BESIDE_STRANGERS)
def test_a_stranger_that_may_not_be_read_takes_no_failure_away(layout: str, stranger: str) -> None:
    assert rules_lost(layout, stranger) == known_to_be_lost(layout, stranger)
