"""Virtual networks, subnets and peerings."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Into, Piece, below_named, in_group, join, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.estate import Row, is_unknown

GROUP = "Microsoft.Resources/resourceGroups"
VNET = "Microsoft.Network/virtualNetworks"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
NSG = "Microsoft.Network/networkSecurityGroups"
TABLE = "Microsoft.Network/routeTables"
NAT = "Microsoft.Network/natGateways"
POLICY = "Microsoft.Network/serviceEndpointPolicies"


@kind("azurerm_resource_group", GROUP, in_group)
def resource_group(block: Block) -> Iterator[Piece]:
    """Map a resource group."""
    yield row(block, {})


@kind("azurerm_virtual_network", VNET, in_group)
def virtual_network(block: Block) -> Iterator[Piece]:
    """Map a network with the subnets that its own block declares."""
    pools, unknown_pools = block.listed("ip_address_pool")
    space = block.get("address_space")
    if not space and (pools or unknown_pools):
        space = block.why("ip_address_pool", "gives it addresses that are known only after apply")
    servers = block.ips("dns_servers")
    yield row(
        block,
        {
            "addressSpace": {"addressPrefixes": space},
            "dhcpOptions": {"dnsServers": servers} if servers else None,
            "subnets": tuple_of(block, "subnet", _inline_subnet),
        },
    )


def _inline_subnet(block: Block) -> Row:
    return {"name": block.get("name"), "properties": _subnet(block)}


@join("azurerm_virtual_network_dns_servers")
def dns_servers(block: Block) -> Iterator[Piece]:
    """Put the DNS servers that are declared apart into their network."""
    servers = block.ips("dns_servers")
    yield Into(
        block.id("virtual_network_id", VNET), ("properties", "dhcpOptions"), {"dnsServers": servers or []}, arm=VNET
    )


@kind("azurerm_subnet", SUBNET, below_named("virtual_network_name", "azurerm_virtual_network"))
def subnet(block: Block) -> Iterator[Piece]:
    """Map a subnet."""
    yield row(block, _subnet(block))


def _subnet(block: Block) -> Row:
    prefixes = block.get("address_prefixes")
    if not prefixes and block.blocks("ip_address_pool"):
        prefixes = block.why("ip_address_pool", "gives it addresses that are known only after apply")
    return given(
        {
            "addressPrefixes": prefixes,
            "addressPrefix": block.get("address_prefix"),
            "networkSecurityGroup": _first(
                block, ("security_group", "network_security_group_id", "network_security_group_id_wo"), NSG
            ),
            "routeTable": _first(block, ("route_table_id", "route_table_id_wo"), TABLE),
            "defaultOutboundAccess": block.get("default_outbound_access_enabled"),
            "privateEndpointNetworkPolicies": _endpoint_policies(block),
            "delegations": tuple_of(block, "delegation", _delegation),
            "serviceEndpoints": _service_endpoints(block),
            "serviceEndpointPolicies": block.references("service_endpoint_policy_ids", POLICY),
        }
    )


def _first(block: Block, names: tuple[str, ...], arm: str) -> Row | None:
    """Return what the first of several attributes names; of a write-only one the plan shows references alone."""
    for name in names:
        found = block.reference(name, arm)
        if found is None and name.endswith("_wo") and block.is_set(name):
            found = _written_only(block, name, arm)
        if found is not None:
            return found
    return None


def _written_only(block: Block, name: str, arm: str) -> Row | None:
    if not block.world.is_plan or block.expression(name) is None:
        return None
    found = [each for one in block.found(name) if (each := block.world.id_in(one))]
    kept = [each for each in dict.fromkeys(found) if f"/providers/{arm}/".lower() in each.lower()]
    return {"id": kept[0] if len(kept) == 1 else block.why(name, "is write-only, and no plan shows its value")}


def _endpoint_policies(block: Block) -> object:
    """Return which policies endpoints obey. Version 3 sends Enabled where nothing is said, the later ones Disabled.

    Source: resource subnet in terraform-provider-azurerm 3.117.1 and 4.81.0.
    """
    said = block.get("private_endpoint_network_policies")
    if said is not None:
        return said
    if block.is_set("private_endpoint_network_policies_enabled"):
        return block.switch("private_endpoint_network_policies_enabled")
    if block.is_set("enforce_private_link_endpoint_network_policies"):
        return block.switch("enforce_private_link_endpoint_network_policies", inverted=True)
    return "Enabled" if block.has("private_endpoint_network_policies_enabled") or _is_pending(block) else None


def _is_pending(block: Block) -> bool:
    return block.has("private_endpoint_network_policies")


def _delegation(block: Block) -> Row:
    service = block.block("service_delegation")
    return {
        "name": block.get("name"),
        "properties": {"serviceName": service.get("name") if service is not None else block.why("service_delegation")},
    }


def _service_endpoints(block: Block) -> object:
    if block.has("service_endpoint"):
        return tuple_of(block, "service_endpoint", lambda each: {"service": each.get("service")})
    services = block.get("service_endpoints")
    return [{"service": each} for each in services] if isinstance(services, list) else services


@join("azurerm_subnet_network_security_group_association")
def security_group_of_subnet(block: Block) -> Iterator[Piece]:
    """Attach a security group to a subnet."""
    yield _attached(block, "networkSecurityGroup", "network_security_group_id", NSG)


@join("azurerm_subnet_route_table_association")
def route_table_of_subnet(block: Block) -> Iterator[Piece]:
    """Attach a route table to a subnet."""
    yield _attached(block, "routeTable", "route_table_id", TABLE)


@join("azurerm_subnet_nat_gateway_association")
def nat_gateway_of_subnet(block: Block) -> Iterator[Piece]:
    """Attach a NAT gateway to a subnet."""
    yield _attached(block, "natGateway", "nat_gateway_id", NAT)


def _attached(block: Block, key: str, attribute: str, arm: str) -> Into:
    found = block.id(attribute, arm)
    value = block.why(attribute) if found is None else found
    return Into(block.id("subnet_id", SUBNET), ("properties", key), {"id": value}, arm=SUBNET)


@kind(
    "azurerm_virtual_network_peering",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
    below_named("virtual_network_name", "azurerm_virtual_network"),
)
def peering(block: Block) -> Iterator[Piece]:
    """Map one side of a peering."""
    remote = block.id("remote_virtual_network_id", VNET)
    names = {
        "allowVirtualNetworkAccess": "allow_virtual_network_access",
        "allowForwardedTraffic": "allow_forwarded_traffic",
        "allowGatewayTransit": "allow_gateway_transit",
        "useRemoteGateways": "use_remote_gateways",
        "peerCompleteVnets": "peer_complete_virtual_networks_enabled",
        "localSubnetNames": "local_subnet_names",
        "remoteSubnetNames": "remote_subnet_names",
    }
    yield row(block, {"remoteVirtualNetwork": {"id": remote}, **block.pick(names)})


@kind("azurerm_subnet_service_endpoint_storage_policy", "Microsoft.Network/serviceEndpointPolicies", in_group)
def service_endpoint_policy(block: Block) -> Iterator[Piece]:
    """Map a service endpoint policy."""
    yield row(block, {"serviceEndpointPolicyDefinitions": tuple_of(block, "definition", _definition)})


def _definition(block: Block) -> Row:
    resources = block.ids("service_resources")
    service = block.get("service")
    return {
        "name": block.get("name"),
        "properties": {
            "service": "Microsoft.Storage" if service is None else service,
            "serviceResources": resources if resources is not None or is_unknown(resources) else [],
        },
    }
