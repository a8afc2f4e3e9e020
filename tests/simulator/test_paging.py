from __future__ import annotations

import pytest

from scanner.simulator import Estate, Simulator

from .support import AUTH, ESTATE, NET, SUB, arm, follow, get, subscription

VNETS = f"{NET}/virtualNetworks"


def test_pages_together_hold_every_row_once() -> None:
    with Simulator(ESTATE, page_size=2) as simulator:
        pages = [page.names for page in follow(simulator, get(simulator, VNETS))]

    assert pages == [["hub", "aml"], ["access"]]


def test_a_full_last_page_has_no_next_link() -> None:
    with Simulator(ESTATE, page_size=3) as simulator:
        page = get(simulator, VNETS)

    assert page.names == ["hub", "aml", "access"]
    assert "nextLink" not in page.json


def test_a_next_link_is_absolute_and_keeps_the_query() -> None:
    with Simulator(ESTATE, page_size=1) as simulator:
        first = get(simulator, VNETS, "api-version=2024-01-01&$filter=a%20b")
        second = list(follow(simulator, first))[1]

        assert first.json["nextLink"] == f"{simulator.url}{VNETS}?api-version=2024-01-01&$filter=a%20b&$skipToken=1"
        assert second.json["nextLink"].endswith("?api-version=2024-01-01&$filter=a%20b&$skipToken=2")


def test_a_filter_holds_on_every_page() -> None:
    with Simulator(ESTATE, page_size=1) as simulator:
        first = get(
            simulator,
            f"{SUB}{AUTH}/roleAssignments",
            "api-version=2022-04-01&$filter=principalId eq 'alice'".replace(" ", "+"),
        )
        names = [name for page in follow(simulator, first) for name in page.names]

    assert names == ["corp", "workspace"]


def test_a_link_survives_names_that_need_encoding() -> None:
    group = f"{SUB}/resourceGroups/ml (über)"
    vnets = [f"{group}/providers/Microsoft.Network/virtualNetworks/{name}" for name in ("a", "b")]
    rows = [arm(vnet, "Microsoft.Network/virtualNetworks") for vnet in vnets]
    held = (subscription(SUB, "ml"), arm(group, "Microsoft.Resources/resourceGroups"), *rows)
    with Simulator(Estate("One group.", held), page_size=1) as simulator:
        pages = list(follow(simulator, get(simulator, f"{group}/providers/Microsoft.Network/virtualNetworks")))

    assert [page.names for page in pages] == [["a"], ["b"]]


def test_the_skip_token_is_read_in_any_case(simulator: Simulator) -> None:
    assert get(simulator, VNETS, "api-version=2024-01-01&%24skiptoken=2").names == ["access"]


def test_a_foreign_skip_token_is_refused(simulator: Simulator) -> None:
    answer = get(simulator, VNETS, "api-version=2024-01-01&$skipToken=abc")

    assert (answer.status, answer.code) == (400, "InvalidSkipToken")


def test_a_page_without_rows_is_refused_at_construction() -> None:
    with pytest.raises(ValueError, match="page of 0 rows"):
        Simulator(ESTATE, page_size=0)
