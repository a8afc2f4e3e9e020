from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from scanner.collect.azure.arm.listings import LISTINGS
from scanner.collect.azure.arm.store import Store
from scanner.evidence import UNKNOWN_KEY, Gap
from scanner.model.arm import ArmId, Json

GROUP = "/subscriptions/home/resourceGroups/rg/providers"
WORKSPACE: Json = {"id": f"{GROUP}/Microsoft.MachineLearningServices/workspaces/ws", "properties": {"a": 1}}
VNET: Json = {"id": f"{GROUP}/Microsoft.Network/virtualNetworks/v", "properties": {}}
ROLE: Json = {"id": f"{GROUP}/Microsoft.Authorization/roleAssignments/r", "properties": {"principalId": "group"}}
HUB = {"id": str(VNET["id"]).replace("home", "hub")}
NAT = {"id": f"{GROUP}/Microsoft.Network/natGateways/n"}
(PREVIEW,) = (row for row in LISTINGS if row.fields)
GAP = Gap("Microsoft.Network/azureFirewalls", "/subscriptions/home", "HTTP 404", 404)


@pytest.fixture
def store() -> Store:
    return Store()


def all_in(store: Store) -> list[Json]:
    return list(store.rows)


def test_a_resource_is_kept_once_whatever_the_case_of_its_id(store: Store) -> None:
    upper = dict(VNET) | {"id": str(VNET["id"]).upper()}

    assert store.add([VNET, WORKSPACE], home=True) == [VNET, WORKSPACE]
    assert store.add([upper], home=True) == []
    assert all_in(store) == [WORKSPACE, VNET]
    assert store.knows(ArmId(str(upper["id"])))


def test_home_is_remembered_whoever_came_first(store: Store) -> None:
    peered = dict(VNET) | {"properties": {"virtualNetworkPeerings": [{"properties": {"remoteVirtualNetwork": HUB}}]}}

    # A peering is followed out of the listed subscriptions only.
    store.add([peered], home=False)
    assert store.unread() == []
    store.add([peered], home=True)
    assert store.unread() == [ArmId(HUB["id"])]
    store.add([peered], home=True)
    assert store.unread() == []


def test_what_is_listed_is_not_followed(store: Store) -> None:
    store.listed = frozenset({"home"})
    store.add([dict(VNET) | {"properties": {"subnets": [{"properties": {"natGateway": NAT}}]}}], home=True)

    assert store.unread() == []


def test_secrets_are_out_before_anything_is_kept(store: Store) -> None:
    (fresh,) = store.add([dict(VNET) | {"properties": {"password": "planted"}}], home=True)

    assert "planted" not in str(fresh)
    assert "planted" not in str(all_in(store))


def test_an_assignment_lists_each_principal_it_was_returned_for(store: Store) -> None:
    (fresh,) = store.add([ROLE], home=True, on_behalf="u-2")
    for principal in ("u-1", "u-2"):
        store.add([ROLE], home=True, on_behalf=principal)
    store.settle()

    assert all_in(store) == [{"id": ROLE["id"], "properties": {"principalId": "group", "assignedTo": ["u-1", "u-2"]}}]
    assert fresh == ROLE


def test_an_assignment_without_properties_still_tells_whom_it_holds_for(store: Store) -> None:
    store.add([{"id": ROLE["id"]}], home=True, on_behalf="u-1")
    store.settle()

    assert all_in(store) == [{"id": ROLE["id"], "properties": {"assignedTo": ["u-1"]}}]


def settled(store: Store, *rows: Json) -> object:
    store.add([WORKSPACE, VNET], home=True)
    store.supplement(rows, PREVIEW)
    store.settle()
    return all_in(store)[0]["properties"]


def test_a_supplement_adds_its_fields_and_nothing_else(store: Store) -> None:
    more = {"networkAcls": {"defaultAction": "Deny"}, "ipAllowlist": ["192.0.2.0/24"], "other": 1}

    assert settled(store, {"id": str(WORKSPACE["id"]).upper(), "properties": more}) == {
        "a": 1,
        "networkAcls": {"defaultAction": "Deny"},
        "ipAllowlist": ["192.0.2.0/24"],
    }
    assert all_in(store)[1] == VNET


def test_a_supplement_that_says_nothing_adds_nothing(store: Store) -> None:
    assert settled(store, {"id": WORKSPACE["id"], "properties": {"networkAcls": None}}) == {"a": 1}


@pytest.mark.parametrize("rows", [[], [{"id": WORKSPACE["id"]}], [{"id": WORKSPACE["id"], "properties": None}]])
def test_a_supplement_that_did_not_come_is_unknown(store: Store, rows: list[Json]) -> None:
    properties = settled(store, *rows)

    assert isinstance(properties, dict)
    assert {key: list(value) for key, value in properties.items() if key != "a"} == {
        "networkAcls": [UNKNOWN_KEY],
        "ipAllowlist": [UNKNOWN_KEY],
    }


def test_a_workspace_without_properties_stays_without(store: Store) -> None:
    store.add([{"id": WORKSPACE["id"]}], home=True)
    store.settle()

    assert all_in(store) == [{"id": WORKSPACE["id"]}]


def test_a_merge_changes_nobody_else_s_copy(store: Store) -> None:
    (fresh,) = store.add([WORKSPACE], home=True)
    store.settle()

    assert fresh == {"id": WORKSPACE["id"], "properties": {"a": 1}}


def test_a_claim_that_nothing_is_there_is_believed(store: Store) -> None:
    store.add([WORKSPACE], home=True)
    store.miss(GAP, absent=True)
    store.settle()

    assert store.gaps == set()


def test_a_claim_is_a_gap_where_a_resource_shows_otherwise(store: Store) -> None:
    store.add([VNET], home=True)
    store.miss(GAP, absent=True)
    store.settle()

    assert store.gaps == {GAP}


@pytest.mark.parametrize(("subscription", "gaps"), [("home", {GAP}), ("hub", set())])
def test_a_claim_is_a_gap_where_a_reference_in_that_subscription_shows_otherwise(
    store: Store, subscription: str, gaps: set[Gap]
) -> None:
    store.miss(GAP, absent=True)
    # It lies elsewhere, and refers to an interface in a subscription.
    interface = {
        "id": f"/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/i"
    }
    machine = "/subscriptions/away/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
    store.add([{"id": machine, "properties": {"networkProfile": {"networkInterfaces": [interface]}}}], home=True)
    store.settle()

    assert store.gaps == gaps


def test_any_other_gap_is_kept_at_once(store: Store) -> None:
    store.miss(GAP)
    store.miss(GAP)

    assert store.gaps == {GAP}


def test_a_request_is_claimed_once_by_many_threads(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda number: store.claim("path", str(number % 5)), range(200)))

    assert claims.count(True) == 5
