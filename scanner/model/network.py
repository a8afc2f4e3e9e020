"""Azure networking: virtual networks, private endpoints, network interfaces, and what lets people in."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.fields import Network, arm_id, at, boolean, many, network, one_of, part, text
from scanner.model.resource import Resource, model


class PeeringState(StrEnum):
    """How far the two sides of a peering have found each other."""

    INITIATED = "Initiated"
    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


class GatewayType(StrEnum):
    """What a virtual network gateway is for."""

    VPN = "Vpn"
    EXPRESS_ROUTE = "ExpressRoute"
    LOCAL = "LocalGateway"


@model
class Reference:
    """An object that only names another one."""

    id: Maybe[ArmId] = at("id", arm_id)


@model
class Delegation:
    """A subnet handed over to one service."""

    service: Maybe[str] = at("properties.serviceName", text)


@model
class Subnet(Resource):
    """A subnet of a virtual network."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks/subnets"
    LISTED_WITH: ClassVar[str] = "Microsoft.Network/virtualNetworks"

    network_security_group: Maybe[ArmId | None] = at("properties.networkSecurityGroup.id", arm_id, absent=None)
    delegations: Maybe[tuple[Delegation, ...]] = at("properties.delegations", many(part(Delegation)), absent=())


@model
class Peering(Resource):
    """One side of a peering between two virtual networks."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
    LISTED_WITH: ClassVar[str] = "Microsoft.Network/virtualNetworks"

    remote: Maybe[ArmId] = at("properties.remoteVirtualNetwork.id", arm_id)
    state: Maybe[PeeringState] = at("properties.peeringState", one_of(PeeringState))


@model
class VirtualNetwork(Resource):
    """A virtual network with its subnets and its side of each peering."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks"

    address_space: Maybe[tuple[Network, ...]] = at("properties.addressSpace.addressPrefixes", many(network))
    subnets: Maybe[tuple[Subnet, ...]] = at("properties.subnets", many(part(Subnet)), absent=())
    peerings: Maybe[tuple[Peering, ...]] = at("properties.virtualNetworkPeerings", many(part(Peering)), absent=())


@model
class ServiceConnection:
    """What a private endpoint asks for: a resource and its sub-resources."""

    target: Maybe[ArmId] = at("properties.privateLinkServiceId", arm_id)
    group_ids: Maybe[tuple[str, ...]] = at("properties.groupIds", many(text), absent=())
    status: Maybe[ConnectionStatus] = at(
        "properties.privateLinkServiceConnectionState.status", one_of(ConnectionStatus)
    )


@model
class PrivateEndpoint(Resource):
    """A private endpoint: a network interface in a subnet that leads to one resource."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateEndpoints"

    subnet: Maybe[ArmId] = at("properties.subnet.id", arm_id)
    automatic: Maybe[tuple[ServiceConnection, ...]] = at(
        "properties.privateLinkServiceConnections", many(part(ServiceConnection)), absent=()
    )
    manual: Maybe[tuple[ServiceConnection, ...]] = at(
        "properties.manualPrivateLinkServiceConnections", many(part(ServiceConnection)), absent=()
    )


@model
class ZoneConfig:
    """One zone that a zone group writes records to."""

    zone: Maybe[ArmId] = at("properties.privateDnsZoneId", arm_id)


@model
class ZoneGroup(Resource):
    """The private DNS zones that Azure keeps up to date for an endpoint."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"

    zones: Maybe[tuple[ZoneConfig, ...]] = at("properties.privateDnsZoneConfigs", many(part(ZoneConfig)), absent=())


@model
class IpConfiguration:
    """An address of a network interface, Bastion host or gateway."""

    subnet: Maybe[ArmId | None] = at("properties.subnet.id", arm_id, absent=None)


@model
class NetworkInterface(Resource):
    """A network interface of a machine or endpoint."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkInterfaces"

    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )


@model
class BastionHost(Resource):
    """A Bastion host. The Developer SKU names its virtual network; the others sit in AzureBastionSubnet."""

    TYPE: ClassVar[str] = "Microsoft.Network/bastionHosts"

    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )
    virtual_network: Maybe[ArmId | None] = at("properties.virtualNetwork.id", arm_id, absent=None)


@model
class VirtualNetworkGateway(Resource):
    """A VPN or ExpressRoute gateway in a GatewaySubnet."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworkGateways"

    gateway_type: Maybe[GatewayType] = at("properties.gatewayType", one_of(GatewayType))
    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )


@model
class HubConnection(Resource):
    """A virtual network attached to a Virtual WAN hub."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections"

    remote: Maybe[ArmId] = at("properties.remoteVirtualNetwork.id", arm_id)


@model
class VirtualHub(Resource):
    """A Virtual WAN hub."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualHubs"


@model
class PrivateDnsZone(Resource):
    """A private DNS zone."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones"


@model
class ZoneLink(Resource):
    """A private DNS zone's link to a virtual network."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"

    virtual_network: Maybe[ArmId] = at("properties.virtualNetwork.id", arm_id)
    registration: Maybe[bool] = at("properties.registrationEnabled", boolean, absent=False)
