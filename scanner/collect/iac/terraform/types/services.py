"""What a workspace stands on: storage, key vault, container registry, Application Insights."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, in_group, join, kind
from scanner.collect.iac.terraform.rows import identity, location, row, tuple_of
from scanner.creation.estate import Row, is_unknown

STORAGE = "Microsoft.Storage/storageAccounts"
VAULT = "Microsoft.KeyVault/vaults"
REGISTRY = "Microsoft.ContainerRegistry/registries"
COMPONENT = "Microsoft.Insights/components"
LOGS = "Microsoft.OperationalInsights/workspaces"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"


@kind("azurerm_storage_account", STORAGE, in_group)
def storage_account(block: Block) -> Iterator[Piece]:
    """Map an account. Without rules the provider says that everybody is allowed."""
    yield row(
        block,
        {
            "publicNetworkAccess": block.switch("public_network_access_enabled"),
            "networkAcls": _account_rules(block),
            "allowBlobPublicAccess": _blobs(block),
            "dnsEndpointType": block.get("dns_endpoint_type"),
        },
        identity=identity(block),
    )


def _blobs(block: Block) -> object:
    """Return whether containers may be public; versions 2 and older call it otherwise."""
    found = block.get("allow_nested_items_to_be_public")
    return block.get("allow_blob_public_access") if found is None else found


def _account_rules(block: Block) -> object:
    found = block.blocks("network_rules")
    if isinstance(found, list):
        return _rules(found[0]) if found else {"defaultAction": "Allow", "bypass": "AzureServices"}
    return found


@join("azurerm_storage_account_network_rules")
def account_network_rules(block: Block) -> Iterator[Piece]:
    """Put the rules that are declared apart into their account."""
    yield Into(block.id("storage_account_id", STORAGE), ("properties", "networkAcls"), _rules(block), arm=STORAGE)


def _rules(block: Block) -> Row:
    return given(
        {
            "defaultAction": block.get("default_action"),
            "bypass": _bypass(block),
            "ipRules": _addresses(block, "ip_rules"),
            "virtualNetworkRules": _subnets(block, "virtual_network_subnet_ids"),
            "resourceAccessRules": tuple_of(block, "private_link_access", _instance),
        }
    )


def _instance(block: Block) -> Row:
    return given({"resourceId": block.id("endpoint_resource_id"), "tenantId": block.get("endpoint_tenant_id")})


def _bypass(block: Block) -> object:
    """Return who passes; the provider has a list where Azure has one text."""
    found = block.get("bypass")
    return ", ".join(map(str, found)) or None if isinstance(found, list) else found


def _addresses(block: Block, name: str) -> object:
    found = block.get(name)
    return [{"value": each} for each in found] if isinstance(found, list) else found


def _subnets(block: Block, name: str) -> object:
    return block.references(name, SUBNET)


@kind("azurerm_key_vault", VAULT, in_group)
def key_vault(block: Block) -> Iterator[Piece]:
    """Map a vault. Without rules nothing is sent, and there is no firewall."""
    found = block.blocks("network_acls")
    rules = _rules(found[0]) if isinstance(found, list) and found else found or None
    yield row(
        block,
        {"publicNetworkAccess": block.switch("public_network_access_enabled"), "networkAcls": rules},
    )


@kind("azurerm_container_registry", REGISTRY, in_group)
def registry(block: Block) -> Iterator[Piece]:
    """Map a registry with its replicas."""
    found = block.blocks("network_rule_set")
    rules = _registry_rules(found[0]) if isinstance(found, list) and found else found or None
    yield row(
        block,
        {
            "publicNetworkAccess": block.switch("public_network_access_enabled"),
            "adminUserEnabled": block.get("admin_enabled"),
            "anonymousPullEnabled": block.get("anonymous_pull_enabled"),
            "networkRuleBypassOptions": block.get("network_rule_bypass_option"),
            "networkRuleBypassAllowedForTasks": block.get("network_rule_bypass_for_tasks_enabled"),
            "roleAssignmentMode": block.get("role_assignment_mode"),
            "networkRuleSet": rules,
        },
        sku={"name": block.get("sku")},
        identity=identity(block),
    )
    replicas = block.blocks("georeplications")
    for each in replicas if isinstance(replicas, list) else ():
        yield _replica(block, each)


def _replica(registry_block: Block, block: Block) -> Row:
    region = location(block)
    name = region if isinstance(region, str) else "unknown"
    own = f"{registry_block.world.id_of(block.instance)}/replications/{name}"
    return {"id": own, "type": f"{REGISTRY}/replications", "name": name, "location": region, "properties": {}}


def _registry_rules(block: Block) -> Row:
    addresses = tuple_of(block, "ip_rule", lambda each: {"value": each.get("ip_range")})
    subnets = tuple_of(block, "virtual_network", lambda each: {"id": each.id("subnet_id", SUBNET)})
    return given(
        {
            "defaultAction": block.get("default_action"),
            "ipRules": addresses or None,
            "virtualNetworkRules": subnets or None,
        }
    )


@kind("azurerm_application_insights", COMPONENT, in_group)
def application_insights(block: Block) -> Iterator[Piece]:
    """Map a component."""
    yield row(
        block,
        {
            "publicNetworkAccessForIngestion": block.switch("internet_ingestion_enabled"),
            "publicNetworkAccessForQuery": block.switch("internet_query_enabled"),
            "WorkspaceResourceId": block.id("workspace_id", LOGS),
        },
    )


def opened_to(block: Block, addresses: str, subnets: str) -> Row | None:
    """Return the firewall of a service that has its rules among its own attributes."""
    found = given({"ipRules": _addresses(block, addresses), "virtualNetworkRules": _subnets(block, subnets)})
    return found or None if not any(map(is_unknown, found.values())) else found
