"""Resource Graph as the simulator serves it: queries, pages, what is not in it; and what lies above subscriptions."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from scanner.simulator import MOST_BYTES, Estate, Fault, FaultKind, Simulator, read_estate
from tests.cases import FIXTURES

PATH = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
REFERENCE = read_estate(FIXTURES / "reference.json")
GUID = "11111111-1111-4111-8111-111111111111"
LINKS = "resources | where type in~ ('microsoft.network/privatednszones/virtualnetworklinks')"
PAGED = f"{LINKS} | project id, type, kind, tags | order by id asc"


def _ask(simulator: Simulator, query: object, subscriptions: object = (GUID,), **options: object) -> requests.Response:
    body = {
        "query": query,
        "subscriptions": subscriptions,
        "options": {f"${key}": each for key, each in options.items()},
    }
    return requests.post(f"{simulator.url}{PATH}", json=body, timeout=10)


def _code(answer: requests.Response) -> str:
    return str(answer.json()["error"]["code"])


def test_pages_hold_every_row_once_and_in_order() -> None:
    ids: list[str] = []
    token: dict[str, object] = {}
    with Simulator(REFERENCE) as simulator:
        while True:
            page: dict[str, Any] = _ask(simulator, PAGED, top=3, **token).json()
            ids += [row["id"] for row in page["data"]]
            if "$skipToken" not in page:
                break
            token = {"skipToken": page["$skipToken"]}

    owned = [str(each["id"]) for each in REFERENCE.resources if "/virtualNetworkLinks/" in str(each["id"])]
    assert ids == sorted(owned, key=str.lower)
    assert page["totalRecords"] == len(owned)


def _container(arm_id: str, kind: str, **more: str) -> dict[str, object]:
    return {"id": arm_id, "type": f"Microsoft.Resources/{kind}", "name": arm_id.rpartition("/")[2], **more}


def _containers(guid: str) -> list[dict[str, object]]:
    """Return a subscription with two groups, not in the order of their ids."""
    whole = f"/subscriptions/{guid}"
    groups = [_container(f"{whole}/resourceGroups/{name}", "resourceGroups") for name in ("RG-b", "rg-A")]
    return [*groups, _container(whole, "subscriptions", subscriptionId=guid)]


@pytest.mark.parametrize("top", [1, 2, 3, 4, 1000])
def test_pages_go_through_types_and_subscriptions_in_the_order_of_ids(top: int) -> None:
    guids = [f"00000000-0000-4000-8000-00000000000{each}" for each in "C3A"]
    estate = Estate("Three subscriptions.", tuple(each for guid in guids for each in _containers(guid)))
    kinds = "'microsoft.resources/subscriptions', 'microsoft.resources/subscriptions/resourcegroups'"
    query = f"resourcecontainers | where type in~ ({kinds}) | project id | order by id asc"
    with Simulator(estate) as simulator:
        starts = range(0, 6, top)
        pages = [_ask(simulator, query, guids[:2], top=top, skipToken=str(start)).json() for start in starts]

    ids = [row["id"] for page in pages for row in page["data"]]
    assert ids == sorted((str(each["id"]) for guid in guids[:2] for each in _containers(guid)), key=str.lower)
    assert {page["totalRecords"] for page in pages} == {6}
    assert ["$skipToken" in page for page in pages] == [True] * (len(pages) - 1) + [False]


def test_rows_have_types_in_lower_case_and_nothing_is_left_out() -> None:
    with Simulator(REFERENCE) as simulator:
        row = _ask(simulator, PAGED).json()["data"][0]

    assert row["type"] == "microsoft.network/privatednszones/virtualnetworklinks"
    assert (row["kind"], row["tags"]) == ("", None)
    assert list(row) == ["id", "type", "kind", "tags"]


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("microsoft.machinelearningservices/workspaces/computes", "resources"),
        ("microsoft.network/privateendpoints/privatednszonegroups", "resources"),
        ("microsoft.insights/privatelinkscopes/scopedresources", "resources"),
        ("microsoft.network/privatednszones/a", "resources"),
    ],
)
def test_what_it_does_not_know_is_not_there(kind: str, table: str) -> None:
    with Simulator(REFERENCE) as simulator:
        answer = _ask(simulator, f"{table} | where type in~ ('{kind}') | project id").json()

    assert (answer["totalRecords"], answer["data"]) == (0, [])


def test_counts_tell_how_many_there_are() -> None:
    with Simulator(REFERENCE) as simulator:
        answer = _ask(simulator, f"{LINKS} | summarize total=count() by subscriptionId").json()

    owned = [each for each in REFERENCE.resources if "/virtualNetworkLinks/" in str(each["id"])]
    assert answer["data"] == [{"subscriptionId": GUID, "total": len(owned)}]


def test_rows_without_an_id_cannot_be_paged_through() -> None:
    with Simulator(REFERENCE, graph_page_size=2) as simulator:
        answer = _ask(simulator, f"{LINKS} | project name").json()

    assert answer["resultTruncated"] == "true"
    assert "$skipToken" not in answer


@pytest.mark.parametrize(
    ("query", "subscriptions", "options", "code"),
    [
        ("resources | take 1", (GUID,), {}, "InvalidQuery"),
        (PAGED, (GUID,), {"top": 1001}, "InvalidQuery"),
        (PAGED, (GUID,), {"top": 0}, "InvalidQuery"),
        (PAGED, (GUID,), {"skipToken": "x"}, "BadRequest"),
        (7, (GUID,), {}, "BadRequest"),
        (PAGED, ("99999999-9999-4999-8999-999999999999",), {}, "NoValidSubscriptionsInQueryRequest"),
    ],
)
def test_what_is_no_query_is_refused(
    query: object, subscriptions: object, options: dict[str, object], code: str
) -> None:
    with Simulator(REFERENCE) as simulator:
        answer = _ask(simulator, query, subscriptions, **options)

    assert (answer.status_code, _code(answer)) == (400, code)


def test_rows_that_may_not_be_read_are_left_out_without_a_word() -> None:
    faults = [Fault(f"/subscriptions/{GUID}/providers/Microsoft.Network/privateEndpoints", FaultKind.FORBIDDEN)]
    query = "resources | where type in~ ('microsoft.network/privateendpoints') | project id"
    with Simulator(REFERENCE, faults=faults) as simulator:
        answer = _ask(simulator, query)
        url = f"{simulator.url}/subscriptions/{GUID}/providers/Microsoft.Authorization/permissions"
        held = requests.get(url, params={"api-version": "2022-04-01"}, timeout=10).json()["value"]

    assert (answer.status_code, answer.json()["totalRecords"]) == (200, 0)
    assert held[0]["notActions"] == ["microsoft.network/privateendpoints/read"]


def test_a_page_that_is_too_large_is_refused_and_says_why_in_its_details() -> None:
    query = (
        "resources | where type in~ ('microsoft.network/virtualnetworks') | project id, properties | order by id asc"
    )
    with Simulator(REFERENCE, graph_payload=6000) as simulator:
        whole, one = _ask(simulator, query), _ask(simulator, query, top=1)
        narrow = _ask(simulator, query.replace(", properties", ""))

    assert (whole.status_code, _code(whole)) == (400, "BadRequest")
    assert whole.json()["error"]["details"][0]["code"] == "ResponsePayloadTooLarge"
    assert "has exceeded the limit of 6000" in whole.json()["error"]["details"][0]["message"]
    assert (one.status_code, narrow.status_code) == (200, 200)


def test_a_page_of_just_the_limit_is_served() -> None:
    with Simulator(REFERENCE) as simulator:
        size = len(_ask(simulator, PAGED).content)
    with Simulator(REFERENCE, graph_payload=size) as simulator:
        exact = _ask(simulator, PAGED)
    with Simulator(REFERENCE, graph_payload=size - 1) as simulator:
        over = _ask(simulator, PAGED)

    assert (exact.status_code, over.status_code) == (200, 400)


def test_the_limit_is_azures() -> None:
    assert MOST_BYTES == 16_777_216


def test_quota_that_is_used_up_says_when_it_resets() -> None:
    with Simulator(REFERENCE, faults=[Fault("*ResourceGraph*", FaultKind.THROTTLED, retry_after=65)]) as simulator:
        answer = _ask(simulator, PAGED)

    assert (answer.status_code, _code(answer)) == (429, "RateLimiting")
    assert answer.headers["x-ms-user-quota-resets-after"] == "00:01:05"


def test_descendants_are_listed_at_any_depth_and_by_page() -> None:
    groups = {"top": ("Inner", GUID), "Inner": ("99999999-9999-4999-8999-999999999999",)}
    with Simulator(Estate("Groups.", REFERENCE.resources, {}, groups), page_size=2) as simulator:
        url = f"{simulator.url}/providers/Microsoft.Management/managementGroups/TOP/descendants?api-version=2020-05-01"
        first = requests.get(url, timeout=10).json()
        second = requests.get(first["nextLink"], timeout=10).json()

    names = [each["name"] for each in (*first["value"], *second["value"])]
    assert names == ["Inner", "99999999-9999-4999-8999-999999999999", GUID]
    assert second["value"][0]["type"] == "Microsoft.Management/managementGroups/subscriptions"
