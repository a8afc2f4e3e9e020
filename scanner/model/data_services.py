"""Services beside storage that hold or read a workspace's data: databases, search, Databricks, Azure AI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from scanner.evidence import Maybe, unknown_in
from scanner.model.exposure import EndpointConnection, Firewall, PublicNetworkAccess
from scanner.model.fields import at, decode, many, mapping, one_of, part, text
from scanner.model.resource import Resource, model


def _open_without_rules(value: object) -> Firewall:
    """Read a list of allowed addresses: an empty one lets everybody in, any other nobody else.

    Search: learn.microsoft.com/azure/search/service-configure-firewall (2025-09).
    """
    return _listing(mapping(value).get("ipRules"), None, on=False)


def _cosmos_firewall(properties: object) -> Firewall:
    """Read the firewall of a Cosmos DB account, which lies among its other properties; without a rule it is open.

    learn.microsoft.com/azure/cosmos-db/how-to-configure-firewall (2024-11) and how-to-configure-vnet-service-endpoint.
    """
    held = mapping(properties)
    rules = held.get("ipRules")
    if isinstance(rules, list):
        rules = [{"value": mapping(each).get("ipAddressOrRange")} for each in rules]
    return _listing(rules, held.get("virtualNetworkRules"), on=held.get("isVirtualNetworkFilterEnabled") is True)


def _listing(addresses: object, subnets: object, *, on: bool) -> Firewall:
    unread = next((each for each in (addresses, subnets) if unknown_in(each) is not None), None)
    action = unread or ("Deny" if on or addresses or subnets else "Allow")
    return decode(Firewall, {"defaultAction": action, "ipRules": addresses, "virtualNetworkRules": subnets})


@model
class DataService(Resource):
    """A service that a connection can name."""

    RULES: ClassVar[str] = ""
    """What else decides whom its public endpoint lets in, and is not read; empty where the firewall is all."""

    public_network_access: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccess", one_of(PublicNetworkAccess), absent=PublicNetworkAccess.ENABLED
    )
    connections: Maybe[tuple[EndpointConnection, ...]] = at(
        "properties.privateEndpointConnections", many(part(EndpointConnection)), absent=()
    )
    firewall: Maybe[Firewall | None] = at("properties.networkAcls", part(Firewall), absent=None)


@model
class SqlServer(DataService):
    """A logical server of Azure SQL Database."""

    TYPE: ClassVar[str] = "Microsoft.Sql/servers"
    RULES: ClassVar[str] = "its firewall rules"


@model
class CosmosAccount(DataService):
    """An account of Azure Cosmos DB."""

    TYPE: ClassVar[str] = "Microsoft.DocumentDB/databaseAccounts"

    firewall: Maybe[Firewall | None] = at("properties", _cosmos_firewall)


@model
class DatabricksWorkspace(DataService):
    """An Azure Databricks workspace."""

    TYPE: ClassVar[str] = "Microsoft.Databricks/workspaces"
    RULES: ClassVar[str] = "its IP access lists, which Databricks keeps itself"

    address: Maybe[str] = at("properties.workspaceUrl", text, absent="")


@model
class SearchService(DataService):
    """A service of Azure AI Search."""

    TYPE: ClassVar[str] = "Microsoft.Search/searchServices"

    firewall: Maybe[Firewall | None] = at("properties.networkRuleSet", _open_without_rules, absent=None)


@model
class AiAccount(DataService):
    """An account of Azure AI services: Azure OpenAI is one kind of it."""

    TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts"

    address: Maybe[str] = at("properties.endpoint", text, absent="")


DATA_SERVICES: Mapping[str, type[DataService]] = {
    kind.TYPE.lower(): kind for kind in (SqlServer, CosmosAccount, DatabricksWorkspace, SearchService, AiAccount)
}
"""The kinds of service, by type in lower case."""
