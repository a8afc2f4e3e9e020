"""What is held at a management group is held below it: many subscriptions are then not asked by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scanner.collect.azure.above import MANY
from scanner.collect.azure.collector import LiveSource
from scanner.collect.azure.parts import read_part, survey
from scanner.collect.azure.session.cloud import cloud_of
from scanner.simulator import Estate, Fault, FaultKind, Grant, Rights, Simulator

from .support import Run, collect, fixture, subscriptions_in

ARTICLE = fixture("article")
(HOME,) = subscriptions_in(ARTICLE)
TENANT = "99999999-9999-4999-8999-999999999999"
ROOT = f"/providers/Microsoft.Management/managementGroups/{TENANT}"
OTHERS = tuple(f"{number:08x}-2222-4222-8222-222222222222" for number in range(1, MANY))
VNETS = "Microsoft.Network/virtualNetworks/read"


def tenant(others: Sequence[str] = OTHERS) -> Estate:
    """Return the article's subscription with others beside it that hold nothing, all below the tenant's root group."""
    (own,) = [dict(each) for each in ARTICLE.resources if "subscriptionId" in each]
    empty = [own | {"id": f"/subscriptions/{guid}", "name": guid, "subscriptionId": guid} for guid in others]
    groups = {TENANT: ("platform",), "platform": (HOME, *others)}
    return replace(ARTICLE, resources=(*ARTICLE.resources, *empty), management_groups=groups)


ESTATE = tenant()


def reader(*scopes: str, without: Sequence[str] = ()) -> Rights:
    return Rights([Grant(scope, ["*/read"], without) for scope in scopes])


EVERYWHERE = reader(*(f"/subscriptions/{guid}" for guid in (HOME, *OTHERS)))


def questions(run: Run) -> list[str]:
    return sorted(
        seen.path.partition("/providers/Microsoft.Authorization")[0] for seen in run.asked_for("/permissions")
    )


def seen(run: Run) -> object:
    collected = run.collected
    assert collected.coverage is not None
    return list(collected.resources), collected.gaps, set(collected.coverage.covered), collected.coverage.horizon


@pytest.mark.parametrize("via", ["graph", "arm"])
def test_a_role_above_spares_the_question_below_and_tells_the_same(via: str) -> None:
    above, below = (collect(ESTATE, rights=rights, via=via) for rights in (reader(ROOT), EVERYWHERE))

    assert questions(above) == [ROOT]
    assert questions(below) == sorted([ROOT, *(f"/subscriptions/{guid}" for guid in (HOME, *OTHERS))])
    assert seen(above) == seen(below)


def test_what_the_role_above_lacks_is_asked_for_below() -> None:
    held = [f"/subscriptions/{guid}" for guid in (HOME, *OTHERS[1:])]
    rights = Rights([*reader(ROOT, without=[VNETS]).grants, *reader(*held).grants])
    run = collect(ESTATE, rights=rights, via="graph")

    assert len(questions(run)) == 1 + MANY
    assert {(gap.scope, gap.permission) for gap in run.gaps} == {(f"/subscriptions/{OTHERS[0]}", VNETS)}


@pytest.mark.parametrize("path", [f"{ROOT}/providers/Microsoft.Authorization/permissions", f"{ROOT}/descendants"])
@pytest.mark.parametrize("kind", [FaultKind.FORBIDDEN, FaultKind.NOT_FOUND])
def test_where_nothing_is_told_above_each_is_asked_and_nothing_lacks(path: str, kind: FaultKind) -> None:
    run = collect(ESTATE, rights=reader(ROOT), via="graph", faults=[Fault(path, kind)])

    assert questions(run)[1:] == sorted(f"/subscriptions/{guid}" for guid in (HOME, *OTHERS))
    assert run.gaps == ()


def test_a_subscription_that_is_not_told_to_lie_below_is_asked() -> None:
    moved = replace(ESTATE, management_groups={TENANT: (HOME, *OTHERS[:-1])})

    assert questions(collect(moved, rights=reader(ROOT), via="graph")) == sorted([ROOT, f"/subscriptions/{OTHERS[-1]}"])


def test_few_subscriptions_are_asked_by_themselves() -> None:
    run = collect(tenant(OTHERS[1:]), rights=reader(ROOT), via="graph")

    assert ROOT not in questions(run)
    assert len(questions(run)) == MANY - 1


def test_shards_go_by_what_the_survey_was_told() -> None:
    with Simulator(ESTATE, rights=reader(ROOT)) as simulator:
        surveyed = survey(LiveSource(cloud_of(simulator.url), subscriptions_in(ESTATE), via="graph"), lambda _: None)
        parts = [read_part(surveyed, [each]) for each in surveyed.subscriptions[:2]]
        asked = [each.path for each in simulator.requests if each.path.endswith("/permissions")]

    assert len(asked) == 1
    assert all(part.evidence.gaps == frozenset() for part in parts)
