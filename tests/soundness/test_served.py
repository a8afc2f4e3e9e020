"""What was not seen may only become unknown, over a socket: Azure's ways of hiding, read by both ways of the scan."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.engine import Verdict
from scanner.model.arm import ArmId
from tests.conftest import Tell
from tests.soundness.hiding import Way, hidings_of
from tests.soundness.layouts import LAYOUTS
from tests.soundness.served import Served, Via, violations_over_a_socket
from tests.soundness.test_soundness import HEADING, KNOWN_KEYS, hidings, worlds
from tests.soundness.worlds import World, estate_of, verdicts_of

VIEWS = 50
DRAWN = Counter[str]()
"""What Hypothesis drew."""

ACCOUNT = "microsoft.storage/storageaccounts"


@settings(
    max_examples=VIEWS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def _no_scan_is_unsound(data: st.DataObject) -> None:
    world = data.draw(worlds(), "world")
    served = Served(world, tuple(data.draw(hidings(world), "hidden")), data.draw(st.sampled_from(Via), "via"))
    found = [each for each in violations_over_a_socket(served) if (each.rule, each.move) not in KNOWN_KEYS]
    DRAWN.update({"views": 1, "verdicts": len(verdicts_of(world, served.reached_from)), served.via: 1})

    assert not found, "\n".join((str(served), *map(str, found)))


def test_what_a_scan_was_not_shown_only_becomes_unknown(tell: Tell) -> None:
    _no_scan_is_unsound()
    ways = ", ".join(f"{DRAWN[via]} via {via}" for via in Via)
    tell(HEADING, "scanned", f"{DRAWN['views']:,} views ({ways}), {DRAWN['verdicts']:,} verdicts compared")

    assert DRAWN["verdicts"] > 10_000
    assert min(DRAWN[via] for via in Via) > VIEWS // 5


BY_GRAPH_ALONE = ["network-manager"]
"""Layouts that hold what no GET of ARM tells: what network managers have put in force."""

WAYS = [(layout, via) for layout in LAYOUTS for via in Via if via is Via.GRAPH or layout not in BY_GRAPH_ALONE]


@pytest.mark.parametrize(("layout", "via"), WAYS)
def test_a_scan_that_is_shown_everything_says_what_the_world_says(layout: str, via: Via) -> None:
    served = Served(World(layout), (), via)
    collected = served.collected()

    assert collected is not None
    assert (collected.gaps, served.verdicts(collected)) == ((), verdicts_of(World(layout)))


@pytest.mark.parametrize("layout", BY_GRAPH_ALONE)
def test_what_arm_does_not_tell_is_unknown_and_nothing_else_is_said(layout: str) -> None:
    served = Served(World(layout), (), Via.ARM)
    collected = served.collected()
    assert collected is not None
    found, true = served.verdicts(collected), verdicts_of(World(layout))

    assert {found[key] for key in found if found[key] != true.get(key)} == {Verdict.UNKNOWN}
    assert violations_over_a_socket(served) == []


# What names something here is found without being named.
@pytest.mark.parametrize("way", [each for each in Way if each is not Way.NEIGHBOURS])
def test_each_way_of_hiding_keeps_something_from_a_scan(way: Way) -> None:
    world = World("landing-zone")
    every = hidings_of(world)[way]
    # Where no workspace uses an account, none is asked for.
    held = {each.subscription for each in estate_of(world).ids.values() if each.type == ACCOUNT}
    of_accounts = (each for each in every if each.kind == ACCOUNT and ArmId(each.scope).subscription in held)
    hidden = next(of_accounts, every[0])
    seen, whole = (Served(world, each).collected() for each in ((hidden,), ()))

    assert whole is not None
    assert seen is None or (list(seen.resources), seen.gaps) != (list(whole.resources), whole.gaps)


@pytest.mark.parametrize("via", Via)
def test_the_customers_endpoints_outside_the_horizon_are_not_taken_for_somebody_elses(via: Via) -> None:
    world = World("hub-endpoints")

    assert violations_over_a_socket(Served(world, hidings_of(world)[Way.UNSEEN], via)) == []
