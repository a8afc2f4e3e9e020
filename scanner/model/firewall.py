"""Azure Firewall: what lets packets of whole networks out, and the policies and rules by which it does.

Source of the fields: the models of azure-mgmt-network 33.1, FirewallPolicyRuleCollectionGroup and AzureFirewall.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, summarize_address_range
from typing import ClassVar, TypeAlias

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import (
    Address,
    Malformed,
    address,
    arm_id,
    at,
    boolean,
    integer,
    many,
    mapping,
    one_of,
    part,
    present,
    text,
)
from scanner.model.interfaces import IpConfiguration
from scanner.model.network_security import AddressTerm, PortRange, address_term, ports
from scanner.model.resource import Resource, model


class FirewallProtocol(StrEnum):
    """The protocols that a network rule can name: FirewallPolicyRuleNetworkProtocol in azure-mgmt-network 33.1."""

    TCP = "TCP"
    UDP = "UDP"
    ICMP = "ICMP"
    ANY = "Any"


class ApplicationProtocol(StrEnum):
    """The protocols that an application rule can name: AzureFirewallApplicationRuleProtocolType, the same SDK."""

    HTTP = "Http"
    HTTPS = "Https"
    MSSQL = "Mssql"


class CollectionAction(StrEnum):
    """What the rules of a collection do with what they match."""

    ALLOW = "Allow"
    DENY = "Deny"
    DNAT = "DNAT"
    SNAT = "SNAT"


class RuleKind(StrEnum):
    """What a rule of a policy looks at: FirewallPolicyRuleType in azure-mgmt-network 33.1."""

    NETWORK = "NetworkRule"
    APPLICATION = "ApplicationRule"
    NAT = "NatRule"


def addresses(value: object) -> tuple[AddressTerm, ...]:
    """Read addresses of a rule or an IP group: prefixes, service tags, `*`, and ranges written "10.0.0.1-10.0.0.9"."""
    return tuple(term for each in many(text)(value) for term in _terms(each.strip()))


def _terms(found: str) -> tuple[AddressTerm, ...]:
    first, dash, last = found.partition("-")
    if not dash or not first[:1].isdigit():
        return (address_term(found),)
    begin, end = address(first), address(last)
    if isinstance(begin, IPv4Address) and isinstance(end, IPv4Address):
        return tuple(summarize_address_range(begin, end))
    if isinstance(begin, IPv6Address) and isinstance(end, IPv6Address):
        return tuple(summarize_address_range(begin, end))
    raise Malformed(f"{found!r} is not a range of addresses")


@model
class Service:
    """A protocol and port of an application rule. Without a port it is the protocol's own."""

    protocol: Maybe[ApplicationProtocol] = at("protocolType", one_of(ApplicationProtocol))
    port: Maybe[int | None] = at("port", integer, absent=None)


@model
class PolicyRule:
    """One rule of a policy's collection. Which fields count is told by its kind.

    `names`, `urls`, `tags` and `categories` are what an application rule is about, `destination_names` of a network
    rule. `destinations` may narrow an application rule too. A rule of address translation sends what is for its
    destinations, addresses of the firewall, on to the translated address or name.
    """

    name: Maybe[str] = at("name", text, absent="")
    kind: Maybe[RuleKind] = at("ruleType", one_of(RuleKind))
    sources: Maybe[tuple[AddressTerm, ...]] = at("sourceAddresses", addresses, absent=())
    source_groups: Maybe[tuple[ArmId, ...]] = at("sourceIpGroups", many(arm_id), absent=())
    destinations: Maybe[tuple[AddressTerm, ...]] = at("destinationAddresses", addresses, absent=())
    destination_groups: Maybe[tuple[ArmId, ...]] = at("destinationIpGroups", many(arm_id), absent=())
    destination_names: Maybe[tuple[str, ...]] = at("destinationFqdns", many(text), absent=())
    protocols: Maybe[tuple[FirewallProtocol, ...]] = at("ipProtocols", many(one_of(FirewallProtocol)), absent=())
    translated_address: Maybe[Address | None] = at("translatedAddress", address, absent=None)
    translated_name: Maybe[str | None] = at("translatedFqdn", text, absent=None)
    translated_port: Maybe[PortRange | None] = at("translatedPort", ports, absent=None)
    ports: Maybe[tuple[PortRange, ...]] = at("destinationPorts", many(ports), absent=())
    services: Maybe[tuple[Service, ...]] = at("protocols", many(part(Service)), absent=())
    names: Maybe[tuple[str, ...]] = at("targetFqdns", many(text), absent=())
    urls: Maybe[tuple[str, ...]] = at("targetUrls", many(text), absent=())
    tags: Maybe[tuple[str, ...]] = at("fqdnTags", many(text), absent=())
    categories: Maybe[tuple[str, ...]] = at("webCategories", many(text), absent=())


