"""Networks: what is in them, ways in and out, Virtual WAN."""

from __future__ import annotations

from dataclasses import replace

from scanner.collect.azure.arm.tables.listing import (
    PRIVATE_ENDPOINT,
    RESOURCE_GROUP,
    SUBSCRIPTION,
    Listing,
    Need,
    Older,
    Sdk,
    in_subscription,
)

STABLE = "2024-05-01"
_STABLE_WHY = "has defaultOutboundAccess (2023-05) and the NSG value of endpoint policies (2023-09); in every cloud"
PERIMETERS = "2024-07-01"
_PERIMETERS_WHY = "the first stable version that has the type; in every cloud that has perimeters"
NEWER = "2026-03-01"
_NEWER_WHY = "shows NAT gateways that serve a whole network (StandardV2); sovereign clouds get the older version"


def _network(resource_type: str, operation: str, parent: str = SUBSCRIPTION, *arguments: str) -> Listing:
    source = Sdk("network", operation, arguments)
    return Listing(f"Microsoft.Network/{resource_type}", source, STABLE, _STABLE_WHY, parent)


def _perimeters(child: str, operation: str, parent: str, *arguments: str) -> Listing:
    row = _network(f"networkSecurityPerimeters{child}", operation, parent, *arguments)
    return replace(row, api_version=PERIMETERS, because=_PERIMETERS_WHY)


_PERIMETER = "Microsoft.Network/networkSecurityPerimeters"
_IN_PERIMETER = ("resource_group_name", "network_security_perimeter_name")


def _new_network(resource_type: str, operation: str, lacks: str) -> Listing:
    """Make a row of the newer version. The older one shows all that is read but the NAT gateway of a whole network.

    learn.microsoft.com/azure/templates/microsoft.network/change-log/natgateways: sourceVirtualNetwork is of 2024-07-01;
    the network's side is read-only and in no change log, and came with it in the Go SDK (armnetwork, CHANGELOG.md).
    """
    older = (Older(STABLE, (lacks,)),)
    return replace(_network(resource_type, operation), api_version=NEWER, because=_NEWER_WHY, older=older)


ROWS: tuple[Listing, ...] = (
    _new_network("virtualNetworks", "virtual_networks.list_all", "properties.defaultPublicNatGateway"),
    _network("networkSecurityGroups", "network_security_groups.list_all"),
    _network("applicationSecurityGroups", "application_security_groups.list_all"),
    _network("routeTables", "route_tables.list_all"),
    _new_network("natGateways", "nat_gateways.list_all", "properties.sourceVirtualNetwork"),
    _network("publicIPAddresses", "public_ip_addresses.list_all"),
    _network("loadBalancers", "load_balancers.list_all"),
    _network("networkInterfaces", "network_interfaces.list_all"),
    _network("serviceEndpointPolicies", "service_endpoint_policies.list"),
    _network("privateEndpoints", "private_endpoints.list_by_subscription"),
    replace(
        _network(
            "privateEndpoints/privateDnsZoneGroups",
            "private_dns_zone_groups.list",
            PRIVATE_ENDPOINT,
            "resource_group_name",
            "private_endpoint_name",
        ),
        need=Need.LEADS_TO_SERVICE,
    ),
    # Boundaries of services that lie in no network.
    _perimeters("", "network_security_perimeters.list_by_subscription", SUBSCRIPTION),
    _perimeters("/resourceAssociations", "network_security_perimeter_associations.list", _PERIMETER, *_IN_PERIMETER),
    _perimeters("/profiles", "network_security_perimeter_profiles.list", _PERIMETER, *_IN_PERIMETER),
    _perimeters(
        "/profiles/accessRules",
        "network_security_perimeter_access_rules.list",
        f"{_PERIMETER}/profiles",
        *_IN_PERIMETER,
        "profile_name",
    ),
    _network("networkManagers", "network_managers.list_by_subscription"),
    # Ways in and out. Gateways and their connections can be listed by resource group only.
    _network("bastionHosts", "bastion_hosts.list"),
    _network("virtualNetworkGateways", "virtual_network_gateways.list", RESOURCE_GROUP, "resource_group_name"),
    _network("connections", "virtual_network_gateway_connections.list", RESOURCE_GROUP, "resource_group_name"),
    _network("expressRouteCircuits", "express_route_circuits.list_all"),
    _network("azureFirewalls", "azure_firewalls.list_all"),
    _network("firewallPolicies", "firewall_policies.list_all"),
    _network(
        "firewallPolicies/ruleCollectionGroups",
        "firewall_policy_rule_collection_groups.list",
        "Microsoft.Network/firewallPolicies",
        "resource_group_name",
        "firewall_policy_name",
    ),
    # Virtual WAN
    _network("virtualHubs", "virtual_hubs.list"),
    _network(
        "virtualHubs/hubVirtualNetworkConnections",
        "hub_virtual_network_connections.list",
        "Microsoft.Network/virtualHubs",
        "resource_group_name",
        "virtual_hub_name",
    ),
    _network("vpnGateways", "vpn_gateways.list"),
    _network("p2sVpnGateways", "p2_svpn_gateways.list"),
    Listing(
        "Microsoft.Network/expressRouteGateways",
        # The SDK's operation gives one page only; so does that of machine extensions.
        in_subscription("Microsoft.Network/expressRouteGateways"),
        STABLE,
        _STABLE_WHY,
    ),
)
