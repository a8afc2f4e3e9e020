"""References that lead out of the subscriptions that were listed: which are worth following, and where they lie."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache

from scanner.collect.azure.arm.listings import API_VERSIONS, LISTINGS
from scanner.collect.azure.arm.tables.listing import CONNECTION, IP_GROUP, PRIVATE_ENDPOINT, ROLE_DEFINITION, WORKSPACE
from scanner.evidence import MissingEvidence, known
from scanner.model.arm import ArmId, Json, id_in, properties_of
from scanner.model.data import Connection, Datastore
from scanner.model.data_services import DATA_SERVICES
from scanner.model.fields import decode


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a resource names another one: keys, dotted, `[]` after a list.

    With `from_home` it is followed only out of the listed subscriptions, not from what was followed there: a hub is
    peered with every spoke of a company. What `hosts` leads to is the network that a solution runs in: it counts as
    home, wherever it lies.
    """

    path: str
    from_home: bool = False
    hosts: bool = False


def _placed(path: str) -> tuple[Reference, ...]:
    """Return what an IP configuration names: the groups that it is in, and the load balancers before it."""
    return tuple(
        Reference(f"{path}.{each}[].id")
        for each in ("applicationSecurityGroups", "loadBalancerBackendAddressPools", "loadBalancerInboundNatRules")
    )


def _ip_groups(rules: str) -> tuple[Reference, ...]:
    """Return where the rules of a firewall name groups of addresses."""
    return tuple(Reference(f"{rules}.{each}IpGroups[]") for each in ("source", "destination"))


_CONNECTIONS = Reference("properties.privateEndpointConnections[].properties.privateEndpoint.id")
_SUBNET = Reference("properties.subnet.id")
_TARGETS = tuple(
    Reference(f"properties.{each}[].properties.privateLinkServiceId", from_home=True)
    for each in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")
)
_NETWORK = "microsoft.network"
_PROFILE = "properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].properties"

