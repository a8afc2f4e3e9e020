"""What carries packets between networks and out of them: routes, NAT, load balancers, gateways."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import (
    Address,
    Malformed,
    Network,
    address,
    arm_id,
    at,
    boolean,
    integer,
    many,
    mapping,
    network,
    one_of,
    part,
    text,
)
from scanner.model.network import Reference
from scanner.model.resource import Resource, model


class NextHopType(StrEnum):
    """Where a route of a route table sends packets (facts §13)."""

    VNET_LOCAL = "VnetLocal"
    GATEWAY = "VirtualNetworkGateway"
    INTERNET = "Internet"
    APPLIANCE = "VirtualAppliance"
    APPLIANCES = "VirtualApplianceEcmp"
    NONE = "None"


class ConnectionType(StrEnum):
    """What a gateway's connection leads to (facts §8)."""

    SITE = "IPsec"
    VNET = "Vnet2Vnet"
    EXPRESS_ROUTE = "ExpressRoute"
    CLIENT = "VPNClient"


class LinkStatus(StrEnum):
    """Whether a gateway's connection is up: VirtualNetworkGatewayConnectionStatus in azure-mgmt-network 33.1.

    Listings leave it out or empty, a GET has it (facts §8, from memory).
    """

    UNSET = ""
    UNKNOWN = "Unknown"
    CONNECTING = "Connecting"
    CONNECTED = "Connected"
    NOT_CONNECTED = "NotConnected"


class CircuitState(StrEnum):
    """Whether Microsoft's side of an ExpressRoute circuit is on (facts §8)."""

    ENABLED = "Enabled"
    ENABLING = "Enabling"
    DISABLED = "Disabled"
    DISABLING = "Disabling"


class ProviderState(StrEnum):
    """Whether the provider's side of a circuit is on: ServiceProviderProvisioningState in azure-mgmt-network 33.1."""

    NOT_PROVISIONED = "NotProvisioned"
    PROVISIONING = "Provisioning"
    PROVISIONED = "Provisioned"
    DEPROVISIONING = "Deprovisioning"
    DEPROVISIONED = "DeProvisioned"


def _prefix(value: object) -> Network | None:
    """Read a route's prefix; None where it is the name of a service tag instead."""
    return network(value) if _is_network(text(value)) else None


def _tag(value: object) -> str | None:
    """Read the service tag that a route is for; None where it is for a prefix."""
    return None if _is_network(text(value)) else text(value)


def _is_network(prefix: str) -> bool:
    return prefix[:1].isdigit() or ":" in prefix


@model
class UserRoute:
    """One route of a route table, for a prefix or for the addresses of a service tag."""

    name: Maybe[str] = at("name", text, absent="")
    prefix: Maybe[Network | None] = at("properties.addressPrefix", _prefix)
    tag: Maybe[str | None] = at("properties.addressPrefix", _tag)
    next_hop: Maybe[NextHopType] = at("properties.nextHopType", one_of(NextHopType))
    address: Maybe[Address | None] = at("properties.nextHopIpAddress", address, absent=None)


@model
class RouteTable(Resource):
    """The user-defined routes of the subnets that it is attached to."""

    TYPE: ClassVar[str] = "Microsoft.Network/routeTables"

    routes: Maybe[tuple[UserRoute, ...]] = at("properties.routes", many(part(UserRoute)), absent=())
    ignores_gateway: Maybe[bool] = at("properties.disableBgpRoutePropagation", boolean, absent=False)


@model
class NatGateway(Resource):
    """A NAT gateway. Without a public address or prefix it lets nothing out."""

    TYPE: ClassVar[str] = "Microsoft.Network/natGateways"

    addresses: Maybe[tuple[Reference, ...]] = at("properties.publicIpAddresses", many(part(Reference)), absent=())
    prefixes: Maybe[tuple[Reference, ...]] = at("properties.publicIpPrefixes", many(part(Reference)), absent=())
    virtual_network: Maybe[ArmId | None] = at("properties.sourceVirtualNetwork.id", arm_id, absent=None)
    sku: Maybe[str | None] = at("sku.name", text, absent=None)


@model
class PublicIpAddress(Resource):
    """A public IP address; a dynamic one has no value while nothing runs behind it."""

    TYPE: ClassVar[str] = "Microsoft.Network/publicIPAddresses"

    address: Maybe[Address | None] = at("properties.ipAddress", address, absent=None)
    sku: Maybe[str | None] = at("sku.name", text, absent=None)
    allocation: Maybe[str | None] = at("properties.publicIPAllocationMethod", text, absent=None)
    version: Maybe[str | None] = at("properties.publicIPAddressVersion", text, absent=None)
    # What it is attached to, as the address itself tells.
    configuration: Maybe[ArmId | None] = at("properties.ipConfiguration.id", arm_id, absent=None)
    nat_gateway: Maybe[ArmId | None] = at("properties.natGateway.id", arm_id, absent=None)


@model
class Frontend:
    """An address that a load balancer answers on."""

    id: Maybe[ArmId] = at("id", arm_id)
    address: Maybe[Address | None] = at("properties.privateIPAddress", address, absent=None)
    subnet: Maybe[ArmId | None] = at("properties.subnet.id", arm_id, absent=None)
    public_address: Maybe[ArmId | None] = at("properties.publicIPAddress.id", arm_id, absent=None)


