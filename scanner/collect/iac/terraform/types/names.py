"""Private DNS zones with their links and records, and DNS Private Resolvers."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block
from scanner.collect.iac.terraform.registry import Piece, below, below_either, holder, in_group, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.addresses import chosen
from scanner.creation.estate import Row

ZONE = "Microsoft.Network/privateDnsZones"
VNET = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
RESOLVER = "Microsoft.Network/dnsResolvers"
RULESET = "Microsoft.Network/dnsForwardingRulesets"

_OF_ZONE = below_either("private_dns_zone_id", "zone_name", "azurerm_private_dns_zone", ZONE)


@kind("azurerm_private_dns_zone", ZONE, in_group)
def zone(block: Block) -> Iterator[Piece]:
    """Map a zone."""
    yield row(block, {}, location="global")


@kind(
    "azurerm_private_dns_zone_virtual_network_link",
    f"{ZONE}/virtualNetworkLinks",
    below_either("private_dns_zone_id", "private_dns_zone_name", "azurerm_private_dns_zone", ZONE),
)
def zone_link(block: Block) -> Iterator[Piece]:
    """Map a zone's link to a network."""
    yield row(
        block,
        {
            "virtualNetwork": {"id": block.id("virtual_network_id", VNET)},
            "registrationEnabled": block.get("registration_enabled"),
            "resolutionPolicy": block.get("resolution_policy"),
        },
        location="global",
    )


@kind("azurerm_private_dns_a_record", f"{ZONE}/A", _OF_ZONE)
def a_record(block: Block) -> Iterator[Piece]:
    """Map the A records of a name; those of an endpoint name its address."""
    records = block.ips("records")
    yield row(
        block,
        {"aRecords": [{"ipv4Address": each} for each in records] if isinstance(records, list) else records},
    )


@kind("azurerm_private_dns_cname_record", f"{ZONE}/CNAME", _OF_ZONE)
def cname_record(block: Block) -> Iterator[Piece]:
    """Map a CNAME record."""
    yield row(block, {"cnameRecord": {"cname": block.get("record")}})


@kind("azurerm_private_dns_resolver", RESOLVER, in_group)
def resolver(block: Block) -> Iterator[Piece]:
    """Map a DNS Private Resolver."""
    yield row(block, {"virtualNetwork": {"id": block.id("virtual_network_id", VNET)}})


@kind(
    "azurerm_private_dns_resolver_inbound_endpoint",
    f"{RESOLVER}/inboundEndpoints",
    below("private_dns_resolver_id", RESOLVER),
)
def inbound_endpoint(block: Block) -> Iterator[Piece]:
    """Map an inbound endpoint with the addresses that it will have."""
    yield row(block, {"ipConfigurations": tuple_of(block, "ip_configurations", _inbound)})


def _inbound(block: Block) -> Row:
    written = block.ip("private_ip_address")
    subnet = block.id("subnet_id", SUBNET)
    if written is None:
        written = chosen(f"{block.world.id_of(block.instance)}#{_number(block)}", subnet)
    return {"subnet": {"id": subnet}, "privateIpAddress": written}


def _number(block: Block) -> str:
    return block.address().rpartition("[")[2].rstrip("]")


@holder("azurerm_private_dns_resolver_inbound_endpoint")
def inbound_address(block: Block, rest: tuple[str | int, ...]) -> str | None:
    """Return who holds an address of an inbound endpoint."""
    place = rest[1] if len(rest) > 1 and isinstance(rest[1], int) else 0
    found = block.blocks("ip_configurations")
    if not isinstance(found, list) or place >= len(found):
        return None
    written = found[place].text("private_ip_address")
    return written or f"{block.world.id_of(block.instance)}#{place}"


@kind(
    "azurerm_private_dns_resolver_outbound_endpoint",
    f"{RESOLVER}/outboundEndpoints",
    below("private_dns_resolver_id", RESOLVER),
)
def outbound_endpoint(block: Block) -> Iterator[Piece]:
    """Map an outbound endpoint, which rulesets name."""
    yield row(block, {"subnet": block.reference("subnet_id", SUBNET)})


@kind("azurerm_private_dns_resolver_dns_forwarding_ruleset", RULESET, in_group)
def ruleset(block: Block) -> Iterator[Piece]:
    """Map a forwarding ruleset."""
    endpoints = block.references("private_dns_resolver_outbound_endpoint_ids", f"{RESOLVER}/outboundEndpoints")
    yield row(block, {"dnsResolverOutboundEndpoints": endpoints})


@kind(
    "azurerm_private_dns_resolver_forwarding_rule",
    f"{RULESET}/forwardingRules",
    below("dns_forwarding_ruleset_id", RULESET),
)
def forwarding_rule(block: Block) -> Iterator[Piece]:
    """Map a forwarding rule."""
    yield row(
        block,
        {
            "domainName": block.get("domain_name"),
            "targetDnsServers": tuple_of(
                block, "target_dns_servers", lambda each: {"ipAddress": each.ip("ip_address")}
            ),
            "forwardingRuleState": block.switch("enabled"),
        },
    )


@kind(
    "azurerm_private_dns_resolver_virtual_network_link",
    f"{RULESET}/virtualNetworkLinks",
    below("dns_forwarding_ruleset_id", RULESET),
)
def ruleset_link(block: Block) -> Iterator[Piece]:
    """Map a ruleset's link to a network."""
    yield row(block, {"virtualNetwork": {"id": block.id("virtual_network_id", VNET)}})
