"""Azure networking: virtual networks, private endpoints, network interfaces, and what lets people in."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.fields import (
    Address,
    Malformed,
    Network,
    address,
    arm_id,
    at,
    boolean,
    many,
    mapping,
    network,
    one_of,
    part,
    present,
    text,
)
from scanner.model.resource import Resource, model


class PeeringState(StrEnum):
    """How far the two sides of a peering have found each other."""

    INITIATED = "Initiated"
    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


class LinkState(StrEnum):
    """How far Azure is with a private DNS zone's link. Only a completed one resolves (facts §6)."""

    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"


class ResolutionPolicy(StrEnum):
    """What becomes of a name that the zone lacks: it does not exist, or public DNS answers (facts §6)."""

    DEFAULT = "Default"
    PUBLIC_FALLBACK = "NxDomainRedirect"


class PeeringSync(StrEnum):
    """Whether both sides of a peering know each other's present address space (facts §7)."""

    IN_SYNC = "FullyInSync"
    REMOTE_NOT_IN_SYNC = "RemoteNotInSync"
    LOCAL_NOT_IN_SYNC = "LocalNotInSync"
    NEITHER_IN_SYNC = "LocalAndRemoteNotInSync"


class EndpointPolicies(StrEnum):
    """Which policies of a subnet its private endpoints obey (facts §5)."""

    DISABLED = "Disabled"
    ENABLED = "Enabled"
    SECURITY_GROUPS = "NetworkSecurityGroupEnabled"
    ROUTE_TABLES = "RouteTableEnabled"


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


def _prefixes(properties: object) -> tuple[Network, ...]:
    """Read a subnet's prefixes: Azure has one in `addressPrefix`, or several in `addressPrefixes`."""
    found = mapping(properties)
    several, one = found.get("addressPrefixes"), found.get("addressPrefix")
    if several:
        return many(network)(several)
    if one is None:
        raise Malformed("Azure returned no prefix")
    return (network(one),)


@model
class ServiceEndpoint:
    """A subnet's direct way to an Azure service; it goes around the subnet's own routes (facts §13)."""

    service: Maybe[str] = at("service", text)


@model
class Subnet(Resource):
    """A subnet of a virtual network."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks/subnets"
    LISTED_WITH: ClassVar[str] = "Microsoft.Network/virtualNetworks"

    prefixes: Maybe[tuple[Network, ...]] = at("properties", _prefixes)
    network_security_group: Maybe[ArmId | None] = at("properties.networkSecurityGroup.id", arm_id, absent=None)
    route_table: Maybe[ArmId | None] = at("properties.routeTable.id", arm_id, absent=None)
    nat_gateway: Maybe[ArmId | None] = at("properties.natGateway.id", arm_id, absent=None)
    # Absent on a subnet that an older api-version made: then outbound access is implicit (facts §13).
    default_outbound: Maybe[bool | None] = at("properties.defaultOutboundAccess", boolean, absent=None)
    endpoint_policies: Maybe[EndpointPolicies] = at(
        "properties.privateEndpointNetworkPolicies", one_of(EndpointPolicies), absent=EndpointPolicies.DISABLED
    )
    delegations: Maybe[tuple[Delegation, ...]] = at("properties.delegations", many(part(Delegation)), absent=())
    service_endpoints: Maybe[tuple[ServiceEndpoint, ...]] = at(
        "properties.serviceEndpoints", many(part(ServiceEndpoint)), absent=()
    )
    service_endpoint_policies: Maybe[tuple[Reference, ...]] = at(
        "properties.serviceEndpointPolicies", many(part(Reference)), absent=()
    )


@model
class Peering(Resource):
    """One side of a peering between two virtual networks."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
    LISTED_WITH: ClassVar[str] = "Microsoft.Network/virtualNetworks"

    remote: Maybe[ArmId] = at("properties.remoteVirtualNetwork.id", arm_id)
    state: Maybe[PeeringState] = at("properties.peeringState", one_of(PeeringState))
    sync: Maybe[PeeringSync] = at("properties.peeringSyncLevel", one_of(PeeringSync))
    # Azure returns these four switches always; a template that leaves them out gets true for the first only
    # (https://learn.microsoft.com/azure/templates/microsoft.network/virtualnetworks/virtualnetworkpeerings, 2024).
    allows_access: Maybe[bool] = at("properties.allowVirtualNetworkAccess", boolean, absent=True)
    allows_forwarded: Maybe[bool] = at("properties.allowForwardedTraffic", boolean, absent=False)
    allows_transit: Maybe[bool] = at("properties.allowGatewayTransit", boolean, absent=False)
    uses_remote_gateways: Maybe[bool] = at("properties.useRemoteGateways", boolean, absent=False)
    # Of the remote VNet, `synced` is what this side routes to, `remote_space` what it has by now (facts §7).
    synced: Maybe[tuple[Network, ...] | None] = at(
        "properties.remoteAddressSpace.addressPrefixes", many(network), absent=None
    )
    remote_space: Maybe[tuple[Network, ...] | None] = at(
        "properties.remoteVirtualNetworkAddressSpace.addressPrefixes", many(network), absent=None
    )
    complete: Maybe[bool] = at("properties.peerCompleteVnets", boolean, absent=True)
    local_subnets: Maybe[tuple[str, ...]] = at("properties.localSubnetNames", many(text), absent=())
    remote_subnets: Maybe[tuple[str, ...]] = at("properties.remoteSubnetNames", many(text), absent=())


