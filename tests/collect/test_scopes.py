"""Scopes that are named as a whole: what lies below management groups, and all that can be seen."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.collect.collected import Collected
from scanner.errors import NothingScanned
from scanner.simulator import Estate, Fault, FaultKind, Simulator

from .support import Resource, fixture, subscriptions_in

ARTICLE = fixture("article")
(HOME,) = subscriptions_in(ARTICLE)
SECOND = "66666666-6666-4666-8666-666666666666"
THIRD = "77777777-7777-4777-8777-777777777777"


def _tenant() -> Estate:
    """Return three subscriptions: one at the top, one two groups further down, one in no group and disabled."""
    (own,) = [dict(each) for each in ARTICLE.resources if "subscriptionId" in each]
    second: Resource = deepcopy(own) | {"id": f"/subscriptions/{SECOND}", "subscriptionId": SECOND}
    third: Resource = deepcopy(own) | {"id": f"/subscriptions/{THIRD}", "subscriptionId": THIRD, "state": "Disabled"}
    groups = {"contoso": (HOME, "Platform"), "Platform": ("deep",), "deep": (SECOND,), "bare": ()}
    return replace(ARTICLE, resources=(*ARTICLE.resources, second, third), management_groups=groups)


def _collected(
    *groups: str,
    everything: bool = False,
    faults: tuple[Fault, ...] = (),
    context: tuple[str, ...] = (),
    echoed: list[str] | None = None,
) -> Collected:
    with Simulator(_tenant(), faults=faults, page_size=1) as simulator:
        source = LiveSource(
            cloud_of(simulator.url),
            (),
            context,
            retries=1,
            backoff=0.001,
            management_groups=groups,
            everything=everything,
        )
        return collect_live(source, None, (echoed if echoed is not None else []).append)


def test_a_management_group_stands_for_what_lies_below_it_at_any_depth() -> None:
    echoed: list[str] = []

    collected = _collected("contoso", echoed=echoed)

    assert collected.subscriptions == (HOME, SECOND)
    assert echoed == [f"scanning 2 subscriptions below contoso: {HOME}, {SECOND}"]
    assert collected.gaps == ()


def test_groups_may_overlap() -> None:
    assert _collected("deep", "CONTOSO").subscriptions == (HOME, SECOND)
    assert _collected("platform").subscriptions == (SECOND,)


def test_all_subscriptions_are_those_that_can_be_seen() -> None:
    echoed: list[str] = []

    collected = _collected(everything=True, echoed=echoed)

    assert collected.subscriptions == (HOME, SECOND, THIRD)
    assert echoed[0] == f"scanning 3 subscriptions that you can see: {HOME}, {SECOND}, {THIRD}"


def test_a_disabled_subscription_is_told_and_read() -> None:
    echoed: list[str] = []

    collected = _collected(everything=True, echoed=echoed)

    assert echoed[1:] == [f"/subscriptions/{THIRD} is Disabled; it is read as far as Azure allows"]
    assert [each["id"] for each in collected.resources if str(each["id"]).endswith(THIRD)] != []


def test_a_subscription_that_cannot_be_read_is_a_gap() -> None:
    unseen = (Fault("/subscriptions", FaultKind.FORBIDDEN), Fault(f"/subscriptions/{SECOND}", FaultKind.FORBIDDEN))
    collected = _collected("contoso", faults=unseen)

    assert [(gap.scope, gap.status) for gap in collected.gaps] == [("", 403), (f"/subscriptions/{SECOND}", 403)]


def test_what_is_context_is_not_judged_as_well() -> None:
    collected = _collected("contoso", context=(SECOND.upper(),))

    assert collected.subscriptions == (HOME,)
    assert collected.context_subscriptions == (SECOND.upper(),)


@pytest.mark.parametrize(
    ("group", "faults", "why"),
    [
        ("nowhere", (), "management group nowhere could not be read: HTTP 404 NotFound"),
        ("contoso", (Fault("*/descendants", FaultKind.FORBIDDEN),), "HTTP 403 AuthorizationFailed; check the name"),
        ("contoso", (Fault("*/descendants", FaultKind.HTML),), "management group contoso could not be read"),
        ("bare", (), "management group bare holds no subscription that you can see"),
    ],
)
def test_a_scope_that_gives_nothing_ends_the_scan(group: str, faults: tuple[Fault, ...], why: str) -> None:
    with pytest.raises(NothingScanned, match=why) as caught:
        _collected(group, faults=faults)

    assert caught.value.exit_code == 4
    assert "\n" not in str(caught.value)


def test_one_wrong_group_among_others_ends_the_scan() -> None:
    with pytest.raises(NothingScanned, match="nowhere"):
        _collected("contoso", "nowhere")


def test_no_subscription_at_all_ends_the_scan() -> None:
    nobody = Estate("Nothing.", ())
    with Simulator(nobody) as simulator, pytest.raises(NothingScanned, match="no role in any subscription"):
        collect_live(LiveSource(cloud_of(simulator.url), (), everything=True, retries=1, backoff=0.001))


def test_nothing_is_left_when_all_is_context() -> None:
    with pytest.raises(NothingScanned, match="none is left to judge"):
        _collected("deep", context=(SECOND,))


def test_many_subscriptions_are_named_in_part() -> None:
    (own,) = [dict(each) for each in ARTICLE.resources if "subscriptionId" in each]
    guids = [f"00000000-0000-4000-8000-{number:012}" for number in range(12)]
    rows = [own | {"id": f"/subscriptions/{guid}", "subscriptionId": guid} for guid in guids]
    echoed: list[str] = []

    with Simulator(Estate("Many.", tuple(rows))) as simulator:
        collect_live(LiveSource(cloud_of(simulator.url), (), everything=True), None, echoed.append)

    assert echoed == [f"scanning 12 subscriptions that you can see: {', '.join(guids[:10])} and 2 more"]