_REFERENCES: dict[str, tuple[Reference, ...]] = {
    "microsoft.machinelearningservices/workspaces": (
        Reference("properties.storageAccount"),
        Reference("properties.keyVault"),
        Reference("properties.containerRegistry"),
        Reference("properties.applicationInsights"),
        Reference("properties.hubResourceId"),
        Reference("properties.serverlessComputeSettings.serverlessComputeCustomSubnet", hosts=True),
        _CONNECTIONS,
    ),
    "microsoft.machinelearningservices/workspaces/computes": (
        Reference("properties.resourceId"),
        Reference("properties.properties.subnet.id", hosts=True),
    ),
    "microsoft.storage/storageaccounts": (_CONNECTIONS,),
    "microsoft.keyvault/vaults": (_CONNECTIONS,),
    "microsoft.containerregistry/registries": (_CONNECTIONS,),
    **dict.fromkeys(DATA_SERVICES, (_CONNECTIONS,)),
    "microsoft.insights/components": (
        Reference("properties.WorkspaceResourceId"),
        Reference("properties.PrivateLinkScopedResources[].ResourceId"),
    ),
    "microsoft.operationalinsights/workspaces": (Reference("properties.privateLinkScopedResources[].resourceId"),),
    "microsoft.containerservice/managedclusters": (
        Reference("properties.apiServerAccessProfile.privateDNSZone"),
        Reference("properties.agentPoolProfiles[].vnetSubnetID"),
    ),
    f"{_NETWORK}/privateendpoints": (_SUBNET, Reference("properties.networkInterfaces[].id"), *_TARGETS),
    f"{_NETWORK}/privateendpoints/privatednszonegroups": (
        Reference("properties.privateDnsZoneConfigs[].properties.privateDnsZoneId"),
    ),
    f"{_NETWORK}/privatednszones/virtualnetworklinks": (Reference("properties.virtualNetwork.id", from_home=True),),
    f"{_NETWORK}/virtualnetworks": (
        Reference("properties.virtualNetworkPeerings[].properties.remoteVirtualNetwork.id", from_home=True),
        Reference("properties.subnets[].properties.networkSecurityGroup.id"),
        Reference("properties.subnets[].properties.routeTable.id"),
        Reference("properties.subnets[].properties.natGateway.id"),
        Reference("properties.subnets[].properties.serviceEndpointPolicies[].id"),
        # Who is in a hub's subnets shows only here: Bastion hosts, gateways, firewalls, interfaces of machines.
        Reference("properties.subnets[].properties.ipConfigurations[].id"),
    ),
    f"{_NETWORK}/networkinterfaces": (
        Reference("properties.virtualMachine.id"),
        Reference("properties.networkSecurityGroup.id"),
        *_placed("properties.ipConfigurations[].properties"),
    ),
    f"{_NETWORK}/azurefirewalls": (
        Reference("properties.firewallPolicy.id"),
        Reference("properties.ipConfigurations[].properties.publicIPAddress.id"),
        *_ip_groups("properties.natRuleCollections[].properties.rules[]"),
        *_ip_groups("properties.networkRuleCollections[].properties.rules[]"),
        *_ip_groups("properties.applicationRuleCollections[].properties.rules[]"),
    ),
    f"{_NETWORK}/firewallpolicies": (Reference("properties.basePolicy.id"),),
    f"{_NETWORK}/firewallpolicies/rulecollectiongroups": _ip_groups("properties.ruleCollections[].rules[]"),
    f"{_NETWORK}/virtualhubs/hubvirtualnetworkconnections": (
        Reference("properties.remoteVirtualNetwork.id", from_home=True),
    ),
    f"{_NETWORK}/dnsforwardingrulesets/virtualnetworklinks": (
        Reference("properties.virtualNetwork.id", from_home=True),
    ),
    f"{_NETWORK}/dnsresolvers": (Reference("properties.virtualNetwork.id"),),
    f"{_NETWORK}/connections": (
        Reference("properties.peer.id"),
        Reference("properties.virtualNetworkGateway1.id"),
        Reference("properties.virtualNetworkGateway2.id", from_home=True),
    ),
    f"{_NETWORK}/virtualhubs": (
        Reference("properties.vpnGateway.id"),
        Reference("properties.p2SVpnGateway.id"),
        Reference("properties.expressRouteGateway.id"),
        Reference("properties.azureFirewall.id"),
    ),
    f"{_NETWORK}/expressroutegateways": (
        Reference("properties.expressRouteConnections[].properties.expressRouteCircuitPeering.id"),
    ),
    "microsoft.compute/virtualmachines": (Reference("properties.networkProfile.networkInterfaces[].id"),),
    "microsoft.compute/virtualmachinescalesets": (
        Reference(f"{_PROFILE}.networkSecurityGroup.id"),
        *_placed(f"{_PROFILE}.ipConfigurations[].properties"),
    ),
    "microsoft.devopsinfrastructure/pools": (
        Reference("properties.fabricProfile.networkProfile.subnetId", from_home=True),
    ),
    "microsoft.authorization/roleassignments": (Reference("properties.roleDefinitionId"),),
}

# A role that was given at a management group may be named without a subscription (from memory).
_FOLLOWED = ("/subscriptions/", f"/providers/{ROLE_DEFINITION.lower()}/")

# Virtual WAN shows its hub as a peering to a network of this name, in a subscription of Microsoft's that nobody else
# reads (facts §7, from memory).
_HUB_NETWORK = "hv_"


_LISTED_WHERE_ASKED = frozenset(
    {ROLE_DEFINITION.lower(), IP_GROUP.lower(), *(row.type.lower() for row in LISTINGS if row.parent == CONNECTION)}
)
"""The types of which no subscription is listed as a whole: single ones are read where something names them."""


def references_in(resource: Json, *, home: bool) -> Iterator[ArmId]:
    """Yield the items to read that a resource refers to, children replaced by the resource that they lie in."""
    yield from _data_of(resource)
    for reference in _REFERENCES.get(id_in(str(resource["id"])).type, ()):
        if home or not reference.from_home:
            for value in values_at(resource, reference.path):
                yield from _readable(value)