@model
class VirtualNetwork(Resource):
    """A virtual network with its subnets and its side of each peering."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks"

    address_space: Maybe[tuple[Network, ...]] = at("properties.addressSpace.addressPrefixes", many(network))
    subnets: Maybe[tuple[Subnet, ...]] = at("properties.subnets", many(part(Subnet)), absent=())
    peerings: Maybe[tuple[Peering, ...]] = at("properties.virtualNetworkPeerings", many(part(Peering)), absent=())
    # A StandardV2 NAT gateway can serve a whole virtual network (facts §13).
    nat_gateway: Maybe[ArmId | None] = at("properties.defaultPublicNatGateway.id", arm_id, absent=None)
    # None means Azure-provided DNS (facts §6).
    dns_servers: Maybe[tuple[Address, ...]] = at("properties.dhcpOptions.dnsServers", many(address), absent=())


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
    interfaces: Maybe[tuple[Reference, ...]] = at("properties.networkInterfaces", many(part(Reference)), absent=())
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
    """An address of a network interface, Bastion host, gateway or firewall.

    `fqdns` are the public names that a private endpoint's address stands for.
    """

    subnet: Maybe[ArmId | None] = at("properties.subnet.id", arm_id, absent=None)
    private_address: Maybe[Address | None] = at("properties.privateIPAddress", address, absent=None)
    public_address: Maybe[ArmId | None] = at("properties.publicIPAddress.id", arm_id, absent=None)
    # A scale set's template says that each instance gets one, not which.
    public_template: Maybe[bool] = at("properties.publicIPAddressConfiguration", present, absent=False)
    nat_rules: Maybe[tuple[Reference, ...]] = at(
        "properties.loadBalancerInboundNatRules", many(part(Reference)), absent=()
    )
    nat_pools: Maybe[tuple[Reference, ...]] = at(
        "properties.loadBalancerInboundNatPools", many(part(Reference)), absent=()
    )
    backend_pools: Maybe[tuple[Reference, ...]] = at(
        "properties.loadBalancerBackendAddressPools", many(part(Reference)), absent=()
    )
    fqdns: Maybe[tuple[str, ...]] = at("properties.privateLinkConnectionProperties.fqdns", many(text), absent=())
    application_security_groups: Maybe[tuple[Reference, ...]] = at(
        "properties.applicationSecurityGroups", many(part(Reference)), absent=()
    )


@model
class NetworkInterface(Resource):
    """A network interface of a machine or endpoint."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkInterfaces"

    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )
    forwards: Maybe[bool] = at("properties.enableIPForwarding", boolean, absent=False)
    network_security_group: Maybe[ArmId | None] = at("properties.networkSecurityGroup.id", arm_id, absent=None)


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
    # Clients get addresses from here: with any, point-to-site is configured (facts §8).
    client_pool: Maybe[tuple[Network, ...]] = at(
        "properties.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes", many(network), absent=()
    )
    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )


@model
class HubConnection(Resource):
    """A virtual network attached to a Virtual WAN hub."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections"

    remote: Maybe[ArmId] = at("properties.remoteVirtualNetwork.id", arm_id)
    provisioning: Maybe[str] = at("properties.provisioningState", text, absent="Succeeded")
    # With the hub's defaultRouteTable in both, which is what absence means, every connection reaches every other.
    associated: Maybe[ArmId | None] = at("properties.routingConfiguration.associatedRouteTable.id", arm_id, absent=None)
    propagated: Maybe[tuple[Reference, ...] | None] = at(
        "properties.routingConfiguration.propagatedRouteTables.ids", many(part(Reference)), absent=None
    )
    internet_security: Maybe[bool] = at("properties.enableInternetSecurity", boolean, absent=False)


@model
class VirtualHub(Resource):
    """A Virtual WAN hub."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualHubs"

    virtual_wan: Maybe[ArmId | None] = at("properties.virtualWan.id", arm_id, absent=None)
    sku: Maybe[str] = at("properties.sku", text, absent="Standard")
    firewall: Maybe[ArmId | None] = at("properties.azureFirewall.id", arm_id, absent=None)


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
    policy: Maybe[ResolutionPolicy] = at(
        "properties.resolutionPolicy", one_of(ResolutionPolicy), absent=ResolutionPolicy.DEFAULT
    )
    state: Maybe[LinkState] = at("properties.virtualNetworkLinkState", one_of(LinkState))
    provisioning: Maybe[str] = at("properties.provisioningState", text)
