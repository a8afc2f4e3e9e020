"""References that lead out of the subscriptions that were listed: which are worth following, and where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.collect.azure.arm.listings import API_VERSIONS
from scanner.collect.azure.arm.tables.listing import ROLE_DEFINITION
from scanner.model.arm import ArmId, Json


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a resource names another one: keys, dotted, `[]` after a list.

    With `from_home` it is followed only out of the listed subscriptions, not from what was followed there: a hub is
    peered with every spoke of a company.
    """

    path: str
    from_home: bool = False


_CONNECTIONS = Reference("properties.privateEndpointConnections[].properties.privateEndpoint.id")
_NETWORK = "microsoft.network"

_REFERENCES: dict[str, tuple[Reference, ...]] = {
    "microsoft.machinelearningservices/workspaces": (
        Reference("properties.storageAccount"),
        Reference("properties.keyVault"),
        Reference("properties.containerRegistry"),
        Reference("properties.applicationInsights"),
        Reference("properties.hubResourceId"),
        Reference("properties.serverlessComputeSettings.serverlessComputeCustomSubnet"),
        _CONNECTIONS,
    ),
    "microsoft.machinelearningservices/workspaces/computes": (
        Reference("properties.resourceId"),
        Reference("properties.properties.subnet.id"),
    ),
    "microsoft.storage/storageaccounts": (_CONNECTIONS,),
    "microsoft.keyvault/vaults": (_CONNECTIONS,),
    "microsoft.containerregistry/registries": (_CONNECTIONS,),
    "microsoft.insights/components": (Reference("properties.PrivateLinkScopedResources[].ResourceId"),),
    "microsoft.containerservice/managedclusters": (
        Reference("properties.apiServerAccessProfile.privateDNSZone"),
        Reference("properties.agentPoolProfiles[].vnetSubnetID"),
    ),
    f"{_NETWORK}/privateendpoints": (
        Reference("properties.subnet.id"),
        Reference("properties.networkInterfaces[].id"),
        Reference("properties.privateLinkServiceConnections[].properties.privateLinkServiceId", from_home=True),
        Reference("properties.manualPrivateLinkServiceConnections[].properties.privateLinkServiceId", from_home=True),
    ),
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
    f"{_NETWORK}/networkinterfaces": (Reference("properties.virtualMachine.id"),),
    f"{_NETWORK}/azurefirewalls": (Reference("properties.firewallPolicy.id"),),
    f"{_NETWORK}/virtualhubs/hubvirtualnetworkconnections": (
        Reference("properties.remoteVirtualNetwork.id", from_home=True),
    ),
    f"{_NETWORK}/dnsforwardingrulesets/virtualnetworklinks": (Reference("properties.virtualNetwork.id"),),
    f"{_NETWORK}/dnsresolvers": (Reference("properties.virtualNetwork.id"),),
    f"{_NETWORK}/connections": (Reference("properties.peer.id"),),
    "microsoft.compute/virtualmachines": (Reference("properties.networkProfile.networkInterfaces[].id"),),
    "microsoft.devopsinfrastructure/pools": (Reference("properties.fabricProfile.networkProfile.subnetId"),),
    "microsoft.authorization/roleassignments": (Reference("properties.roleDefinitionId"),),
}

# A role that was given at a management group may be named without a subscription (from memory).
_FOLLOWED = ("/subscriptions/", f"/providers/{ROLE_DEFINITION}/")

# Virtual WAN shows its hub as a peering to a network of this name, in a subscription of Microsoft's that nobody else
# reads (facts §7, from memory).
_HUB_NETWORK = "hv_"


def references_in(resource: Json, *, home: bool) -> Iterator[ArmId]:
    """Yield the items to read that a resource refers to, children replaced by the resource that they lie in."""
    for reference in _REFERENCES.get(ArmId(str(resource["id"])).type, ()):
        if home or not reference.from_home:
            for value in _values(resource, reference.path.split(".")):
                yield from _readable(value)


def _values(value: object, path: list[str]) -> Iterator[str]:
    if not path:
        yield from [value] if isinstance(value, str) and value.startswith(_FOLLOWED) else []
        return
    key, is_list = path[0].removesuffix("[]"), path[0].endswith("[]")
    found = value.get(key) if isinstance(value, dict) else None
    items: Iterable[object] = found if is_list and isinstance(found, list) else [] if is_list else [found]
    for item in items:
        yield from _values(item, path[1:])


def _readable(text: str) -> Iterator[ArmId]:
    """Climb from a subnet or address to the resource that has it and can be read by itself."""
    arm_id: ArmId | None = ArmId(text)
    while arm_id is not None and arm_id.type not in API_VERSIONS:
        arm_id = arm_id.parent
    if arm_id is not None and not arm_id.name.lower().startswith(_HUB_NETWORK):
        yield arm_id


def is_listed_elsewhere(arm_id: ArmId, listed: frozenset[str]) -> bool:
    """Tell whether a listing already covers an item. Role definitions are never listed, only read when assigned."""
    return arm_id.subscription in listed and arm_id.type != ROLE_DEFINITION.lower()
