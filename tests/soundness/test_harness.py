"""The harness itself: it catches rules that believe absence, accepts others, and its views claim only what is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from random import Random

import pytest

from scanner.graph.coverage import Coverage
from scanner.model.arm import ArmId
from tests.soundness.damage import files_of
from tests.soundness.estate import unit_of
from tests.soundness.hiding import VALUE_WAYS, Hiding, Way, hidings_of
from tests.soundness.layouts import LAYOUTS
from tests.soundness.property import Violation, lost, unsound, violations
from tests.soundness.search import Search, shrunk
from tests.soundness.strangers import FOREIGN
from tests.soundness.toys import SOUND, UNSOUND, Toy
from tests.soundness.views import View, view_of
from tests.soundness.worlds import RULES, World, estate_of, judged, whole

OPEN = World("reference", ("storage-open",))
LANDING_ZONE = World("landing-zone")
PLATFORM = "/subscriptions/55555555-5555-4555-8555-555555555555"
ACCOUNT = "microsoft.storage/storageaccounts"
JUDGED = ("/", "properties.publicNetworkAccess")
"""Rows that a listing lacks, and the value that toys judge."""

BASTION = "microsoft.network/bastionhosts"
WORLDS = (OPEN, World("reference", ("without bastionHosts/bas-access",)))


def _views(world: World) -> Iterator[View]:
    """Hide each thing that a toy could miss, and some others."""
    every = list(chain.from_iterable(hidings_of(world).values()))
    near = [each for each in every if each.kind in {ACCOUNT, BASTION} and (not each.at or each.at.startswith(JUDGED))]
    for each in (*near, *Random(0).sample(every, 20)):  # noqa: S311 - no secret
        yield view_of(world, (each,))


def _caught(toy: Toy) -> set[str]:
    """Return the moves that a rule is caught at."""
    return {each.move for world in WORLDS for each in _moves(toy, world)}


def _moves(toy: Toy, world: World) -> Iterator[Violation]:
    there = judged([toy], whole(world))
    for view in _views(world):
        yield from unsound(there, judged([toy], view.graph()))


@pytest.mark.parametrize("toy", SOUND, ids=lambda toy: toy.id)
def test_a_rule_that_tells_what_it_lacks_is_accepted(toy: Toy) -> None:
    assert _caught(toy) == set()


@pytest.mark.parametrize(("toy", "moves"), UNSOUND, ids=lambda each: getattr(each, "id", ""))
def test_a_rule_that_believes_what_it_did_not_see_is_caught(toy: Toy, moves: set[str]) -> None:
    assert _caught(toy) >= moves


def test_a_failure_that_was_seen_and_is_not_told_is_lost() -> None:
    tells, _, gathers = SOUND
    hidden = Hiding(Way.FILTERED, ACCOUNT, _subscription(OPEN), _key(OPEN, "/storageaccounts/stmlmanaged"))
    view = view_of(OPEN, (hidden,))

    assert list(lost(judged([tells], whole(OPEN)), judged([tells], view.graph()))) == []
    assert [each.move for each in lost(judged([gathers], whole(OPEN)), judged([gathers], view.graph()))] == [
        "fail → nothing"
    ]


def _subscription(world: World) -> str:
    return next(key for key in estate_of(world).rows if key.count("/") == 2)


def _key(world: World, tail: str) -> str:
    return next(key for key in estate_of(world).rows if key.endswith(tail))


def test_a_reader_who_claims_to_have_seen_everything_is_caught() -> None:
    hidden = Hiding(Way.EMPTY, "microsoft.network/privatednszones", _subscription(OPEN))
    view = view_of(OPEN, (hidden,))
    liar = replace(view, gaps=(), coverage=Coverage.closed(view.coverage.horizon))

    assert violations(view) == []
    assert {each.move for each in violations(liar)} >= {"pass → fail", "pass → n/a"}


def test_an_example_shrinks_to_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = next(each for each, _ in UNSOUND if each.id == "passes-what-is-unknown")
    monkeypatch.setitem(RULES, toy.id, toy)
    bystander = Hiding(Way.ITEM, "microsoft.network/natgateways", _key(OPEN, "/natgateways/nat-ml"))
    needed = Hiding(
        Way.BARE, ACCOUNT, next(key for key, each in judged([toy], whole(OPEN)).items() if each == "fail")[1]
    )
    found = shrunk(
        World("reference", ("workspace-legacy-mode", "storage-open", "zone-deleted")),
        (bystander, needed),
        Violation(toy.id, "fail", "pass"),
    )

    assert found[:2] == (World("reference", ("storage-open",)), (needed,))


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_a_view_claims_only_what_is_so(layout: str) -> None:
    world, chance = World(layout, files_of(layout)), Random(1)  # noqa: S311 - no secret
    every = list(chain.from_iterable(found for way, found in hidings_of(world).items() if way not in VALUE_WAYS))
    for view in (view_of(world, chance.sample(every, count)) for count in (1, 1, 2, 5, 20)):
        there = estate_of(world)
        seen = {ArmId(row["id"]).key for row in view.rows}
        untold = [unit_of(there.ids[key]) for key in there.rows.keys() - seen]

        assert seen <= there.rows.keys()
        assert not any(view.coverage.covers(unit.kind, ArmId(unit.scope)) for unit in untold if unit is not None)


def test_a_listing_that_shows_nothing_anyway_is_not_claimed_when_refused() -> None:
    kind = "microsoft.network/virtualhubs"
    view = view_of(OPEN, (Hiding(Way.FORBIDDEN, kind, _subscription(OPEN)),))

    assert not view.coverage.covers(kind, ArmId(_subscription(OPEN)))
    assert view.coverage.covers(BASTION, ArmId(_subscription(OPEN)))
    assert [(gap.kind.lower(), gap.status) for gap in view.gaps] == [(kind, 403)]


def test_of_a_subscription_that_is_not_named_only_what_is_referred_to_is_read() -> None:
    view = view_of(LANDING_ZONE, (Hiding(Way.UNNAMED, "microsoft.resources/subscriptions", PLATFORM),))
    seen = {ArmId(row["id"]).name for row in view.rows}

    assert {"vnet-hub", "privatelink.blob.core.windows.net", "bas-access"} <= seen
    assert "rg-platform-hub" not in seen
    assert not view.coverage.covers(BASTION, ArmId(PLATFORM))
    assert PLATFORM.removeprefix("/subscriptions/") in view.coverage.horizon


def test_outside_the_horizon_only_what_references_reach_is_part_of_the_world() -> None:
    stranger = World("landing-zone", ("stranger Microsoft.Network/privateDnsZones in another subscription",))
    foreign = Hiding(Way.UNSEEN, "microsoft.resources/subscriptions", f"/subscriptions/{FOREIGN}")
    platform = Hiding(Way.UNSEEN, "microsoft.resources/subscriptions", PLATFORM)
    view = view_of(stranger, (foreign, platform))
    reached = {arm_id.name for arm_id in estate_of(stranger).reached_from(view.reached_from or ()).ids.values()}

    assert "vnet-hub" in reached
    assert "stranger.example" not in reached
    assert {ArmId(row["id"]).subscription for row in view.rows} == {"66666666-6666-4666-8666-666666666666"}
    assert {gap.status for gap in view.gaps} == {404}


def test_a_search_with_a_seed_finds_the_same_again() -> None:
    first, second = Search(7, ("article",)), Search(7, ("article",))
    for each in (first, second):
        each.run(iter([True, False]).__next__)

    assert first.counts == second.counts
    assert first.counts["views"] == 12