def _data_of(resource: Json) -> Iterator[ArmId]:
    """Yield what a datastore or connection leads to: its parts stand apart, or under keys of the user's."""
    kind = id_in(str(resource["id"])).type
    try:
        if kind == Datastore.TYPE.lower():
            named = decode(Datastore, resource).account
        elif kind == Connection.TYPE.lower():
            named = known(decode(Connection, resource).resource)
        else:
            return
    except MissingEvidence:
        return
    if named is not None and named.key.startswith(_FOLLOWED):
        yield from _readable(named.text)


def workspace_of(part: ArmId) -> ArmId:
    """Return the workspace that something lies in, or is itself."""
    while part.type != WORKSPACE.lower() and part.parent is not None:
        part = part.parent
    return part


def account_named_in(resource: Json) -> Iterator[str]:
    """Yield the name, in lower case, of the account that a datastore names without its id."""
    if id_in(str(resource["id"])).type == Datastore.TYPE.lower():
        held = properties_of(resource)
        name, has_id = held.get("accountName"), held.get("subscriptionId") and held.get("resourceGroup")
        yield from [name.lower()] if isinstance(name, str) and not has_id else []


def endpoint_targets(endpoint: Json) -> list[ArmId] | None:
    """Return what a private endpoint leads to, None where it does not tell all of it."""
    properties = endpoint.get("properties")
    held = properties if isinstance(properties, dict) else {}
    asks = [held.get(each, []) for each in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")]
    if not isinstance(properties, dict) or not all(isinstance(each, list) for each in asks):
        return None
    named = [value for each in _TARGETS for value in values_at(endpoint, each.path)]
    return [*map(ArmId, named)] if len(named) == sum(map(len, asks)) else None


def hosts_in(resource: Json, listed: Container[str], *, home: bool) -> Iterator[ArmId]:
    """Yield the networks that solutions in the listed subscriptions run in, as what belongs to them tells."""
    arm_id = id_in(str(resource["id"]))
    is_endpoint = arm_id.type == PRIVATE_ENDPOINT.lower() and _leads_home(resource, listed)
    for reference in _REFERENCES.get(arm_id.type, ()):
        if (home and reference.hosts) or (is_endpoint and reference is _SUBNET):
            for value in values_at(resource, reference.path):
                yield from _readable(value)


def _leads_home(endpoint: Json, listed: Container[str]) -> bool:
    """Tell whether a private endpoint leads to a workspace in a listed subscription, wherever it lies itself."""
    targets = (ArmId(value) for each in _TARGETS for value in values_at(endpoint, each.path))
    return any(each.type == WORKSPACE.lower() and each.subscription in listed for each in targets)


def values_at(resource: Json, path: str) -> list[str]:
    """Return the ids that a resource names at a path, as that of a Reference."""
    found: list[object] = [resource]
    for key, is_list in _steps(path):
        found = [each.get(key) for each in found if isinstance(each, dict)]
        if is_list:
            found = [item for each in found if isinstance(each, list) for item in each]
        if not found:
            break
    return [each for each in found if isinstance(each, str) and each.lower().startswith(_FOLLOWED)]


@cache
def _steps(path: str) -> tuple[tuple[str, bool], ...]:
    """Take a path apart into keys, and whether a list stands under each."""
    return tuple((step.removesuffix("[]"), step.endswith("[]")) for step in path.split("."))


def _readable(text: str) -> Iterator[ArmId]:
    """Climb from a subnet or address to the resource that has it and can be read by itself."""
    arm_id: ArmId | None = ArmId(text)
    while arm_id is not None and arm_id.type not in API_VERSIONS:
        arm_id = arm_id.parent
    if arm_id is not None and not arm_id.name.lower().startswith(_HUB_NETWORK):
        yield arm_id


def is_listed_elsewhere(arm_id: ArmId, listed: frozenset[str]) -> bool:
    """Tell whether a listing already covers an item."""
    return arm_id.subscription in listed and arm_id.type not in _LISTED_WHERE_ASKED
