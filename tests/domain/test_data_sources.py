"""Where datastores and connections lead, by what they tell."""

from __future__ import annotations

import pytest

from scanner.domain.data_sources import answers_to, host_in, lead_of, port_of
from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.data import Connection, Datastore
from scanner.model.data_services import (
    AiAccount,
    CosmosAccount,
    DatabricksWorkspace,
    DataService,
    SearchService,
    SqlServer,
)
from scanner.model.fields import decode
from scanner.model.services import StorageAccount

WORKSPACE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml"


def datastore(**properties: object) -> Datastore:
    return decode(Datastore, {"id": f"{WORKSPACE}/datastores/one", "properties": properties})


def connection(**properties: object) -> Connection:
    return decode(Connection, {"id": f"{WORKSPACE}/connections/one", "properties": properties})


def service(kind: type[DataService], name: str, **properties: object) -> DataService:
    return decode(
        kind, {"id": f"/subscriptions/s/resourceGroups/rg/providers/{kind.TYPE}/{name}", "properties": properties}
    )


@pytest.mark.parametrize(
    ("kind", "groups"),
    [("AzureBlob", ("blob",)), ("AzureFile", ("file",)), ("AzureDataLakeGen2", ("dfs", "blob")), ("OneLake", None)],
)
def test_datastore_tells_its_sub_resources_by_its_type(kind: str, groups: tuple[str, ...] | None) -> None:
    lead = lead_of(datastore(datastoreType=kind, accountName="StLake"))

    assert (lead.groups if lead else None) == groups
    assert lead is None or (lead.kind, lead.called, lead.id) == (StorageAccount, "stlake", None)


def test_datastore_tells_its_account_where_it_has_subscription_and_group() -> None:
    lead = lead_of(datastore(datastoreType="AzureBlob", accountName="stlake", subscriptionId="a", resourceGroup="b"))

    assert lead is not None
    assert lead.id == ArmId("/subscriptions/a/resourceGroups/b/providers/Microsoft.Storage/storageAccounts/stlake")


def test_datastore_of_an_unknown_type_is_not_known() -> None:
    with pytest.raises(MissingEvidence, match="is not a value that this version knows"):
        lead_of(datastore(datastoreType="AzureSomething", accountName="x"))


@pytest.mark.parametrize(
    ("category", "target", "kind", "groups", "called"),
    [
        (
            "ADLSGen2",
            "abfss://fs@stlake.dfs.core.windows.net/p",
            StorageAccount,
            ("dfs", "blob"),
            "stlake.dfs.core.windows.net",
        ),
        (
            "AzureSqlDb",
            "Server=tcp:sql-ml.database.windows.net,1433;",
            SqlServer,
            ("sqlserver",),
            "sql-ml.database.windows.net",
        ),
        ("CosmosDb", "https://c.documents.azure.com:443/", CosmosAccount, ("sql",), "c.documents.azure.com"),
        (
            "CognitiveSearch",
            "https://Srch.search.windows.net",
            SearchService,
            ("searchservice",),
            "srch.search.windows.net",
        ),
    ],
)
def test_connection_tells_the_service_by_its_address(
    category: str, target: str, kind: type, groups: tuple[str, ...], called: str
) -> None:
    lead = lead_of(connection(category=category, target=target))

    assert lead is not None
    assert (lead.kind, lead.groups, lead.called, lead.id) == (kind, groups, called, None)


@pytest.mark.parametrize("key", ["ResourceId", "resourceId", "RESOURCEID"])
def test_connection_tells_the_service_by_an_id_whatever_the_key_s_case(key: str) -> None:
    account = f"/subscriptions/s/resourceGroups/rg/providers/{AiAccount.TYPE}/ai"
    lead = lead_of(connection(category="AIServices", metadata={key: account}))

    assert lead is not None
    assert lead.id == ArmId(account)


def test_connection_with_an_id_of_another_kind_or_with_nothing_is_not_known() -> None:
    with pytest.raises(MissingEvidence, match="which is no Microsoft"):
        lead_of(connection(category="AIServices", metadata={"ResourceId": WORKSPACE}))
    with pytest.raises(MissingEvidence, match="does not tell which"):
        lead_of(connection(category="AzureSqlDb", target="REDACTED"))


def test_connection_of_another_category_leads_to_nothing_that_is_judged() -> None:
    assert lead_of(connection(category="Snowflake", target="x.y.example.com")) is None


def test_databricks_and_azure_ai_answer_to_their_addresses_alone() -> None:
    bricks = service(DatabricksWorkspace, "dbw", workspaceUrl="adb-1.2.azuredatabricks.net")
    ai = service(AiAccount, "name", endpoint="https://sub.cognitiveservices.azure.com/")
    regional = service(AiAccount, "westeurope", endpoint="https://westeurope.api.cognitive.microsoft.com/")

    assert answers_to(bricks, "adb-1.2.azuredatabricks.net")
    assert not answers_to(bricks, "dbw.azuredatabricks.net")
    assert answers_to(ai, "sub.openai.azure.com")
    assert not answers_to(ai, "name.openai.azure.com")
    assert not answers_to(regional, "westeurope.api.cognitive.microsoft.com")


def test_others_answer_to_their_own_name() -> None:
    assert answers_to(service(SqlServer, "SQL-ml"), "sql-ml.database.windows.net")
    assert not answers_to(service(SqlServer, "sql-ml"), "sql-ml2.database.windows.net")


def test_account_whose_address_was_not_read_may_be_any() -> None:
    with pytest.raises(MissingEvidence):
        answers_to(
            decode(AiAccount, {"id": f"/subscriptions/s/resourceGroups/rg/providers/{AiAccount.TYPE}/x"}), "x.y.z"
        )


def test_a_text_without_end_holds_no_host_and_is_looked_through_in_time() -> None:
    assert host_in("a-" * 200_000) == ""


def test_ports() -> None:
    assert [port_of(each) for each in ("dfs", "file", "sqlserver")] == [443, 445, 1433]
