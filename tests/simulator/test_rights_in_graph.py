"""What Resource Graph shows and counts to a caller, by its role assignments."""

from __future__ import annotations

import pytest
import requests

from scanner.simulator import Rights, Simulator

from .support import EMPTY_SUB, ESTATE, RG, SUB
from .test_rights import HUB, SEEN, reader


def queried(
    rights: Rights, kind: str = "microsoft.network/virtualnetworks", table: str = "resources"
) -> requests.Response:
    query = f"{table} | where type in~ ('{kind}') | project id | order by id asc"
    guids = [each.rpartition("/")[2] for each in (SUB, EMPTY_SUB)]
    with Simulator(ESTATE, rights=rights) as simulator:
        url = f"{simulator.url}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
        return requests.post(url, json={"query": query, "subscriptions": guids}, timeout=5)


@pytest.mark.parametrize(("scopes", "names"), SEEN)
def test_resource_graph_shows_and_counts_what_may_be_read(scopes: list[str], names: list[str]) -> None:
    page = queried(reader(*scopes)).json()

    assert sorted(row["id"].rpartition("/")[2] for row in page["data"]) == sorted(names)
    assert page["totalRecords"] == len(names)


def test_resource_graph_counts_by_column_what_may_be_read() -> None:
    query = "resources | where type in~ ('microsoft.network/virtualnetworks') | summarize total=count() by type"
    with Simulator(ESTATE, rights=reader(RG)) as simulator:
        url = f"{simulator.url}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
        body = {"query": query, "subscriptions": [SUB.rpartition("/")[2]]}
        (row,) = requests.post(url, json=body, timeout=5).json()["data"]

    assert row["total"] == 3


def test_resource_graph_refuses_who_holds_nothing_in_any_subscription() -> None:
    answer = queried(reader("/subscriptions/33333333-0000-0000-0000-000000000003"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "NoValidSubscriptionsInQueryRequest")


def test_resource_graph_shows_subscriptions_where_anything_is_held() -> None:
    page = queried(reader(HUB), "microsoft.resources/subscriptions", "resourcecontainers").json()

    assert [row["id"] for row in page["data"]] == [SUB]
