"""Network interfaces and the addresses that they, gateways and Bastion hosts have."""

from __future__ import annotations

from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import Address, address, arm_id, at, boolean, many, part, present, text, word
from scanner.model.network import Reference
from scanner.model.resource import Resource, model


@model
class IpConfiguration:
    """An address of a network interface, Bastion host, gateway or firewall.

    `fqdns` are the public names that a private endpoint's address stands for.
    """

    name: Maybe[str] = at("name", word, absent="")
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
    dns_servers: Maybe[tuple[Address, ...]] = at("properties.dnsSettings.dnsServers", many(address), absent=())
    # In an availability set each machine is given those of all its interfaces: NetworkInterfaceDnsSettings in
    # azure-mgmt-network 33.1 (2026-03).
    applied_dns_servers: Maybe[tuple[Address, ...]] = at(
        "properties.dnsSettings.appliedDnsServers", many(address), absent=()
    )
