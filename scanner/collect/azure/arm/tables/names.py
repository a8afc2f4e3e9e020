"""Names: private DNS zones, resolvers, forwarding rulesets."""

from __future__ import annotations

from scanner.collect.azure.arm.tables.listing import SUBSCRIPTION, Listing, Need, Sdk

_DNS = "2024-06-01"
_DNS_WHY = "first with the resolution policy of links (NxDomainRedirect)"
_RESOLVER = "2022-07-01"
_RESOLVER_WHY = "general availability; nothing that we read came later"


def _dns(resource_type: str, operation: str, *arguments: str, permission: str = "") -> Listing:
    parent = "Microsoft.Network/privateDnsZones" if arguments else SUBSCRIPTION
    source = Sdk("privatedns", operation, arguments)
    need = Need.NAMES_SERVICE if resource_type.endswith("/ALL") else Need.ALWAYS
    return Listing(f"Microsoft.Network/{resource_type}", source, _DNS, _DNS_WHY, parent, permission, need=need)


def _resolver(resource_type: str, operation: str, parent: str = SUBSCRIPTION, *arguments: str) -> Listing:
    source = Sdk("dnsresolver", operation, arguments)
    return Listing(f"Microsoft.Network/{resource_type}", source, _RESOLVER, _RESOLVER_WHY, parent)


ROWS: tuple[Listing, ...] = (
    _dns("privateDnsZones", "private_zones.list"),
    _dns(
        "privateDnsZones/virtualNetworkLinks", "virtual_network_links.list", "resource_group_name", "private_zone_name"
    ),
    _dns("privateDnsZones/ALL", "record_sets.list", "resource_group_name", "private_zone_name"),
    _resolver("dnsResolvers", "dns_resolvers.list"),
    _resolver(
        "dnsResolvers/inboundEndpoints",
        "inbound_endpoints.list",
        "Microsoft.Network/dnsResolvers",
        "resource_group_name",
        "dns_resolver_name",
    ),
    _resolver("dnsForwardingRulesets", "dns_forwarding_rulesets.list"),
    _resolver(
        "dnsForwardingRulesets/forwardingRules",
        "forwarding_rules.list",
        "Microsoft.Network/dnsForwardingRulesets",
        "resource_group_name",
        "dns_forwarding_ruleset_name",
    ),
    _resolver(
        "dnsForwardingRulesets/virtualNetworkLinks",
        "virtual_network_links.list",
        "Microsoft.Network/dnsForwardingRulesets",
        "resource_group_name",
        "dns_forwarding_ruleset_name",
    ),
)
