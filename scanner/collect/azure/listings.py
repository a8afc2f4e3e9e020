"""Every listing that a scan makes: one row a type. Adding a type is a row here, a model class and a fixture.

The api-version of each row is pinned, with the reason: SDK defaults move with every release and are newer than what
sovereign clouds offer, and a changed version changes defaults under our feet (facts §0.1, §0.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from scanner.model.arm import Json

SUBSCRIPTION = "Microsoft.Resources/subscriptions"
RESOURCE_GROUP = "Microsoft.Resources/resourceGroups"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
PRIVATE_ENDPOINT = "Microsoft.Network/privateEndpoints"
ROLE_DEFINITION = "Microsoft.Authorization/roleDefinitions"


@dataclass(frozen=True, slots=True)
class Sdk:
    """A list operation of an SDK: the client's short name, the operation, and the keywords for the parent's names.

    For a child the keywords are, in order, those of the resource group and of each name in the parent's id.
    """

    client: str
    operation: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A raw list request: a path, its `$filter`, and the identity on whose behalf it is asked, if any."""

    path: str
    filter: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """A raw ARM listing: no SDK release has the operation. `queries` makes the requests from the parent's JSON."""

    queries: Callable[[Json], Iterable[Query]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One row: what type is listed, how, in which api-version and why, below what parent.

    `permission` is the action it needs. A row with `fields` reads only those (dotted) and merges them into resources
    that another row lists.
    """

    type: str
    source: Sdk | Arm
    api_version: str
    because: str
    parent: str = SUBSCRIPTION
    permission: str = ""
    fields: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """The permission that this listing needs."""
        return self.permission or f"{self.type}/read"

    @property
    def kind(self) -> str:
        """The name of a gap in this listing: the type, with the api-version where that is what is missing."""
        return f"{self.type}?api-version={self.api_version}" if self.fields else self.type


def below(child: str) -> Arm:
    """Make the raw listing of a child collection: `<parent id>/<child>`."""
    return Arm(lambda parent: [Query(f"{parent['id']}/{child}")])


def in_subscription(provider_path: str) -> Arm:
    """Make the raw listing of a collection in a subscription: `<subscription id>/providers/<provider path>`."""
    return Arm(lambda parent: [Query(f"{parent['id']}/providers/{provider_path}")])


def _roles_of_identities(workspace: Json) -> Iterable[Query]:
    """Ask, where the workspace and its registry are, for the roles of each identity that the workspace can act as."""
    scopes = dict.fromkeys(
        _subscription_of(each) for each in (workspace["id"], _property(workspace, "containerRegistry")) if each
    )
    path = "providers/Microsoft.Authorization/roleAssignments"
    for scope in scopes:
        for principal in _principals(workspace):
            yield Query(f"{scope}/{path}", f"assignedTo('{principal}')", principal)


def _subscription_of(arm_id: object) -> str:
    return "/".join(str(arm_id).split("/")[:3])


def _property(resource: Json, name: str) -> object:
    properties = resource.get("properties")
    return properties.get(name) if isinstance(properties, dict) else None


def _principals(workspace: Json) -> list[str]:
    identity = workspace.get("identity")
    if not isinstance(identity, dict):
        return []
    users = identity.get("userAssignedIdentities")
    held = [identity, *(users.values() if isinstance(users, dict) else ())]
    found = (each.get("principalId") for each in held if isinstance(each, dict))
    return sorted({each for each in found if isinstance(each, str) and each.replace("-", "").isalnum()})


_NETWORK = "2024-05-01"
_NETWORK_WHY = "has defaultOutboundAccess (2023-05) and the NSG value of endpoint policies (2023-09); in every cloud"
_NETWORK_NEW = "2026-03-01"
_NETWORK_NEW_WHY = "shows NAT gateways that serve a whole network (StandardV2); sovereign clouds get the older version"
_ML = "2024-10-01"
_ML_WHY = "oldest stable with managed network, serverless settings and outbound rules; the SDK's own is 2020-08-01"
_ML_PREVIEW = "2024-10-01-preview"
_DNS = "2024-06-01"
_DNS_WHY = "first with the resolution policy of links (NxDomainRedirect)"
_RESOLVER = "2022-07-01"
_RESOLVER_WHY = "general availability; nothing that we read came later"
_COMPUTE = "2024-07-01"
_COMPUTE_WHY = "stable in every cloud; nothing that we read came later"
_MONITOR = "2021-07-01-preview"
_AKS = "2024-09-01"
_AUTHORIZATION = "2022-04-01"


def _network(resource_type: str, operation: str, parent: str = SUBSCRIPTION, *arguments: str) -> Listing:
    source = Sdk("network", operation, arguments)
    return Listing(f"Microsoft.Network/{resource_type}", source, _NETWORK, _NETWORK_WHY, parent)


def _new_network(resource_type: str, operation: str) -> Listing:
    return replace(_network(resource_type, operation), api_version=_NETWORK_NEW, because=_NETWORK_NEW_WHY)


def _dns(resource_type: str, operation: str, *arguments: str, permission: str = "") -> Listing:
    parent = "Microsoft.Network/privateDnsZones" if arguments else SUBSCRIPTION
    source = Sdk("privatedns", operation, arguments)
    return Listing(f"Microsoft.Network/{resource_type}", source, _DNS, _DNS_WHY, parent, permission)


def _resolver(resource_type: str, operation: str, parent: str = SUBSCRIPTION, *arguments: str) -> Listing:
    source = Sdk("dnsresolver", operation, arguments)
    return Listing(f"Microsoft.Network/{resource_type}", source, _RESOLVER, _RESOLVER_WHY, parent)


def _ml(child: str) -> Listing:
    parent, _, collection = f"{WORKSPACE}/{child}".rpartition("/")
    return Listing(f"{WORKSPACE}/{child}", below(collection), _ML, _ML_WHY, parent)


LISTINGS: tuple[Listing, ...] = (
    Listing(
        RESOURCE_GROUP,
        Sdk("resource", "resource_groups.list"),
        "2021-04-01",
        "stable in every cloud",
        permission="Microsoft.Resources/subscriptions/resourceGroups/read",
    ),
    # Azure Machine Learning
    Listing(WORKSPACE, Sdk("ml", "workspaces.list_by_subscription"), _ML, _ML_WHY),
    Listing(
        WORKSPACE,
        Sdk("ml", "workspaces.list_by_subscription"),
        _ML_PREVIEW,
        "the selected addresses of a workspace are in preview versions only (facts §1)",
        fields=("properties.networkAcls", "properties.ipAllowlist"),
    ),
    Listing(
        f"{WORKSPACE}/computes",
        Sdk("ml", "machine_learning_compute.list_by_workspace", ("resource_group_name", "workspace_name")),
        _ML,
        _ML_WHY,
        WORKSPACE,
    ),
    _ml("onlineEndpoints"),
    _ml("onlineEndpoints/deployments"),
    _ml("batchEndpoints"),
    _ml("batchEndpoints/deployments"),
    _ml("outboundRules"),
    # Networks
    _new_network("virtualNetworks", "virtual_networks.list_all"),
    _network("networkSecurityGroups", "network_security_groups.list_all"),
    _network("applicationSecurityGroups", "application_security_groups.list_all"),
    _network("routeTables", "route_tables.list_all"),
    _new_network("natGateways", "nat_gateways.list_all"),
    _network("publicIPAddresses", "public_ip_addresses.list_all"),
    _network("loadBalancers", "load_balancers.list_all"),
    _network("networkInterfaces", "network_interfaces.list_all"),
    _network("serviceEndpointPolicies", "service_endpoint_policies.list"),
    _network("privateEndpoints", "private_endpoints.list_by_subscription"),
    _network(
        "privateEndpoints/privateDnsZoneGroups",
        "private_dns_zone_groups.list",
        PRIVATE_ENDPOINT,
        "resource_group_name",
        "private_endpoint_name",
    ),
    # Ways in and out. Gateways and their connections can be listed by resource group only.
    _network("bastionHosts", "bastion_hosts.list"),
    _network("virtualNetworkGateways", "virtual_network_gateways.list", RESOURCE_GROUP, "resource_group_name"),
    _network("connections", "virtual_network_gateway_connections.list", RESOURCE_GROUP, "resource_group_name"),
    _network("expressRouteCircuits", "express_route_circuits.list_all"),
    _network("azureFirewalls", "azure_firewalls.list_all"),
    _network("firewallPolicies", "firewall_policies.list_all"),
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
        _NETWORK,
        _NETWORK_WHY,
    ),
    # Names
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
    # What a workspace stands on
    Listing(
        "Microsoft.ContainerRegistry/registries",
        Sdk("registry", "registries.list"),
        "2025-11-01",
        "stable with anonymous pull and the role assignment mode",
    ),
    Listing(
        "Microsoft.Storage/storageAccounts",
        Sdk("storage", "storage_accounts.list"),
        "2024-01-01",
        "stable with SecuredByPerimeter; in every cloud",
    ),
    Listing(
        "Microsoft.KeyVault/vaults",
        # vaults.list returns generic resources without properties.
        Sdk("keyvault", "vaults.list_by_subscription"),
        "2023-07-01",
        "stable in every cloud",
    ),
    Listing(
        "Microsoft.Insights/components",
        Sdk("insights", "components.list"),
        "2020-02-02",
        "the only stable version with network access",
    ),
    Listing(
        "Microsoft.Insights/privateLinkScopes",
        in_subscription("Microsoft.Insights/privateLinkScopes"),
        _MONITOR,
        "no SDK release has these operations; first version with access modes",
    ),
    Listing(
        "Microsoft.Insights/privateLinkScopes/scopedResources",
        below("scopedResources"),
        _MONITOR,
        "as its parent",
        "Microsoft.Insights/privateLinkScopes",
    ),
    # Machines and agents. A scale set carries its extensions in its profile.
    Listing("Microsoft.Compute/virtualMachines", Sdk("compute", "virtual_machines.list_all"), _COMPUTE, _COMPUTE_WHY),
    Listing(
        "Microsoft.Compute/virtualMachines/extensions",
        below("extensions"),
        _COMPUTE,
        _COMPUTE_WHY,
        "Microsoft.Compute/virtualMachines",
    ),
    Listing(
        "Microsoft.Compute/virtualMachineScaleSets",
        Sdk("compute", "virtual_machine_scale_sets.list_all"),
        _COMPUTE,
        _COMPUTE_WHY,
    ),
    Listing(
        "Microsoft.DevOpsInfrastructure/pools",
        Sdk("devops", "pools.list_by_subscription"),
        "2024-10-19",
        "first stable version",
    ),
    Listing(
        "Microsoft.ContainerService/managedClusters",
        Sdk("kubernetes", "managed_clusters.list"),
        _AKS,
        "stable in every cloud",
    ),
    Listing(
        "Microsoft.ContainerService/managedClusters/agentPools",
        Sdk("kubernetes", "agent_pools.list", ("resource_group_name", "resource_name")),
        _AKS,
        "as its parent",
        "Microsoft.ContainerService/managedClusters",
    ),
    # Roles of workspace identities. The SDK's responses have no json() to tap; the few rows are read raw.
    Listing(
        "Microsoft.Authorization/roleAssignments",
        Arm(_roles_of_identities),
        _AUTHORIZATION,
        "stable in every cloud",
        WORKSPACE,
    ),
)
"""All rows. Parents stand before their children."""

API_VERSIONS = {row.type.lower(): row.api_version for row in LISTINGS if not row.fields} | {
    SUBSCRIPTION.lower(): "2022-12-01",
    ROLE_DEFINITION.lower(): _AUTHORIZATION,
}
"""The api-version in which a single item of a type is read, by type in lower case."""

_SOVEREIGN = frozenset({"usgov", "china"})


_OLDER = {_NETWORK_NEW: _NETWORK}
"""What to ask instead where clouds lag behind: only versions that show all that rules read of the types."""


def version_in(cloud: str, api_version: str) -> str:
    """Return the api-version to ask a cloud for: sovereign ones lag behind and get the older of two (facts §0.2)."""
    return _OLDER.get(api_version, api_version) if cloud in _SOVEREIGN else api_version


OTHER_ACTIONS = (
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Authorization/roleDefinitions/read",
)
"""Permissions beside those of the listings."""


def children_of(resource_type: str) -> tuple[Listing, ...]:
    """Return the listings below a type."""
    return _CHILDREN.get(resource_type.lower(), ())


_CHILDREN: dict[str, tuple[Listing, ...]] = {
    parent: tuple(row for row in LISTINGS if row.parent.lower() == parent)
    for parent in {row.parent.lower() for row in LISTINGS}
}


@cache
def chain_below(resource_type: str) -> int:
    """Return how many listings must follow each other, at the most, once resources of a type are known."""
    return max((1 + chain_below(row.type.lower()) for row in children_of(resource_type)), default=0)


def actions() -> list[str]:
    """Return every permission that a scan needs, sorted: nothing but reads."""
    return sorted({row.action for row in LISTINGS} | set(OTHER_ACTIONS))
