from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import IncompleteRead

import pytest

from scanner.simulator import Fault, FaultKind, Simulator

from .support import ESTATE, NET, SUB, get, send

VNETS = f"{NET}/virtualNetworks"
HUB = f"{VNETS}/hub"

ERRORS = {
    FaultKind.FORBIDDEN: (403, "AuthorizationFailed"),
    FaultKind.NOT_FOUND: (404, "ResourceNotFound"),
    FaultKind.CONFLICT: (409, "Conflict"),
    FaultKind.UNREGISTERED: (409, "MissingSubscriptionRegistration"),
    FaultKind.THROTTLED: (429, "SubscriptionRequestsThrottled"),
    FaultKind.SERVER_ERROR: (500, "InternalServerError"),
    FaultKind.UNAVAILABLE: (503, "ServiceUnavailable"),
    FaultKind.UNAUTHORIZED: (401, "ExpiredAuthenticationToken"),
    FaultKind.BAD_API_VERSION: (400, "NoRegisteredProviderFound"),
}


@pytest.mark.parametrize(("kind", "status", "code"), [(kind, *told) for kind, told in ERRORS.items()])
def test_an_error_fault_answers_with_arms_status_and_code(
    simulator: Simulator, kind: FaultKind, status: int, code: str
) -> None:
    simulator.faults = (Fault("*/virtualnetworks*", kind),)
    answer = get(simulator, VNETS)

    assert (answer.status, answer.code) == (status, code)


SCOPES = [
    (HUB, "Microsoft.Network/virtualNetworks/read", HUB),
    (f"{HUB}/subnets", "Microsoft.Network/virtualNetworks/subnets/read", HUB),
    (VNETS, "Microsoft.Network/virtualNetworks/read", NET),
    (f"{SUB}/providers/Microsoft.Network/virtualNetworks", "Microsoft.Network/virtualNetworks/read", SUB),
    (f"{SUB}/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups/read", SUB),
]


@pytest.mark.parametrize(("path", "action", "scope"), SCOPES)
def test_a_refusal_names_the_action_and_the_scope(simulator: Simulator, path: str, action: str, scope: str) -> None:
    simulator.faults = (Fault("*", FaultKind.FORBIDDEN),)

    assert f"to perform action '{action}' over scope '{scope}' or" in get(simulator, path).message


@pytest.mark.parametrize(("seconds", "header"), [(None, None), (2, "2"), (0.05, "0.05")])
def test_throttling_may_say_when_to_come_back(simulator: Simulator, seconds: float | None, header: str | None) -> None:
    simulator.faults = (Fault("*", FaultKind.THROTTLED, retry_after=seconds),)

    assert get(simulator, HUB).headers["Retry-After"] == header


def test_an_expired_token_is_challenged(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.UNAUTHORIZED),)
    challenge = get(simulator, HUB).headers["WWW-Authenticate"]

    assert challenge.startswith("Bearer ")
    assert 'error="invalid_token"' in challenge


def test_subscriptions_word_a_bad_api_version_in_their_own_way(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.BAD_API_VERSION),)
    answer = get(simulator, "/subscriptions", "api-version=2099-01-01")

    assert (answer.status, answer.code) == (400, "InvalidApiVersionParameter")
    assert "The api-version '2099-01-01' is invalid." in answer.message


def test_a_cut_answer_promises_more_than_it_sends(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.CUT),)
    with pytest.raises(IncompleteRead) as cut:
        get(simulator, VNETS)

    assert cut.value.partial.startswith(b'{"value":[')


def test_a_reset_connection_gives_no_answer_and_is_recorded_as_status_0(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.RESET),)
    with pytest.raises(ConnectionError):
        get(simulator, VNETS)

    assert [seen.status for seen in simulator.requests] == [0]


def test_a_truncated_answer_is_complete_http_but_not_json(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.TRUNCATED),)
    answer = get(simulator, VNETS)

    assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(answer.body))
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.body)


def test_html_comes_with_status_200(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.HTML),)
    answer = get(simulator, VNETS)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_wrong_json_is_a_list_where_an_object_belongs(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.WRONG_JSON),)

    assert [type(get(simulator, path).json) for path in (VNETS, HUB)] == [list, list]


def test_wrong_value_is_text_where_rows_or_an_object_belong(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.WRONG_VALUE),)

    assert [get(simulator, path).json for path in (VNETS, HUB)] == [{"value": "text"}, "text"]


def test_rows_and_items_can_come_without_properties(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.NO_PROPERTIES),)
    rows, item = get(simulator, VNETS), get(simulator, HUB)

    assert rows.names == ["hub", "aml", "access"]
    assert b"properties" not in rows.body + item.body