@model
class PolicyCollection:
    """Some rules of one kind with one action, tried by priority within their group."""

    name: Maybe[str] = at("name", text, absent="")
    priority: Maybe[int] = at("priority", integer)
    action: Maybe[CollectionAction] = at("action.type", one_of(CollectionAction))
    rules: Maybe[tuple[PolicyRule, ...]] = at("rules", many(part(PolicyRule)), absent=())


@model
class RuleCollectionGroup(Resource):
    """A group of rule collections of a firewall policy, tried by priority."""

    TYPE: ClassVar[str] = "Microsoft.Network/firewallPolicies/ruleCollectionGroups"

    priority: Maybe[int] = at("properties.priority", integer)
    collections: Maybe[tuple[PolicyCollection, ...]] = at(
        "properties.ruleCollections", many(part(PolicyCollection)), absent=()
    )


@model
class ClassicNetworkRule:
    """A network rule that stands in a firewall without a policy."""

    name: Maybe[str] = at("name", text, absent="")
    sources: Maybe[tuple[AddressTerm, ...]] = at("sourceAddresses", addresses, absent=())
    source_groups: Maybe[tuple[ArmId, ...]] = at("sourceIpGroups", many(arm_id), absent=())
    destinations: Maybe[tuple[AddressTerm, ...]] = at("destinationAddresses", addresses, absent=())
    destination_groups: Maybe[tuple[ArmId, ...]] = at("destinationIpGroups", many(arm_id), absent=())
    destination_names: Maybe[tuple[str, ...]] = at("destinationFqdns", many(text), absent=())
    protocols: Maybe[tuple[FirewallProtocol, ...]] = at("protocols", many(one_of(FirewallProtocol)), absent=())
    ports: Maybe[tuple[PortRange, ...]] = at("destinationPorts", many(ports), absent=())


@model
class ClassicApplicationRule:
    """An application rule that stands in a firewall without a policy."""

    name: Maybe[str] = at("name", text, absent="")
    sources: Maybe[tuple[AddressTerm, ...]] = at("sourceAddresses", addresses, absent=())
    source_groups: Maybe[tuple[ArmId, ...]] = at("sourceIpGroups", many(arm_id), absent=())
    services: Maybe[tuple[Service, ...]] = at("protocols", many(part(Service)), absent=())
    names: Maybe[tuple[str, ...]] = at("targetFqdns", many(text), absent=())
    tags: Maybe[tuple[str, ...]] = at("fqdnTags", many(text), absent=())


@model
class ClassicNatRule:
    """A rule of address translation that stands in a firewall without a policy."""

    name: Maybe[str] = at("name", text, absent="")
    sources: Maybe[tuple[AddressTerm, ...]] = at("sourceAddresses", addresses, absent=())
    source_groups: Maybe[tuple[ArmId, ...]] = at("sourceIpGroups", many(arm_id), absent=())
    destinations: Maybe[tuple[AddressTerm, ...]] = at("destinationAddresses", addresses, absent=())
    protocols: Maybe[tuple[FirewallProtocol, ...]] = at("protocols", many(one_of(FirewallProtocol)), absent=())
    translated_address: Maybe[Address | None] = at("translatedAddress", address, absent=None)
    translated_name: Maybe[str | None] = at("translatedFqdn", text, absent=None)
    translated_port: Maybe[PortRange | None] = at("translatedPort", ports, absent=None)
    ports: Maybe[tuple[PortRange, ...]] = at("destinationPorts", many(ports), absent=())


@model
class ClassicNatCollection:
    """Rules of address translation of a firewall without a policy, tried by priority."""

    name: Maybe[str] = at("name", text, absent="")
    priority: Maybe[int] = at("properties.priority", integer)
    action: Maybe[CollectionAction] = at("properties.action.type", one_of(CollectionAction))
    rules: Maybe[tuple[ClassicNatRule, ...]] = at("properties.rules", many(part(ClassicNatRule)), absent=())


