"""Where training data lies: datastores of a workspace, and services beside storage."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Piece, below, in_group, kind
from scanner.collect.iac.terraform.rows import row
from scanner.collect.iac.terraform.types.services import opened_to
from scanner.creation.estate import Row
from scanner.model.arm import ArmId

WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
DATASTORE = f"{WORKSPACE}/datastores"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"

_OF_WORKSPACE = below("workspace_id", WORKSPACE)
_STORES = {
    "azurerm_machine_learning_datastore_blobstorage": ("AzureBlob", "storage_container_id"),
    "azurerm_machine_learning_datastore_fileshare": ("AzureFile", "storage_fileshare_id"),
    "azurerm_machine_learning_datastore_datalake_gen2": ("AzureDataLakeGen2", "storage_container_id"),
}


@kind("azurerm_machine_learning_datastore_blobstorage", DATASTORE, _OF_WORKSPACE)
@kind("azurerm_machine_learning_datastore_fileshare", DATASTORE, _OF_WORKSPACE)
@kind("azurerm_machine_learning_datastore_datalake_gen2", DATASTORE, _OF_WORKSPACE)
def datastore(block: Block) -> Iterator[Piece]:
    """Map a datastore: the provider names the container, whose account is what counts."""
    sort, attribute = _STORES[block.instance.type]
    yield row(block, {"datastoreType": sort, **_account(block, attribute)})


def _account(block: Block, attribute: str) -> Row:
    container = block.id(attribute)
    if not isinstance(container, str) or "/storageAccounts/" not in container:
        why = block.why(attribute)
        return {"accountName": why, "subscriptionId": why, "resourceGroup": why}
    account = ArmId(container.partition("/blobServices/")[0].partition("/fileServices/")[0])
    return {
        "accountName": account.name,
        "subscriptionId": account.subscription,
        "resourceGroup": account.resource_group,
    }


@kind("azurerm_mssql_server", "Microsoft.Sql/servers", in_group)
def sql_server(block: Block) -> Iterator[Piece]:
    """Map a server of Azure SQL Database."""
    yield row(block, {"publicNetworkAccess": block.switch("public_network_access_enabled")})


@kind("azurerm_cosmosdb_account", "Microsoft.DocumentDB/databaseAccounts", in_group)
def cosmos_account(block: Block) -> Iterator[Piece]:
    """Map an account of Cosmos DB; the older versions have its addresses as one text."""
    addresses = block.get("ip_range_filter")
    if isinstance(addresses, str):
        addresses = [each.strip() for each in addresses.split(",") if each.strip()]
    rules = [{"ipAddressOrRange": each} for each in addresses] if isinstance(addresses, list) else addresses
    subnets = block.blocks("virtual_network_rule")
    yield row(
        block,
        {
            "publicNetworkAccess": block.switch("public_network_access_enabled"),
            "ipRules": rules,
            "virtualNetworkRules": [{"id": each.id("id", SUBNET)} for each in subnets]
            if isinstance(subnets, list)
            else subnets,
            "isVirtualNetworkFilterEnabled": block.get("is_virtual_network_filter_enabled"),
        },
    )


@kind("azurerm_databricks_workspace", "Microsoft.Databricks/workspaces", in_group)
def databricks_workspace(block: Block) -> Iterator[Piece]:
    """Map a workspace of Databricks; Azure makes up its address."""
    address = block.get("workspace_url")
    yield row(
        block,
        {
            "publicNetworkAccess": block.switch("public_network_access_enabled"),
            "workspaceUrl": block.why("workspace_url", "is chosen by Azure") if address is None else address,
        },
    )


@kind("azurerm_search_service", "Microsoft.Search/searchServices", in_group)
def search_service(block: Block) -> Iterator[Piece]:
    """Map a search service."""
    yield row(
        block,
        {
            "publicNetworkAccess": block.switch("public_network_access_enabled"),
            "networkRuleSet": opened_to(block, "allowed_ips", "virtual_network_subnet_ids"),
        },
    )


@kind("azurerm_cognitive_account", "Microsoft.CognitiveServices/accounts", in_group)
@kind("azurerm_ai_services", "Microsoft.CognitiveServices/accounts", in_group)
def ai_account(block: Block) -> Iterator[Piece]:
    """Map an account of Azure AI services."""
    access = block.switch("public_network_access_enabled")
    rules = block.blocks("network_acls")
    yield row(
        block,
        {
            "publicNetworkAccess": block.get("public_network_access") if access is None else access,
            "networkAcls": _rules(rules[0]) if isinstance(rules, list) and rules else rules or None,
            "endpoint": _endpoint(block),
        },
    )


def _rules(block: Block) -> Row:
    addresses = block.get("ip_rules")
    subnets = block.blocks("virtual_network_rules")
    return given(
        {
            "defaultAction": block.get("default_action"),
            "bypass": block.get("bypass"),
            "ipRules": [{"value": each} for each in addresses] if isinstance(addresses, list) else addresses,
            "virtualNetworkRules": [{"id": each.id("subnet_id", SUBNET)} for each in subnets] or None
            if isinstance(subnets, list)
            else subnets,
        }
    )


def _endpoint(block: Block) -> object:
    found = block.get("endpoint")
    return block.why("endpoint", "is chosen by Azure") if found is None else found
