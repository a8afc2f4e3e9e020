"""What lets people and other networks in: Bastion hosts, gateways, Virtual WAN hubs."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import Network, arm_id, at, boolean, integer, many, network, one_of, part, text
from scanner.model.interfaces import IpConfiguration
from scanner.model.network import Reference
from scanner.model.resource import ProvisioningState, Resource, model


class GatewayType(StrEnum):
    """What a virtual network gateway is for."""

    VPN = "Vpn"
    EXPRESS_ROUTE = "ExpressRoute"
    LOCAL = "LocalGateway"


class HubSku(StrEnum):
    """The kinds of Virtual WAN hub (facts §13)."""

    BASIC = "Basic"
    STANDARD = "Standard"


@model
class BastionHost(Resource):
    """A Bastion host. The Developer SKU names its virtual network; the others sit in AzureBastionSubnet."""

    TYPE: ClassVar[str] = "Microsoft.Network/bastionHosts"

    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )
    virtual_network: Maybe[ArmId | None] = at("properties.virtualNetwork.id", arm_id, absent=None)
    # SKUs are text wherever they only tell a price: one of tomorrow has none yet, and is told by its name.
    sku: Maybe[str | None] = at("sku.name", text, absent=None)
    # learn.microsoft.com/azure/bastion/configuration-settings, "Instance and host scaling": two unless it was scaled.
    scale_units: Maybe[int] = at("properties.scaleUnits", integer, absent=2)


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
    sku: Maybe[str | None] = at("properties.sku.name", text, absent=None)


@model
class HubConnection(Resource):
    """A virtual network attached to a Virtual WAN hub."""

    TYPE: ClassVar[str] = "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections"

    remote: Maybe[ArmId] = at("properties.remoteVirtualNetwork.id", arm_id)
    provisioning: Maybe[ProvisioningState] = at(
        "properties.provisioningState", one_of(ProvisioningState), absent=ProvisioningState.SUCCEEDED
    )
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
    sku: Maybe[HubSku] = at("properties.sku", one_of(HubSku), absent=HubSku.STANDARD)
    firewall: Maybe[ArmId | None] = at("properties.azureFirewall.id", arm_id, absent=None)
    prefix: Maybe[Network | None] = at("properties.addressPrefix", network, absent=None)