@model
class ClassicNetworkCollection:
    """Network rules of a firewall without a policy, tried by priority."""

    name: Maybe[str] = at("name", text, absent="")
    priority: Maybe[int] = at("properties.priority", integer)
    action: Maybe[CollectionAction] = at("properties.action.type", one_of(CollectionAction))
    rules: Maybe[tuple[ClassicNetworkRule, ...]] = at("properties.rules", many(part(ClassicNetworkRule)), absent=())


@model
class ClassicApplicationCollection:
    """Application rules of a firewall without a policy, tried by priority."""

    name: Maybe[str] = at("name", text, absent="")
    priority: Maybe[int] = at("properties.priority", integer)
    action: Maybe[CollectionAction] = at("properties.action.type", one_of(CollectionAction))
    rules: Maybe[tuple[ClassicApplicationRule, ...]] = at(
        "properties.rules", many(part(ClassicApplicationRule)), absent=()
    )


NetworkRule: TypeAlias = PolicyRule | ClassicNetworkRule
ApplicationRule: TypeAlias = PolicyRule | ClassicApplicationRule
NatRule: TypeAlias = PolicyRule | ClassicNatRule


@model
class IpGroup(Resource):
    """Addresses under a name, for rules of firewalls."""

    TYPE: ClassVar[str] = "Microsoft.Network/ipGroups"

    addresses: Maybe[tuple[AddressTerm, ...]] = at("properties.ipAddresses", addresses, absent=())


@model
class DnsSettings:
    """The DNS proxy of a firewall policy. Without servers of its own the proxy asks Azure-provided DNS."""

    proxy: Maybe[bool] = at("enableProxy", boolean, absent=False)
    servers: Maybe[tuple[Address, ...]] = at("servers", many(address), absent=())


@model
class FirewallPolicy(Resource):
    """An Azure Firewall policy. What a child policy does not set it may have from its base."""

    TYPE: ClassVar[str] = "Microsoft.Network/firewallPolicies"

    base: Maybe[ArmId | None] = at("properties.basePolicy.id", arm_id, absent=None)
    dns: Maybe[DnsSettings | None] = at("properties.dnsSettings", part(DnsSettings), absent=None)


def _switch(value: object) -> bool:
    """Read true or false, also as a text."""
    said = str(value).lower()
    if said not in {"true", "false"}:
        raise Malformed(f"{value!r} is neither true nor false")
    return said == "true"


def _classic_dns(value: object) -> DnsSettings:
    """Read the DNS settings of a firewall without a policy: text under keys that have dots in them."""
    settings = mapping(value)
    proxy = _switch(settings.get("Network.DNS.EnableProxy") or "false")
    servers = str(settings.get("Network.DNS.Servers", "")).split(",")
    return DnsSettings(proxy=proxy, servers=tuple(address(each) for each in servers if each.strip()))


def _hub_public(value: object) -> Address:
    """Read one of the public addresses that a firewall in a hub has: {"address": "198.51.100.7"}."""
    return address(mapping(value).get("address"))


@model
class AzureFirewall(Resource):
    """An Azure Firewall, in a subnet of its own or in a Virtual WAN hub."""

    TYPE: ClassVar[str] = "Microsoft.Network/azureFirewalls"

    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )
    hub: Maybe[ArmId | None] = at("properties.virtualHub.id", arm_id, absent=None)
    hub_address: Maybe[Address | None] = at("properties.hubIPAddresses.privateIPAddress", address, absent=None)
    policy: Maybe[ArmId | None] = at("properties.firewallPolicy.id", arm_id, absent=None)
    tier: Maybe[str | None] = at("properties.sku.tier", text, absent=None)
    classic_dns: Maybe[DnsSettings | None] = at("properties.additionalProperties", _classic_dns, absent=None)
    # One that is managed over an interface of its own need have no public address (firewall/management-nic, 2025).
    is_managed_apart: Maybe[bool] = at("properties.managementIpConfiguration", present, absent=False)
    hub_public_addresses: Maybe[tuple[Address, ...]] = at(
        "properties.hubIPAddresses.publicIPs.addresses", many(_hub_public), absent=()
    )
    # Without a policy a firewall has rules of its own.
    nat_rules: Maybe[tuple[ClassicNatCollection, ...]] = at(
        "properties.natRuleCollections", many(part(ClassicNatCollection)), absent=()
    )
    network_rules: Maybe[tuple[ClassicNetworkCollection, ...]] = at(
        "properties.networkRuleCollections", many(part(ClassicNetworkCollection)), absent=()
    )
    application_rules: Maybe[tuple[ClassicApplicationCollection, ...]] = at(
        "properties.applicationRuleCollections", many(part(ClassicApplicationCollection)), absent=()
    )
