"""What lets people and other networks in: Bastion hosts, gateways and their connections, ExpressRoute circuits."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Piece, in_group, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.collect.iac.terraform.types.interfaces import configuration
from scanner.creation.estate import Row

VNET = "Microsoft.Network/virtualNetworks"
GATEWAY = "Microsoft.Network/virtualNetworkGateways"
CIRCUIT = "Microsoft.Network/expressRouteCircuits"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
PUBLIC_IP = "Microsoft.Network/publicIPAddresses"


def outer_configuration(block: Block) -> Row:
    """Return an address of a gateway or Bastion host, whose own number nothing reads."""
    found = configuration(block)
    found["properties"].pop("privateIPAddress", None)
    return found


@kind("azurerm_bastion_host", "Microsoft.Network/bastionHosts", in_group)
def bastion(block: Block) -> Iterator[Piece]:
    """Map a Bastion host."""
    yield row(
        block,
        {
            "ipConfigurations": tuple_of(block, "ip_configuration", outer_configuration),
            "virtualNetwork": block.reference("virtual_network_id", VNET),
            "scaleUnits": block.get("scale_units"),
        },
        sku={"name": block.get("sku")},
    )


@kind("azurerm_virtual_network_gateway", GATEWAY, in_group)
def gateway(block: Block) -> Iterator[Piece]:
    """Map a gateway."""
    clients = block.blocks("vpn_client_configuration")
    pool = (
        {"vpnClientAddressPool": {"addressPrefixes": clients[0].get("address_space")}}
        if isinstance(clients, list) and clients
        else clients or None
    )
    yield row(
        block,
        {
            "gatewayType": block.get("type"),
            "sku": {"name": block.get("sku")},
            "vpnClientConfiguration": pool,
            "ipConfigurations": tuple_of(block, "ip_configuration", outer_configuration),
        },
    )


@kind("azurerm_virtual_network_gateway_connection", "Microsoft.Network/connections", in_group)
def connection(block: Block) -> Iterator[Piece]:
    """Map a connection of a gateway."""
    yield row(
        block,
        {
            "connectionType": block.get("type"),
            "virtualNetworkGateway1": {"id": block.id("virtual_network_gateway_id", GATEWAY)},
            "virtualNetworkGateway2": block.reference("peer_virtual_network_gateway_id", GATEWAY),
            "peer": block.reference("express_route_circuit_id", CIRCUIT),
        },
    )


@kind("azurerm_express_route_circuit", CIRCUIT, in_group)
def circuit(block: Block) -> Iterator[Piece]:
    """Map a circuit."""
    state, speed = block.get("service_provider_provisioning_state"), block.get("bandwidth_in_mbps")
    plan = block.block("sku")
    yield row(
        block,
        given(
            {
                "serviceProviderProvisioningState": state,
                "serviceProviderProperties": {"bandwidthInMbps": speed} if speed is not None else None,
            }
        ),
        sku={"tier": plan.get("tier"), "family": plan.get("family")} if plan is not None else None,
    )