def test_wrong_types_leave_names_and_spoil_all_else(simulator: Simulator) -> None:
    honest = get(simulator, HUB).json
    simulator.faults = (Fault("*", FaultKind.WRONG_TYPES),)
    row, item = get(simulator, VNETS).json["value"][0], get(simulator, HUB).json

    assert row == item
    assert [item[key] for key in ("id", "type", "name")] == [honest[key] for key in ("id", "type", "name")]
    assert item["properties"].keys() == honest["properties"].keys()
    assert [key for key, value in item["properties"].items() if type(value) is type(honest["properties"][key])] == []


def test_wrong_leaves_keep_the_shape(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.WRONG_LEAVES),)
    item = get(simulator, HUB).json

    assert item["id"] == HUB
    assert item["properties"]["subnets"][0]["properties"] == {"addressPrefix": 7}


def test_a_fault_can_be_about_one_query(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.FORBIDDEN, query="api-version=2099-01-01*"),)
    versions = ["2099-01-01", "2024-05-01", "2099-01-01&name=v%20w"]

    assert [get(simulator, HUB, f"api-version={each}").status for each in versions] == [403, 200, 403]


def test_an_empty_page_leads_to_the_real_rows(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.EMPTY_PAGE),)
    first = get(simulator, VNETS)
    second = send(simulator, "GET", first.json["nextLink"].removeprefix(simulator.url))

    assert first.names == []
    assert second.names == ["hub", "aml", "access"]
    assert "nextLink" not in second.json


def test_a_looping_next_link_leads_to_itself(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.NEXT_LINK_LOOP),)
    link = get(simulator, VNETS).json["nextLink"]
    again = send(simulator, "GET", link.removeprefix(simulator.url))

    assert again.names == ["hub", "aml", "access"]
    assert again.json["nextLink"] == link


def test_a_next_link_can_lead_to_another_host(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.NEXT_LINK_ELSEWHERE),)

    assert get(simulator, VNETS).json["nextLink"].startswith(f"http://127.0.0.2:1{VNETS}?")


@pytest.mark.parametrize("kind", [FaultKind.EMPTY_PAGE, FaultKind.NEXT_LINK_LOOP, FaultKind.NEXT_LINK_ELSEWHERE])
def test_paging_faults_leave_items_alone(simulator: Simulator, kind: FaultKind) -> None:
    simulator.faults = (Fault("*", kind),)
    item = get(simulator, HUB).json

    assert item["id"] == HUB
    assert "nextLink" not in item


def test_a_slow_answer_waits_and_is_then_honest(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.SLOW, seconds=0.1),)
    began = time.monotonic()
    answer = get(simulator, VNETS)

    assert time.monotonic() - began >= 0.1
    assert answer.names == ["hub", "aml", "access"]


def test_a_slow_answer_can_also_be_an_error(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.SLOW, seconds=0.05), Fault("*", FaultKind.SERVER_ERROR))
    began = time.monotonic()

    assert get(simulator, VNETS).status == 500
    assert time.monotonic() - began >= 0.05


def test_a_fault_heals_after_its_times(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.UNAVAILABLE, times=2),)

    assert [get(simulator, HUB).status for _ in range(4)] == [503, 503, 200, 200]


def test_a_fault_can_hit_every_third_request(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.UNAVAILABLE, every=3),)

    assert [get(simulator, HUB).status for _ in range(7)] == [200, 200, 503, 200, 200, 503, 200]


def test_a_fault_must_hit_some_request() -> None:
    with pytest.raises(ValueError, match="every 0 requests"):
        Fault("*", FaultKind.RESET, every=0)


def test_the_first_fault_wins_and_a_later_one_waits_its_turn(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.THROTTLED, times=1), Fault("*", FaultKind.CONFLICT, times=1))

    assert [get(simulator, HUB).status for _ in range(3)] == [429, 409, 200]


def test_assigning_faults_starts_their_counts_anew(simulator: Simulator) -> None:
    simulator.faults = (Fault("*", FaultKind.CONFLICT, times=1),)
    before = [get(simulator, HUB).status for _ in range(2)]
    simulator.faults = simulator.faults

    assert before == [409, 200]
    assert get(simulator, HUB).status == 409


def test_a_fault_hits_only_the_paths_it_names(simulator: Simulator) -> None:
    simulator.faults = (Fault("*/VirtualNetworks/hub/*", FaultKind.FORBIDDEN),)

    assert [get(simulator, path).status for path in (VNETS, HUB, f"{HUB}/subnets")] == [200, 200, 403]


def test_a_fault_matches_the_decoded_path(simulator: Simulator) -> None:
    simulator.faults = (Fault("*/SOA/@", FaultKind.FORBIDDEN),)

    assert send(simulator, "GET", f"{NET}/privateDnsZones/z/SOA/%40?api-version=1").status == 403


def test_hits_are_counted_exactly_under_concurrency() -> None:
    with (
        Simulator(ESTATE, faults=[Fault("*", FaultKind.CONFLICT, times=10)]) as simulator,
        ThreadPoolExecutor(8) as pool,
    ):
        statuses = list(pool.map(lambda _: get(simulator, HUB).status, range(80)))

    assert (statuses.count(409), statuses.count(200)) == (10, 70)
