"""What goes wrong becomes a gap, with its reason, and stays where it is."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from scanner.evidence import Gap
from scanner.simulator import Fault, FaultKind

from .support import EXTENSIONS, Resource, Run, by_id, collect, fixture, type_of

ARTICLE = fixture("article")
SUBSCRIPTION = "/subscriptions/44444444-4444-4444-8444-444444444444"


@dataclass(frozen=True)
class Place:
    """A listing to damage: the paths that it asks for, and its type, whose resources are hit."""

    path: str
    kind: str
    below: str
    """The type below whose resources it is asked for; empty for a listing of the subscription."""

    @property
    def scopes(self) -> set[str]:
        """The ids below which it is asked for, in lower case."""
        return {key for key, each in by_id(ARTICLE).items() if type_of(each) == self.below} or {SUBSCRIPTION}


PLACES = {
    "a listing": Place("*/providers/Microsoft.Network/virtualNetworks", "Microsoft.Network/virtualNetworks", ""),
    "a child listing": Place(
        "*/privateDnsZones/*/virtualNetworkLinks",
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "microsoft.network/privatednszones",
    ),
    "a raw child listing": Place(
        "*/virtualMachines/*/extensions",
        "Microsoft.Compute/virtualMachines/extensions",
        "microsoft.compute/virtualmachines",
    ),
}

FOR_EVER: dict[FaultKind, tuple[int | None, str]] = {
    FaultKind.FORBIDDEN: (403, "HTTP 403 AuthorizationFailed"),
    FaultKind.NOT_FOUND: (404, "HTTP 404 ResourceNotFound: The Resource"),
    FaultKind.CONFLICT: (409, "HTTP 409 Conflict: Another operation"),
    FaultKind.THROTTLED: (429, "HTTP 429 SubscriptionRequestsThrottled: "),
    FaultKind.SERVER_ERROR: (500, "HTTP 500 InternalServerError: "),
    FaultKind.UNAVAILABLE: (503, "HTTP 503 ServiceUnavailable: "),
    FaultKind.UNAUTHORIZED: (401, "HTTP 401 ExpiredAuthenticationToken: "),
    FaultKind.BAD_API_VERSION: (400, "HTTP 400 NoRegisteredProviderFound: "),
    FaultKind.TRUNCATED: (None, "the answer is not JSON"),
    FaultKind.HTML: (None, "the answer is not JSON"),
    FaultKind.WRONG_JSON: (None, "the answer is not a JSON object"),
    FaultKind.WRONG_VALUE: (None, "the answer is not a list of resources"),
    FaultKind.NEXT_LINK_ELSEWHERE: (None, "the link to the next page leads to another host and was not followed"),
    FaultKind.CUT: (None, ""),
    FaultKind.RESET: (None, ""),
}

HARMLESS = [
    Fault("", FaultKind.EMPTY_PAGE),
    Fault("", FaultKind.THROTTLED, times=2),
    Fault("", FaultKind.THROTTLED, times=1, retry_after=0),
    Fault("", FaultKind.THROTTLED, times=1, retry_after=1),
    Fault("", FaultKind.UNAVAILABLE, times=2),
    Fault("", FaultKind.SERVER_ERROR, times=2),
    Fault("", FaultKind.RESET, times=1),
    Fault("", FaultKind.CUT, times=1),
    Fault("", FaultKind.SLOW, seconds=0.1),
]


@pytest.fixture(scope="module")
def healthy() -> Run:
    """Collect the estate while nothing is wrong."""
    return collect(ARTICLE)


def hit(place: Place, kind: FaultKind) -> Run:
    return collect(ARTICLE, faults=[Fault(place.path, kind)])


def others(run: Run, place: Place) -> dict[str, Resource]:
    return {key: each for key, each in run.resources.items() if type_of(each) != place.kind.lower()}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("kind", FOR_EVER)
def test_what_cannot_be_read_is_a_gap_and_all_else_is_read(healthy: Run, where: str, kind: FaultKind) -> None:
    place, (status, why) = PLACES[where], FOR_EVER[kind]
    run = hit(place, kind)

    assert {(gap.kind, gap.status, gap.permission) for gap in run.gaps} == {(place.kind, status, f"{place.kind}/read")}
    assert {gap.scope.lower() for gap in run.gaps} == place.scopes
    assert {gap.why.startswith(why) and bool(gap.why) for gap in run.gaps} == {True}
    assert run.resources == others(healthy, place)


@pytest.mark.parametrize("where", PLACES)
def test_a_circle_of_pages_is_a_gap_and_its_rows_are_kept(healthy: Run, where: str) -> None:
    run = hit(PLACES[where], FaultKind.NEXT_LINK_LOOP)

    assert {gap.why for gap in run.gaps} == {"the links to the next page run in a circle"}
    assert {gap.scope.lower() for gap in run.gaps} == PLACES[where].scopes
    assert run.resources == healthy.resources


def test_a_row_that_comes_twice_has_its_children_read_once() -> None:
    run = collect(ARTICLE, faults=[Fault("*/privateDnsZones", FaultKind.NEXT_LINK_LOOP, times=1)])
    asked = [seen.path for seen in run.asked_for("/virtualNetworkLinks")]

    assert len(run.asked_for("/privateDnsZones")) == 2
    assert len(asked) == len(set(asked)) == 3


@pytest.mark.parametrize("where", PLACES)
def test_rows_without_properties_are_kept_as_they_came(healthy: Run, where: str) -> None:
    place = PLACES[where]
    run = hit(place, FaultKind.NO_PROPERTIES)

    assert run.gaps == ()
    assert run.resources.keys() == healthy.resources.keys()
    assert not any("properties" in each for each in run.of_type(place.kind))
    assert others(run, place) == others(healthy, place)


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("fault", HARMLESS, ids=str)
def test_what_heals_leaves_no_trace(healthy: Run, where: str, fault: Fault) -> None:
    healing = Fault(PLACES[where].path, fault.kind, fault.times, fault.every, fault.seconds, fault.retry_after)
    run = collect(ARTICLE, faults=[healing])

    assert run.gaps == ()
    assert run.collected.resources == healthy.collected.resources
    assert run.collected.requests == len(run.requests)


def test_an_advised_pause_is_kept() -> None:
    faults = [Fault(PLACES["a listing"].path, FaultKind.THROTTLED, times=1, retry_after=1)]
    began = time.monotonic()
    collect(ARTICLE, faults=faults)

    assert 1 <= time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("kind", "tries"),
    [
        (FaultKind.SERVER_ERROR, 4),
        (FaultKind.THROTTLED, 4),
        (FaultKind.RESET, 4),
        (FaultKind.FORBIDDEN, 1),
        (FaultKind.CONFLICT, 1),
        (FaultKind.BAD_API_VERSION, 1),
        (FaultKind.HTML, 1),
    ],
)
def test_only_what_may_heal_is_tried_again(kind: FaultKind, tries: int) -> None:
    run = collect(ARTICLE, faults=[Fault(PLACES["a listing"].path, kind)], retries=3)

    assert len(run.asked_for("/Microsoft.Network/virtualNetworks")) == tries
    assert run.collected.requests == len(run.requests)


def test_a_later_page_that_fails_leaves_the_earlier_ones_and_a_gap() -> None:
    path = PLACES["a listing"].path
    run = collect(ARTICLE, page_size=1, faults=[Fault(path, FaultKind.FORBIDDEN, every=2)])

    assert len(run.of_type("Microsoft.Network/virtualNetworks")) == 1
    assert [(gap.kind, gap.status) for gap in run.gaps] == [("Microsoft.Network/virtualNetworks", 403)]


ROLE = "Microsoft.Authorization/roleDefinitions"


@pytest.mark.parametrize(
    ("kind", "status", "why"),
    [
        (FaultKind.FORBIDDEN, 403, "HTTP 403 AuthorizationFailed"),
        (FaultKind.HTML, None, "the answer is not JSON"),
        (FaultKind.WRONG_JSON, None, "the answer is not a JSON object"),
        (FaultKind.WRONG_VALUE, None, "the answer is not a JSON object"),
    ],
)
def test_an_item_that_cannot_be_read_is_a_gap_of_its_own(kind: FaultKind, status: int | None, why: str) -> None:
    (role,) = [each["id"] for each in by_id(ARTICLE).values() if type_of(each) == ROLE.lower()]
    run = collect(ARTICLE, faults=[Fault("*/roleDefinitions/*", kind)])

    assert run.gaps == (Gap(ROLE, role, why, status, f"{ROLE}/read"),)


def test_a_lost_parent_listing_takes_its_children_along() -> None:
    run = collect(ARTICLE, faults=[Fault("*/providers/Microsoft.Compute/virtualMachines", FaultKind.FORBIDDEN)])

    assert run.of_type(EXTENSIONS) == []
    assert [gap.kind for gap in run.gaps] == ["Microsoft.Compute/virtualMachines"]


def test_a_gap_names_no_one(healthy: Run) -> None:
    run = hit(PLACES["a listing"], FaultKind.FORBIDDEN)

    assert healthy.gaps == ()
    assert "object id" not in str(run.gaps[0])
    assert str(run.gaps[0]).endswith("; needs Microsoft.Network/virtualNetworks/read")


def test_everything_forbidden_is_a_gap_for_each_listing() -> None:
    run = collect(ARTICLE, faults=[Fault(f"{SUBSCRIPTION}/*", FaultKind.FORBIDDEN)])

    assert list(run.resources) == [SUBSCRIPTION]
    assert {gap.status for gap in run.gaps} == {403}
    # Beside the subscription, what the identity can see was read.
    assert len(run.gaps) == len(run.requests) - 2


# Time


def test_a_slow_answer_is_not_waited_for_beyond_the_time_of_the_scan() -> None:
    faults = [Fault(PLACES["a listing"].path, FaultKind.SLOW, seconds=10)]
    began = time.monotonic()
    run = collect(ARTICLE, faults=faults, timeout=1.0)

    assert time.monotonic() - began < 4
    assert "Microsoft.Network/virtualNetworks" in {gap.kind for gap in run.gaps}


def test_a_long_pause_is_not_waited_for_beyond_the_time_of_the_scan() -> None:
    faults = [Fault(PLACES["a listing"].path, FaultKind.THROTTLED, retry_after=600)]
    began = time.monotonic()
    run = collect(ARTICLE, faults=faults, timeout=1.0)

    assert time.monotonic() - began < 4
    assert "Microsoft.Network/virtualNetworks" in {gap.kind for gap in run.gaps}


def test_what_is_asked_after_the_time_is_over_says_so() -> None:
    faults = [Fault("*/resourceGroups", FaultKind.SLOW, seconds=1)]
    run = collect(ARTICLE, faults=faults, timeout=0.5, concurrency=1)

    assert "not read within 0.5 s (--timeout)" in {gap.why for gap in run.gaps}


# Providers that are not there


def test_a_provider_that_is_not_registered_has_nothing() -> None:
    run = collect(ARTICLE, unregistered=frozenset({"Microsoft.DevOpsInfrastructure", "Microsoft.ContainerService"}))

    assert run.gaps == ()
    assert {seen.status for seen in run.requests} == {200, 409}
    assert {seen.method for seen in run.requests} == {"GET"}


def test_a_type_that_the_cloud_does_not_offer_has_nothing() -> None:
    run = collect(ARTICLE, not_offered=frozenset({"Microsoft.DevOpsInfrastructure/pools"}))

    assert run.gaps == ()
    assert {seen.status for seen in run.requests} == {200, 404}


def test_a_missing_type_is_a_gap_where_others_of_its_provider_are_seen() -> None:
    """Its provider's list lacks the type, and machines name interfaces all the same."""
    run = collect(ARTICLE, not_offered=frozenset({"Microsoft.Network/networkInterfaces"}))

    assert ("Microsoft.Network/networkInterfaces", SUBSCRIPTION, 404) in {
        (gap.kind, gap.scope, gap.status) for gap in run.gaps
    }


def test_a_type_that_its_providers_list_lacks_and_nothing_names_is_not_there() -> None:
    run = collect(ARTICLE, not_offered=frozenset({"Microsoft.Network/azureFirewalls"}))

    assert run.gaps == ()


def test_an_unregistered_provider_is_a_gap_where_something_refers_to_it() -> None:
    run = collect(ARTICLE, unregistered=frozenset({"Microsoft.ContainerRegistry"}))

    assert [(gap.kind, gap.status, gap.permission) for gap in run.gaps] == [
        (kind, 409, f"{kind}/read")
        for kind in ("Microsoft.ContainerRegistry/registries", "Microsoft.ContainerRegistry/registries/replications")
    ]


def test_a_provider_that_every_subscription_has_is_never_taken_for_missing() -> None:
    run = collect(ARTICLE, faults=[Fault("*/roleAssignments", FaultKind.UNREGISTERED)])

    assert {(gap.kind, gap.status) for gap in run.gaps} == {("Microsoft.Authorization/roleAssignments", 409)}