@model
class NatRule:
    """A rule of a frontend: one port that leads straight to one machine, one to a machine, or one for all of a pool."""

    id: Maybe[ArmId] = at("id", arm_id)
    frontend: Maybe[ArmId] = at("properties.frontendIPConfiguration.id", arm_id)
    pool: Maybe[ArmId | None] = at("properties.backendAddressPool.id", arm_id, absent=None)
    # A gateway load balancer's rule has two.
    pools: Maybe[tuple[Reference, ...]] = at("properties.backendAddressPools", many(part(Reference)), absent=())


@model
class LoadBalancer(Resource):
    """A load balancer, public or internal by its frontends."""

    TYPE: ClassVar[str] = "Microsoft.Network/loadBalancers"

    frontends: Maybe[tuple[Frontend, ...]] = at("properties.frontendIPConfigurations", many(part(Frontend)), absent=())
    nat_rules: Maybe[tuple[NatRule, ...]] = at("properties.inboundNatRules", many(part(NatRule)), absent=())
    nat_pools: Maybe[tuple[NatRule, ...]] = at("properties.inboundNatPools", many(part(NatRule)), absent=())
    rules: Maybe[tuple[NatRule, ...]] = at("properties.loadBalancingRules", many(part(NatRule)), absent=())


@model
class GatewayConnection(Resource):
    """A connection of a virtual network gateway: to a site, another gateway or an ExpressRoute circuit."""

    TYPE: ClassVar[str] = "Microsoft.Network/connections"

    kind: Maybe[ConnectionType] = at("properties.connectionType", one_of(ConnectionType))
    status: Maybe[LinkStatus] = at("properties.connectionStatus", one_of(LinkStatus), absent=LinkStatus.UNSET)
    gateway: Maybe[ArmId] = at("properties.virtualNetworkGateway1.id", arm_id)
    other_gateway: Maybe[ArmId | None] = at("properties.virtualNetworkGateway2.id", arm_id, absent=None)

    @property
    def ends(self) -> tuple[Maybe[ArmId | None], ...]:
        """The gateways on either end."""
        return self.gateway, self.other_gateway

    circuit: Maybe[ArmId | None] = at("properties.peer.id", arm_id, absent=None)


@model
class ExpressRouteCircuit(Resource):
    """An ExpressRoute circuit, which Azure and the provider enable each on their side."""

    TYPE: ClassVar[str] = "Microsoft.Network/expressRouteCircuits"

    azure_state: Maybe[CircuitState] = at("properties.circuitProvisioningState", one_of(CircuitState))
    provider_state: Maybe[ProviderState] = at("properties.serviceProviderProvisioningState", one_of(ProviderState))
    tier: Maybe[str | None] = at("sku.tier", text, absent=None)
    family: Maybe[str | None] = at("sku.family", text, absent=None)
    # Absent on a circuit of a port of one's own (ExpressRoute Direct).
    megabits: Maybe[int | None] = at("properties.serviceProviderProperties.bandwidthInMbps", integer, absent=None)


def _attached(connection: object) -> ArmId | None:
    """Read what a hub's ExpressRoute connection leads to: the circuit above the peering that it names."""
    properties = mapping(mapping(connection).get("properties") or {})
    peering = mapping(properties.get("expressRouteCircuitPeering") or {}).get("id")
    if peering is None:
        raise Malformed("the connection names no circuit")
    return arm_id(peering).parent


@model
class HubVpnGateway(Resource):
    """A site-to-site VPN gateway of a Virtual WAN hub."""

    TYPE: ClassVar[str] = "Microsoft.Network/vpnGateways"

    hub: Maybe[ArmId] = at("properties.virtualHub.id", arm_id)
    connections: Maybe[tuple[Reference, ...]] = at("properties.connections", many(part(Reference)), absent=())
    scale_units: Maybe[int | None] = at("properties.vpnGatewayScaleUnit", integer, absent=None)


def _client_pool(configuration: object) -> tuple[Network, ...]:
    properties = mapping(mapping(configuration).get("properties") or {})
    pool = mapping(properties.get("vpnClientAddressPool") or {})
    return many(network)(pool.get("addressPrefixes") or ())


@model
class HubClientGateway(Resource):
    """A point-to-site VPN gateway of a Virtual WAN hub; each configuration has a pool of client addresses."""

    TYPE: ClassVar[str] = "Microsoft.Network/p2sVpnGateways"

    hub: Maybe[ArmId] = at("properties.virtualHub.id", arm_id)
    client_pools: Maybe[tuple[tuple[Network, ...], ...]] = at(
        "properties.p2SConnectionConfigurations", many(_client_pool), absent=()
    )
    scale_units: Maybe[int | None] = at("properties.vpnGatewayScaleUnit", integer, absent=None)


@model
class HubExpressRouteGateway(Resource):
    """An ExpressRoute gateway of a Virtual WAN hub; `circuits` are those that it is connected to."""

    TYPE: ClassVar[str] = "Microsoft.Network/expressRouteGateways"

    hub: Maybe[ArmId] = at("properties.virtualHub.id", arm_id)
    circuits: Maybe[tuple[ArmId | None, ...]] = at("properties.expressRouteConnections", many(_attached), absent=())
    scale_units: Maybe[int | None] = at("properties.autoScaleConfiguration.bounds.min", integer, absent=None)


HubGateway = HubVpnGateway | HubClientGateway | HubExpressRouteGateway
"""What lets people into a Virtual WAN hub."""
