"""What filters packets, and where they go: security groups, route tables, NAT gateways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, below_named, in_group, join, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.estate import Row

NSG = "Microsoft.Network/networkSecurityGroups"
ASG = "Microsoft.Network/applicationSecurityGroups"
TABLE = "Microsoft.Network/routeTables"
NAT = "Microsoft.Network/natGateways"

_RULE = {
    "priority": "priority",
    "direction": "direction",
    "access": "access",
    "protocol": "protocol",
    "sourcePortRange": "source_port_range",
    "sourcePortRanges": "source_port_ranges",
    "destinationPortRange": "destination_port_range",
    "destinationPortRanges": "destination_port_ranges",
    "sourceAddressPrefix": "source_address_prefix",
    "sourceAddressPrefixes": "source_address_prefixes",
    "destinationAddressPrefix": "destination_address_prefix",
    "destinationAddressPrefixes": "destination_address_prefixes",
}
_RULE_GROUPS = {
    "sourceApplicationSecurityGroups": "source_application_security_group_ids",
    "destinationApplicationSecurityGroups": "destination_application_security_group_ids",
}


@kind("azurerm_network_security_group", NSG, in_group)
def security_group(block: Block) -> Iterator[Piece]:
    """Map a security group with the rules of its own block."""
    yield row(block, {"securityRules": tuple_of(block, "security_rule", _inline_rule)})


def _inline_rule(block: Block) -> Row:
    return {"name": block.get("name"), "properties": _rule(block)}


def _rule(block: Block) -> Row:
    groups = {theirs: block.references(ours, ASG) for theirs, ours in _RULE_GROUPS.items()}
    return {**block.pick(_RULE), **given(groups)}


@kind(
    "azurerm_network_security_rule",
    "Microsoft.Network/networkSecurityGroups/securityRules",
    below_named("network_security_group_name", "azurerm_network_security_group"),
)
def security_rule(block: Block) -> Iterator[Piece]:
    """Map a rule that is declared apart from its group."""
    yield row(block, _rule(block))


@kind("azurerm_application_security_group", ASG, in_group)
def application_security_group(block: Block) -> Iterator[Piece]:
    """Map an application security group."""
    yield row(block, {})


@kind("azurerm_route_table", TABLE, in_group)
def route_table(block: Block) -> Iterator[Piece]:
    """Map a route table with the routes of its own block; version 3 turns its switch the other way round."""
    later = block.has("bgp_route_propagation_enabled") and block.is_set("bgp_route_propagation_enabled")
    propagated = block.negated("bgp_route_propagation_enabled")
    switch = propagated if later or propagated is not None else block.get("disable_bgp_route_propagation")
    yield row(
        block,
        {
            "routes": tuple_of(block, "route", _inline_route),
            "disableBgpRoutePropagation": False if switch is None else switch,
        },
    )


def _inline_route(block: Block) -> Row:
    return {"name": block.get("name"), "properties": _route(block)}


def _route(block: Block) -> Row:
    return given(
        {
            "addressPrefix": block.get("address_prefix"),
            "nextHopType": block.get("next_hop_type"),
            "nextHopIpAddress": block.ip("next_hop_in_ip_address"),
        }
    )


@kind(
    "azurerm_route",
    "Microsoft.Network/routeTables/routes",
    below_named("route_table_name", "azurerm_route_table"),
)
def route(block: Block) -> Iterator[Piece]:
    """Map a route that is declared apart from its table."""
    yield row(block, _route(block))


@kind("azurerm_nat_gateway", NAT, in_group)
def nat_gateway(block: Block) -> Iterator[Piece]:
    """Map a NAT gateway, which has no address until one is associated."""
    yield row(
        block,
        {
            "publicIpAddresses": block.references("public_ip_address_ids") or [],
            "publicIpPrefixes": block.references("public_ip_prefix_ids") or [],
        },
        sku={"name": block.get("sku_name")},
    )


_NAT_ADDRESSES: Mapping[str, tuple[str, str, str]] = {
    "azurerm_nat_gateway_public_ip_association": (
        "publicIpAddresses",
        "public_ip_address_id",
        "Microsoft.Network/publicIPAddresses",
    ),
    "azurerm_nat_gateway_public_ip_prefix_association": (
        "publicIpPrefixes",
        "public_ip_prefix_id",
        "Microsoft.Network/publicIPPrefixes",
    ),
}


@join("azurerm_nat_gateway_public_ip_association")
@join("azurerm_nat_gateway_public_ip_prefix_association")
def nat_gateway_address(block: Block) -> Iterator[Piece]:
    """Give a NAT gateway an address or a prefix."""
    place, attribute, arm = _NAT_ADDRESSES[block.instance.type]
    yield Into(
        block.id("nat_gateway_id", NAT), ("properties", place), {"id": block.id(attribute, arm)}, append=True, arm=NAT
    )


@kind("azurerm_public_ip", "Microsoft.Network/publicIPAddresses", in_group)
def public_ip(block: Block) -> Iterator[Piece]:
    """Map a public address; Azure chooses its number."""
    number = block.get("ip_address")
    yield row(
        block,
        {
            "ipAddress": block.why("ip_address", "is chosen by Azure") if number is None else number,
            "publicIPAllocationMethod": block.get("allocation_method"),
            "publicIPAddressVersion": block.get("ip_version"),
        },
        sku={"name": block.get("sku")},
    )


@kind("azurerm_public_ip_prefix", "Microsoft.Network/publicIPPrefixes", in_group)
def public_ip_prefix(block: Block) -> Iterator[Piece]:
    """Map a prefix of public addresses, of which only the existence counts."""
    yield row(block, {})
