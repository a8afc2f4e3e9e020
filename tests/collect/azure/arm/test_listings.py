from __future__ import annotations

import re
from collections import Counter

import pytest

from scanner.collect.azure.arm.listings import (
    API_VERSIONS,
    LISTINGS,
    actions,
    chain_below,
    children_of,
    item_listing,
    spoken_in,
)
from scanner.collect.azure.arm.tables.listing import (
    PRIVATE_ENDPOINT,
    RESOURCE_GROUP,
    SUBSCRIPTION,
    WORKSPACE,
    Arm,
    Listing,
    Older,
    Query,
    Sdk,
)

HOME = "/subscriptions/home"
STORAGE = "microsoft.storage/storageaccounts"
WORKSPACE_ID = f"{HOME}/resourceGroups/rg/providers/{WORKSPACE}/ws"
ROLES = next(row for row in LISTINGS if row.type == "Microsoft.Authorization/roleAssignments")


def named(row: Listing) -> str:
    return row.kind


def test_parents_stand_before_their_children() -> None:
    order = [SUBSCRIPTION, *(row.type for row in LISTINGS)]

    assert [row.type for row in LISTINGS if order.index(row.parent) >= order.index(row.type)] == []


def test_no_type_is_listed_twice_but_for_more_fields() -> None:
    listed = Counter(row.type.lower() for row in LISTINGS if not row.fields)

    assert [each for each, times in listed.items() if times > 1] == []
    assert {row.type.lower() for row in LISTINGS if row.fields} <= listed.keys()


@pytest.mark.parametrize("row", LISTINGS, ids=named)
def test_each_row_says_why_its_version(row: Listing) -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d(-preview)?", row.api_version)
    assert len(row.because) > 10


@pytest.mark.parametrize("row", LISTINGS, ids=named)
def test_each_row_needs_nothing_but_a_read(row: Listing) -> None:
    assert re.fullmatch(r"(Microsoft|GitHub)\.\w+/[\w/]+/read", row.action)


def test_all_permissions_are_reads_once_each() -> None:
    found = actions()

    assert found == sorted(set(found))
    assert {row.action for row in LISTINGS} < set(found)
    assert {"Microsoft.Resources/subscriptions/read", "Microsoft.Authorization/roleDefinitions/read"} <= set(found)
    assert [each for each in found if not each.endswith("/read") or "*" in each] == []


@pytest.mark.parametrize("row", [row for row in LISTINGS if isinstance(row.source, Sdk)], ids=named)
def test_a_child_names_its_group_and_each_of_its_parents(row: Listing) -> None:
    levels = {SUBSCRIPTION: 0, RESOURCE_GROUP: 1}.get(row.parent, row.parent.count("/") + 1)

    assert isinstance(row.source, Sdk)
    assert len(row.source.arguments) == levels
    assert row.source.arguments[:1] in {(), ("resource_group_name",)}


def test_children_are_found_by_their_parents_type_in_any_case() -> None:
    children = {row.type.rpartition("/")[2] for row in children_of(WORKSPACE.upper())}

    assert children == {
        "batchEndpoints",
        "computes",
        "connections",
        "datastores",
        "denyAssignments",
        "onlineEndpoints",
        "outboundRules",
        "replications",
        "roleAssignments",
    }
    assert children_of("microsoft.network/routetables") == ()


def test_each_type_can_be_read_by_itself() -> None:
    assert API_VERSIONS.keys() > {row.type.lower() for row in LISTINGS}
    assert API_VERSIONS[WORKSPACE.lower()] == "2024-10-01"


@pytest.mark.parametrize("cloud", ["usgov", "china"])
def test_sovereign_clouds_are_asked_for_the_older_version_and_told_what_it_lacks(cloud: str) -> None:
    networks, accounts = (item_listing(each) for each in ("microsoft.network/natgateways", STORAGE))

    assert spoken_in(cloud, networks) == Older("2024-05-01", ("properties.sourceVirtualNetwork",))
    assert spoken_in(cloud, accounts) == Older("2024-01-01", ("properties.networkAcls.ipv6Rules",))
    assert spoken_in(cloud, item_listing(WORKSPACE.lower())) is None
    assert spoken_in("public", networks) is None


def test_a_gap_in_a_preview_names_the_version() -> None:
    preview = [row.kind for row in LISTINGS if row.fields]

    assert preview == [f"{WORKSPACE}?api-version=2024-10-01-preview"]


def queries(row: Listing, parent: dict[str, object]) -> list[Query]:
    assert isinstance(row.source, Arm)
    return list(row.source.queries(parent))


def test_raw_listings_are_below_their_parent() -> None:
    endpoints = next(row for row in LISTINGS if row.type == f"{WORKSPACE}/onlineEndpoints")
    scopes = next(row for row in LISTINGS if row.type == "Microsoft.Insights/privateLinkScopes")

    assert queries(endpoints, {"id": WORKSPACE_ID}) == [Query(f"{WORKSPACE_ID}/onlineEndpoints")]
    assert queries(scopes, {"id": HOME}) == [Query(f"{HOME}/providers/Microsoft.Insights/privateLinkScopes")]


def asked(workspace: dict[str, object]) -> list[tuple[str, str, str]]:
    found = queries(ROLES, {"id": WORKSPACE_ID} | workspace)
    assert {each.path.partition("/providers/")[2] for each in found} <= {"Microsoft.Authorization/roleAssignments"}
    return [(each.path.split("/")[2], each.filter, each.on_behalf) for each in found]


def test_roles_are_asked_for_each_identity_of_a_workspace() -> None:
    users = {"/id/one": {"principalId": "u-1"}, "/id/two": {"clientId": "no principal"}, "/id/three": None}
    identity = {"principalId": "s-1", "userAssignedIdentities": users}

    assert asked({"identity": identity}) == [
        ("home", "assignedTo('s-1')", "s-1"),
        ("home", "assignedTo('u-1')", "u-1"),
    ]


def test_roles_are_asked_where_the_registry_is_too() -> None:
    registry = {"containerRegistry": "/subscriptions/hub/resourceGroups/rg/providers/x/registries/r"}
    identity = {"principalId": "s-1"}

    assert [each for each, _, _ in asked({"identity": identity, "properties": registry})] == ["home", "hub"]


@pytest.mark.parametrize("identity", [None, {}, {"type": "None"}, {"principalId": None}, {"principalId": "x') or ('"}])
def test_a_workspace_without_a_usable_identity_asks_for_no_roles(identity: object) -> None:
    assert asked({"identity": identity}) == []


def test_chains_are_as_long_as_listings_wait_for_each_other() -> None:
    below = {kind: chain_below(kind.lower()) for kind in (WORKSPACE, f"{WORKSPACE}/onlineEndpoints", PRIVATE_ENDPOINT)}
    assert below == {WORKSPACE: 2, f"{WORKSPACE}/onlineEndpoints": 1, PRIVATE_ENDPOINT: 1}
    assert chain_below("microsoft.network/privateendpoints/privatednszonegroups") == 0
    assert chain_below(SUBSCRIPTION.lower()) == 3
