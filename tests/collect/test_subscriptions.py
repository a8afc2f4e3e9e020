"""Subscriptions that cannot be read: all of them end the scan with a reason, one of several is a gap."""

from __future__ import annotations

import pytest

from scanner.collect.azure.collector import LiveSource, collect_live
from scanner.collect.azure.session.cloud import cloud_of
from scanner.errors import NothingScanned
from scanner.simulator import Fault, FaultKind, Simulator

from .support import collect, fixture, subscriptions_in

NOWHERE = "77777777-7777-4777-8777-777777777777"
ARTICLE = fixture("article")
(GUID,) = subscriptions_in(ARTICLE)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (FaultKind.FORBIDDEN, "HTTP 403 AuthorizationFailed"),
        (FaultKind.UNAUTHORIZED, "HTTP 401 ExpiredAuthenticationToken"),
        (FaultKind.SERVER_ERROR, "HTTP 500 InternalServerError"),
        (FaultKind.HTML, "the answer is not JSON"),
        (FaultKind.RESET, "reset"),
    ],
)
def test_a_scan_without_any_subscription_ends_with_the_reason(kind: FaultKind, why: str) -> None:
    with pytest.raises(NothingScanned, match=why) as caught:
        collect(ARTICLE, faults=[Fault("/subscriptions", kind), Fault(f"/subscriptions/{GUID}", kind)])

    assert GUID in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_subscription_that_does_not_exist_is_named() -> None:
    with pytest.raises(NothingScanned, match=f"/subscriptions/{NOWHERE}: HTTP 404 SubscriptionNotFound") as caught:
        collect(ARTICLE, subscriptions=[NOWHERE])

    assert "az account list" in str(caught.value)


def test_all_subscriptions_that_cannot_be_read_are_named() -> None:
    faults = [Fault(path, FaultKind.FORBIDDEN) for path in ("/subscriptions", f"/subscriptions/{GUID}")]
    with pytest.raises(NothingScanned) as caught:
        collect(ARTICLE, subscriptions=[NOWHERE, GUID], faults=faults)

    assert [str(caught.value).count(f"/subscriptions/{each}: ") for each in (NOWHERE, GUID)] == [1, 1]
    assert "Microsoft.Resources/subscriptions/read" in str(caught.value)


def test_nobody_at_the_endpoint_is_told_as_such() -> None:
    with Simulator(ARTICLE) as gone:
        url = gone.url
    with pytest.raises(NothingScanned, match="refused") as caught:
        collect_live(LiveSource(cloud_of(url), (GUID,), retries=1, backoff=0.001))

    assert "\n" not in str(caught.value)
    assert "az account list" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_nothing_more_is_asked_when_no_subscription_can_be_read() -> None:
    with Simulator(ARTICLE) as simulator:
        with pytest.raises(NothingScanned):
            collect_live(LiveSource(cloud_of(simulator.url), (NOWHERE,), retries=1, backoff=0.001))

        assert sorted(each.path for each in simulator.requests) == ["/subscriptions", f"/subscriptions/{NOWHERE}"]


def test_one_of_two_subscriptions_that_cannot_be_read_is_a_gap() -> None:
    run = collect(ARTICLE, subscriptions=[GUID, NOWHERE])

    assert [(gap.kind, gap.scope, gap.status, gap.permission) for gap in run.gaps] == [
        (
            "Microsoft.Resources/subscriptions",
            f"/subscriptions/{NOWHERE}",
            404,
            "Microsoft.Resources/subscriptions/read",
        )
    ]
    assert run.collected.resources == collect(ARTICLE).collected.resources
    assert run.collected.subscriptions == (GUID, NOWHERE)


def test_a_context_alone_is_nothing_to_scan() -> None:
    with pytest.raises(NothingScanned, match=NOWHERE):
        collect(ARTICLE, subscriptions=[NOWHERE], context=[GUID])
