"""Services that workspaces' connections name: listed where a connection tells an address and no id.

Versions: the schemas of https://github.com/Azure/bicep-types-az (1f896de, 2026-08-20), stable and not of the last year,
so that sovereign clouds have them too; what they show of networks is all that is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scanner.collect.azure.arm.tables.listing import CONNECTION, WORKSPACE, Arm, Listing, Need, Query
from scanner.model.arm import ArmId, Json, properties_of


def _named(kind: str, *categories: str) -> Callable[[Json], Iterable[Query]]:
    """Ask for the services of a kind in a connection's subscription, if it is of one of some categories."""

    def queries(connection: Json) -> Iterable[Query]:
        held = properties_of(connection)
        if str(held.get("category")).lower() in categories and not held.get("metadata"):
            yield Query(f"{ArmId(str(connection['id'])).in_subscription}/providers/{kind}")

    return queries


def _row(kind: str, version: str, because: str, *categories: str) -> Listing:
    return Listing(kind, Arm(_named(kind, *categories)), version, because, CONNECTION)


def _replications(workspace: Json) -> Iterable[Query]:
    registry = properties_of(workspace).get("containerRegistry")
    if isinstance(registry, str) and registry.lower().startswith("/subscriptions/"):
        yield Query(f"{registry}/replications")


ROWS: tuple[Listing, ...] = (
    _row("Microsoft.Sql/servers", "2021-11-01", "stable with public network access", "azuresqldb"),
    _row(
        "Microsoft.DocumentDB/databaseAccounts",
        "2024-05-15",
        "stable with SecuredByPerimeter",
        "cosmosdb",
        "cosmosdbmongodbapi",
    ),
    _row(
        "Microsoft.Databricks/workspaces",
        "2024-05-01",
        "stable with public network access",
        "azuredatabricksdeltalake",
        "databricks",
    ),
    _row("Microsoft.Search/searchServices", "2023-11-01", "stable with the list of addresses", "cognitivesearch"),
    _row(
        "Microsoft.CognitiveServices/accounts",
        "2024-10-01",
        "stable with public network access",
        "azureopenai",
        "aiservices",
        "cognitiveservice",
    ),
    # Of all registries only those of workspaces.
    Listing(
        "Microsoft.ContainerRegistry/registries/replications",
        Arm(_replications),
        "2025-11-01",
        "as its registry",
        WORKSPACE,
        need=Need.JUDGED,
    ),
)
