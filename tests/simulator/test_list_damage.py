"""Lists that answer 200 and are wrong."""

from __future__ import annotations

import pytest
import requests

from scanner.simulator import Fault, FaultKind, Simulator

from .support import ESTATE, MANAGEMENT_GROUP, NET, RG, SUB, VERSION, WORKSPACE, Got, follow, get

VNETS = f"{NET}/virtualNetworks"
HUB = f"{VNETS}/hub"
ELSEWHERE = "99999999-9999-4999-8999-999999999999"
ROWS = [
    FaultKind.ROW_TWICE,
    FaultKind.ROW_CONTRADICTED,
    FaultKind.ROW_OF_OTHER_TYPE,
    FaultKind.ROW_OF_OTHER_PARENT,
    FaultKind.ROW_BARE,
]
PAGES = [
    FaultKind.PAGE_OVERLAPS,
    FaultKind.PAGE_TWICE,
    FaultKind.ERROR_INSIDE,
    FaultKind.LIST_CUT_SHORT,
    FaultKind.LATER_PAGE_FAILS,
]


def pages(kind: FaultKind, path: str = VNETS, size: int = 2) -> list[Got]:
    with Simulator(ESTATE, page_size=size, faults=[Fault("*", kind)]) as simulator:
        return list(follow(simulator, get(simulator, path)))


def ids(page: Got) -> list[str]:
    return [row["id"] for row in page.json["value"]]


def test_a_row_can_come_twice_on_a_page() -> None:
    assert [page.names for page in pages(FaultKind.ROW_TWICE)] == [["hub", "aml", "hub"], ["access", "access"]]


def test_two_rows_of_one_id_can_differ() -> None:
    page = pages(FaultKind.ROW_CONTRADICTED, WORKSPACE.rpartition("/")[0])[0]
    one, other = page.json["value"]

    assert one["id"] == other["id"]
    assert (one["properties"]["publicNetworkAccess"], other["properties"]["publicNetworkAccess"]) == (
        "Enabled",
        "Disabled",
    )


def test_two_rows_of_one_id_differ_in_nested_switches_and_lists() -> None:
    with Simulator(ESTATE, faults=[Fault("*", FaultKind.ROW_CONTRADICTED)]) as simulator:
        one, *_, other = get(simulator, WORKSPACE.rpartition("/")[0], "api-version=2024-10-01-preview").json["value"]

    assert one["properties"]["networkAcls"] == {"defaultAction": "Deny"}
    assert other["properties"]["networkAcls"] == {"defaultAction": "Allow"}
    assert other["properties"]["ipAllowlist"] == one["properties"]["ipAllowlist"]


def test_a_row_can_be_of_a_type_that_was_not_asked_for() -> None:
    assert ids(pages(FaultKind.ROW_OF_OTHER_TYPE, size=9)[0])[-1] == f"{NET}/virtualNetworksOther/hub"


@pytest.mark.parametrize("path", [VNETS, f"{SUB}/providers/Microsoft.Network/virtualNetworks"])
def test_a_row_can_lie_in_another_subscription(path: str) -> None:
    guid = SUB.rpartition("/")[2]

    assert ids(pages(FaultKind.ROW_OF_OTHER_PARENT, path, size=9)[0])[-1] == HUB.replace(guid, ELSEWHERE)


def test_a_subscription_can_be_another() -> None:
    assert ids(pages(FaultKind.ROW_OF_OTHER_PARENT, "/subscriptions")[0])[-1] == f"/subscriptions/{ELSEWHERE}"


@pytest.mark.parametrize("kind", [FaultKind.ROW_OF_OTHER_TYPE, FaultKind.ROW_OF_OTHER_PARENT])
def test_an_empty_list_can_have_a_row_that_does_not_belong(kind: FaultKind) -> None:
    path = f"{WORKSPACE}/batchEndpoints"
    (stray,) = pages(kind, path)[0].json["value"]

    assert not stray["id"].startswith(f"{path}/")


def test_a_row_can_lack_its_properties_among_others_that_have_them() -> None:
    rows = pages(FaultKind.ROW_BARE)[0].json["value"]

    assert ["properties" in row for row in rows] == [False, True]


def test_a_later_page_can_repeat_a_row_of_the_page_before() -> None:
    assert [page.names for page in pages(FaultKind.PAGE_OVERLAPS)] == [["hub", "aml"], ["aml", "access"]]


def test_a_later_page_can_be_the_page_before_once_more() -> None:
    assert [page.names for page in pages(FaultKind.PAGE_TWICE)] == [["hub", "aml"], ["hub", "aml"]]


def test_a_third_page_repeats_the_second() -> None:
    assert [page.names for page in pages(FaultKind.PAGE_TWICE, size=1)] == [["hub"], ["hub"], ["aml"]]


def test_a_list_can_hold_an_error_and_no_rows() -> None:
    page = pages(FaultKind.ERROR_INSIDE)[0]

    assert (page.status, page.names, page.code) == (200, [], "InternalServerError")


def test_a_list_can_end_after_its_first_page() -> None:
    assert [page.names for page in pages(FaultKind.LIST_CUT_SHORT)] == [["hub", "aml"]]


def test_a_second_page_can_fail() -> None:
    first, second = pages(FaultKind.LATER_PAGE_FAILS)

    assert (first.names, second.status, second.code) == (["hub", "aml"], 500, "ProviderError")
    assert second.message.endswith("failed to return collection response for type 'virtualNetworks'.")


@pytest.mark.parametrize("kind", [*ROWS, *PAGES])
@pytest.mark.parametrize("path", [HUB, f"{NET}/virtualNetworks/none", f"{MANAGEMENT_GROUP}/none"])
def test_items_and_errors_are_left_alone(simulator: Simulator, kind: FaultKind, path: str) -> None:
    honest = get(simulator, path)
    simulator.faults = (Fault("*", kind),)
    answer = get(simulator, path)

    assert (answer.status, answer.body) == (honest.status, honest.body)


@pytest.mark.parametrize("kind", [FaultKind.ROW_TWICE, FaultKind.ROW_OF_OTHER_PARENT])
def test_rows_of_resource_graph_are_damaged_likewise(simulator: Simulator, kind: FaultKind) -> None:
    simulator.faults = (Fault("*ResourceGraph*", kind),)
    query = "resources | where type in~ ('microsoft.network/virtualnetworks') | project id"
    url = f"{simulator.url}/providers/Microsoft.ResourceGraph/resources?{VERSION}"
    body = {"query": query, "subscriptions": [SUB.rpartition("/")[2]]}
    page = requests.post(url, json=body, timeout=5).json()

    assert (page["totalRecords"], page["count"], len(page["data"])) == (4, 5, 5)


def test_the_groups_of_a_subscription_can_be_damaged() -> None:
    assert pages(FaultKind.ROW_TWICE, f"{SUB}/resourceGroups")[0].names == ["ml", "spare", "ml"]
    assert pages(FaultKind.ROW_OF_OTHER_TYPE, f"{SUB}/resourceGroups")[0].json["value"][-1]["id"] == (
        f"{SUB}/resourceGroupsOther/{RG.rpartition('/')[2]}"
    )
