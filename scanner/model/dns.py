"""Name resolution: what private DNS zones hold, and the DNS servers and forwarders that virtual networks use.

Source: the models of azure-mgmt-privatedns 2.0.0, azure-mgmt-dnsresolver 1.1 and azure-mgmt-network 33.1 (facts §6).
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import (
    Address,
    Malformed,
    Reader,
    address,
    arm_id,
    at,
    many,
    mapping,
    one_of,
    part,
    text,
)
from scanner.model.network import Reference
from scanner.model.resource import Resource, model


class RuleState(StrEnum):
    """Whether a forwarding rule takes part."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"


def _ipv4_record(value: object) -> IPv4Address:
    """Read one A record: {"ipv4Address": "10.0.0.4"}."""
    found = address(mapping(value).get("ipv4Address"))
    if not isinstance(found, IPv4Address):
        raise Malformed(f"{found} is not an IPv4 address")
    return found


def _address_at(key: str) -> Reader[Address]:
    """Read the address that an object has under a key; the resolver's objects have no envelope."""
    return lambda value: address(mapping(value).get(key))


@model
class AddressRecords(Resource):
    """The A records of one name in a private DNS zone: its name is relative to the zone, `@` for the zone itself."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones/A"
    LISTED_WITH: ClassVar[str] = "Microsoft.Network/privateDnsZones/ALL"

    addresses: Maybe[tuple[IPv4Address, ...]] = at("properties.aRecords", many(_ipv4_record), absent=())


@model
class CanonicalName(Resource):
    """A CNAME record in a private DNS zone: the name leads on to another one, fully qualified."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones/CNAME"
    LISTED_WITH: ClassVar[str] = "Microsoft.Network/privateDnsZones/ALL"

    target: Maybe[str] = at("properties.cnameRecord.cname", text)


@model
class DnsResolver(Resource):
    """A DNS Private Resolver: Azure-provided name resolution of one virtual network, offered to others."""

    TYPE: ClassVar[str] = "Microsoft.Network/dnsResolvers"

    virtual_network: Maybe[ArmId] = at("properties.virtualNetwork.id", arm_id)


@model
class InboundEndpoint(Resource):
    """An inbound endpoint of a DNS Private Resolver, which other networks name as their DNS server."""

    TYPE: ClassVar[str] = "Microsoft.Network/dnsResolvers/inboundEndpoints"

    addresses: Maybe[tuple[Address, ...]] = at("properties.ipConfigurations", many(_address_at("privateIpAddress")))


@model
class ForwardingRuleset(Resource):
    """A DNS forwarding ruleset: it sends the queries of the virtual networks linked to it to other servers."""

    TYPE: ClassVar[str] = "Microsoft.Network/dnsForwardingRulesets"

    outbound_endpoints: Maybe[tuple[Reference, ...]] = at(
        "properties.dnsResolverOutboundEndpoints", many(part(Reference))
    )


@model
class ForwardingRule(Resource):
    """One rule of a forwarding ruleset: queries for a domain, `.` being every domain, go to these servers."""

    TYPE: ClassVar[str] = "Microsoft.Network/dnsForwardingRulesets/forwardingRules"

    domain: Maybe[str] = at("properties.domainName", text)
    targets: Maybe[tuple[Address, ...]] = at("properties.targetDnsServers", many(_address_at("ipAddress")))
    state: Maybe[RuleState] = at("properties.forwardingRuleState", one_of(RuleState), absent=RuleState.ENABLED)


@model
class RulesetLink(Resource):
    """A forwarding ruleset's link to a virtual network."""

    TYPE: ClassVar[str] = "Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks"

    virtual_network: Maybe[ArmId] = at("properties.virtualNetwork.id", arm_id)
