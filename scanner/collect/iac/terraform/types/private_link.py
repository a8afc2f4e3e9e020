"""Private endpoints and Azure Monitor private link scopes."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, below_named, holder, in_group, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.estate import Row, is_unknown
from scanner.model.arm import ArmId

ENDPOINT = "Microsoft.Network/privateEndpoints"
ZONE = "Microsoft.Network/privateDnsZones"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
GROUPS = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
SCOPE = "Microsoft.Insights/privateLinkScopes"
LOGS = "Microsoft.OperationalInsights/workspaces"
COMPONENT = "Microsoft.Insights/components"

_FIRST_MEMBER = {"amlworkspace": "default", "vault": "default", "registry": "registry"}
"""The member whose address comes first, where it is not called as the sub-resource is."""


@kind("azurerm_private_endpoint", ENDPOINT, in_group)
def private_endpoint(block: Block) -> Iterator[Piece]:
    """Map an endpoint, and its zone group as a row of its own."""
    automatic, manual = _connections(block)
    yield row(
        block,
        {
            "subnet": block.reference("subnet_id", SUBNET),
            "privateLinkServiceConnections": automatic,
            "manualPrivateLinkServiceConnections": manual,
            "customNetworkInterfaceName": block.get("custom_network_interface_name"),
            "ipConfigurations": tuple_of(block, "ip_configuration", _static),
            "networkInterfaces": _interfaces(block),
            "customDnsConfigs": _dns_configs(block),
        },
    )
    groups = block.blocks("private_dns_zone_group")
    for each in groups if isinstance(groups, list) else ():
        yield _zone_group(each)
    if is_unknown(groups):
        yield _group_row(block, "default", groups)


def _connections(block: Block) -> tuple[object, object]:
    found = block.blocks("private_service_connection")
    if not isinstance(found, list):
        return found, found
    lists: tuple[list[Row], list[Row]] = ([], [])
    for each in found:
        manual = each.get("is_manual_connection")
        if is_unknown(manual):
            return manual, manual
        lists[manual is True].append(_connection(each))
    return lists


def _connection(block: Block) -> Row:
    target = block.id("private_connection_resource_id")
    if target is None:
        target = block.get("private_connection_resource_alias")
    groups = block.get("subresource_names")
    return {
        "name": block.get("name"),
        "properties": given({"privateLinkServiceId": target, "groupIds": groups}),
    }


def _static(block: Block) -> Row:
    member = block.get("member_name") or block.get("subresource_name")
    return {
        "properties": given(
            {"privateIPAddress": block.get("private_ip_address"), "memberName": member if member != "" else None}
        )
    }


def _interfaces(block: Block) -> object:
    """Return the interface that an endpoint of a state has; a new one's is made up."""
    found = block.blocks("network_interface")
    ids = [each.get("id") for each in found] if isinstance(found, list) else []
    return [{"id": each} for each in ids if isinstance(each, str)] or None


def _dns_configs(block: Block) -> object:
    found = block.blocks("custom_dns_configs")
    listed = [
        {"fqdn": each.get("fqdn"), "ipAddresses": each.get("ip_addresses")}
        for each in (found if isinstance(found, list) else ())
    ]
    return listed or None


def _zone_group(block: Block) -> Row:
    zones = block.ids("private_dns_zone_ids", ZONE)
    configs = [{"properties": {"privateDnsZoneId": each}} for each in zones] if isinstance(zones, list) else zones
    name = block.get("name")
    return _group_row(block, name if isinstance(name, str) else "default", configs)


def _group_row(block: Block, name: str, configs: object) -> Row:
    own = f"{block.world.id_of(block.instance)}/privateDnsZoneGroups/{name}"
    return {"id": own, "type": GROUPS, "name": name, "properties": {"privateDnsZoneConfigs": configs}}


@holder("azurerm_private_endpoint")
def endpoint_address(block: Block, rest: tuple[str | int, ...]) -> str | Row | None:
    """Return who holds the first address of an endpoint, which the provider shows as that of its connection."""
    if rest[0] != "private_service_connection":
        return None
    connection = block.block("private_service_connection")
    known = connection.get("private_ip_address") if connection is not None else None
    if isinstance(known, str):
        return known
    groups = connection.get("subresource_names") if connection is not None else None
    if not isinstance(groups, list) or len(groups) != 1:
        return None
    static = block.block("ip_configuration")
    if static is not None:
        return static.text("private_ip_address") or None
    member = _FIRST_MEMBER.get(str(groups[0]).lower(), str(groups[0]).lower())
    return f"{block.world.id_of(block.instance)}#{member}"


@kind("azurerm_monitor_private_link_scope", SCOPE, in_group)
def monitor_scope(block: Block) -> Iterator[Piece]:
    """Map a private link scope."""
    modes = block.pick({"ingestionAccessMode": "ingestion_access_mode", "queryAccessMode": "query_access_mode"})
    yield row(block, {"accessModeSettings": modes or None}, location="global")


@kind(
    "azurerm_monitor_private_link_scoped_service",
    "Microsoft.Insights/privateLinkScopes/scopedResources",
    below_named("scope_name", "azurerm_monitor_private_link_scope"),
)
def scoped_service(block: Block) -> Iterator[Piece]:
    """Map a membership of a scope, and put it into the component that it is of."""
    linked = block.id("linked_resource_id")
    yield row(block, {"linkedResourceId": linked})
    own = block.world.id_of(block.instance)
    if isinstance(linked, str) and ArmId(linked).type == LOGS.lower():
        yield Into(linked, ("properties", "privateLinkScopedResources"), {"resourceId": own}, append=True)
        return
    yield Into(linked, ("properties", "PrivateLinkScopedResources"), {"ResourceId": own}, append=True, arm=COMPONENT)
