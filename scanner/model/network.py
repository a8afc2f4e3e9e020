"""Virtual networks with their subnets and peerings."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe, known
from scanner.model.arm import ArmId
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
    text,
)
from scanner.model.resource import Resource, model


class PeeringState(StrEnum):
    """How far the two sides of a peering have found each other."""

    INITIATED = "Initiated"
    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


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

    @property
    def filters_endpoints(self) -> bool:
        """Whether security groups apply to its private endpoints."""
        return known(self.endpoint_policies, self.name) in {EndpointPolicies.ENABLED, EndpointPolicies.SECURITY_GROUPS}


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

    def remotes(self) -> Iterator[ArmId]:
        """Yield the VNets that this one declares a peering with. Raises MissingEvidence where it does not say."""
        yield from (known(each.remote, self.name) for each in known(self.peerings, self.name))
