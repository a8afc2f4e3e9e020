"""What connections name is listed where they do, and only where they tell no id."""

from __future__ import annotations

import pytest

from scanner.collect.azure.arm.listings import LISTINGS, children_of
from scanner.collect.azure.arm.tables.listing import CONNECTION, WORKSPACE, Arm, Query

WORKSPACE_ID = f"/subscriptions/home/resourceGroups/rg/providers/{WORKSPACE}/ml"
REGISTRY = "/subscriptions/hub/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/cr"


def asked(**properties: object) -> list[Query]:
    parent = {"id": f"{WORKSPACE_ID}/connections/one", "properties": properties}
    sources = [row.source for row in children_of(CONNECTION)]
    return [query for source in sources if isinstance(source, Arm) for query in source.queries(parent)]


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("AzureSqlDb", "Microsoft.Sql/servers"),
        ("CosmosDb", "Microsoft.DocumentDB/databaseAccounts"),
        ("azuredatabricksdeltalake", "Microsoft.Databricks/workspaces"),
        ("CognitiveSearch", "Microsoft.Search/searchServices"),
        ("AzureOpenAI", "Microsoft.CognitiveServices/accounts"),
    ],
)
def test_connection_asks_for_the_kind_that_it_names(category: str, kind: str) -> None:
    assert asked(category=category) == [Query(f"/subscriptions/home/providers/{kind}")]
    assert asked(category=category, metadata={"ResourceId": "/subscriptions/x"}) == []


def test_connection_of_another_kind_asks_for_nothing() -> None:
    assert asked(category="Snowflake") == []
    assert asked() == []


def test_replicas_are_asked_of_the_registries_of_workspaces_alone() -> None:
    (row,) = (row for row in LISTINGS if row.type.endswith("/replications"))
    assert isinstance(row.source, Arm)

    assert list(row.source.queries({"id": WORKSPACE_ID, "properties": {"containerRegistry": REGISTRY}})) == [
        Query(f"{REGISTRY}/replications")
    ]
    assert list(row.source.queries({"id": WORKSPACE_ID, "properties": {"containerRegistry": None}})) == []


def test_lists_of_a_subscription_leave_rows_out_whoever_asks_for_them() -> None:
    rows = {row.type: row for row in LISTINGS if not row.fields}

    assert rows["Microsoft.Sql/servers"].is_filtered
    assert not rows[f"{WORKSPACE}/datastores"].is_filtered
    assert {kind for kind, row in rows.items() if row.is_asked_for} == {
        "Microsoft.Authorization/denyAssignments",
        "GitHub.Network/networkSettings",
        "Microsoft.App/jobs",
        "Microsoft.App/managedEnvironments",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.CognitiveServices/accounts",
        "Microsoft.ContainerInstance/containerGroups",
        "Microsoft.ContainerRegistry/registries/replications",
        "Microsoft.Databricks/workspaces",
        "Microsoft.DocumentDB/databaseAccounts",
        "Microsoft.Search/searchServices",
        "Microsoft.Sql/servers",
    }
