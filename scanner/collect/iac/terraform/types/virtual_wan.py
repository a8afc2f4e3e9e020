"""Virtual WAN: hubs, what is attached to them, and the gateways in them."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, below, in_group, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.estate import Row

WAN = "Microsoft.Network/virtualWans"
HUB = "Microsoft.Network/virtualHubs"
TABLE = "Microsoft.Network/virtualHubs/hubRouteTables"
VNET = "Microsoft.Network/virtualNetworks"
SITES = "Microsoft.Network/vpnGateways"
CLIENTS = "Microsoft.Network/p2sVpnGateways"
CIRCUITS = "Microsoft.Network/expressRouteGateways"


@kind("azurerm_virtual_wan", WAN, in_group)
def virtual_wan(block: Block) -> Iterator[Piece]:
    """Map a Virtual WAN, which its hubs name."""
    yield row(block, {})


@kind("azurerm_virtual_hub", HUB, in_group)
def hub(block: Block) -> Iterator[Piece]:
    """Map a hub."""
    yield row(block, {"virtualWan": block.reference("virtual_wan_id", WAN), "sku": block.get("sku")})


@kind("azurerm_virtual_hub_route_table", TABLE, below("virtual_hub_id", HUB))
def hub_route_table(block: Block) -> Iterator[Piece]:
    """Map a hub's route table, which connections name."""
    yield row(block, {})


@kind("azurerm_virtual_hub_connection", f"{HUB}/hubVirtualNetworkConnections", below("virtual_hub_id", HUB))
def hub_connection(block: Block) -> Iterator[Piece]:
    """Map a network's attachment to a hub."""
    routing = block.blocks("routing")
    yield row(
        block,
        {
            "remoteVirtualNetwork": {"id": block.id("remote_virtual_network_id", VNET)},
            "enableInternetSecurity": block.get("internet_security_enabled"),
            "routingConfiguration": _routing(routing[0]) if isinstance(routing, list) and routing else routing or None,
        },
    )


def _routing(block: Block) -> Row:
    tables = block.blocks("propagated_route_table")
    propagated = tables[0].references("route_table_ids", TABLE) if isinstance(tables, list) and tables else tables
    return given(
        {
            "associatedRouteTable": block.reference("associated_route_table_id", TABLE),
            "propagatedRouteTables": {"ids": propagated} if propagated else None,
        }
    )


@kind("azurerm_vpn_gateway", SITES, in_group)
def sites_gateway(block: Block) -> Iterator[Piece]:
    """Map a hub's gateway for sites."""
    yield row(block, {"virtualHub": {"id": block.id("virtual_hub_id", HUB)}, "connections": []})


@kind("azurerm_vpn_gateway_connection", f"{SITES}/vpnConnections", below("vpn_gateway_id", SITES))
def site_connection(block: Block) -> Iterator[Piece]:
    """Put a site's connection into its gateway."""
    own = {"id": block.world.id_of(block.instance)}
    yield Into(block.id("vpn_gateway_id", SITES), ("properties", "connections"), own, append=True, arm=SITES)


@kind("azurerm_point_to_site_vpn_gateway", CLIENTS, in_group)
def clients_gateway(block: Block) -> Iterator[Piece]:
    """Map a hub's gateway for single clients."""
    yield row(
        block,
        {
            "virtualHub": {"id": block.id("virtual_hub_id", HUB)},
            "p2SConnectionConfigurations": tuple_of(block, "connection_configuration", _clients),
        },
    )


def _clients(block: Block) -> Row:
    pool = block.block("vpn_client_address_pool")
    prefixes = pool.get("address_prefixes") if pool is not None else None
    return {
        "name": block.get("name"),
        "properties": {"vpnClientAddressPool": {"addressPrefixes": prefixes} if prefixes is not None else {}},
    }


@kind("azurerm_express_route_gateway", CIRCUITS, in_group)
def circuits_gateway(block: Block) -> Iterator[Piece]:
    """Map a hub's gateway for ExpressRoute."""
    yield row(block, {"virtualHub": {"id": block.id("virtual_hub_id", HUB)}, "expressRouteConnections": []})


@kind(
    "azurerm_express_route_connection",
    f"{CIRCUITS}/expressRouteConnections",
    below("express_route_gateway_id", CIRCUITS),
)
def circuit_connection(block: Block) -> Iterator[Piece]:
    """Put a circuit's connection into its gateway."""
    peering = block.id("express_route_circuit_peering_id")
    part = {
        "id": block.world.id_of(block.instance),
        "properties": {"expressRouteCircuitPeering": {"id": peering}},
    }
    yield Into(
        block.id("express_route_gateway_id", CIRCUITS),
        ("properties", "expressRouteConnections"),
        part,
        append=True,
        arm=CIRCUITS,
    )


@kind(
    "azurerm_express_route_circuit_peering",
    "Microsoft.Network/expressRouteCircuits/peerings",
    lambda block: block.world.parent_by_name(block, "express_route_circuit_name", "azurerm_express_route_circuit"),
    name="peering_type",
)
def circuit_peering(block: Block) -> Iterator[Piece]:
    """Map a circuit's peering, which gateways name."""
    del block
    yield from ()
