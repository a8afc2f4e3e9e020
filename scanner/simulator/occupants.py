"""Who is in a subnet, as Azure tells it on the subnet itself: read-only, and derived from the resources that are there.

A subnet shows the ids of IP configurations and of private endpoints
(https://learn.microsoft.com/python/api/azure-mgmt-network/azure.mgmt.network.models.subnetpropertiesformat); groups,
route tables and NAT gateways show their subnets, as in recorded answers
(https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_azure/tests_azure/cassettes). The ids come
from the whole estate: that a caller sees those of resources that it may not read is not verified.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from scanner.simulator.estate import Estate, Resource

_SCALE_SETS = "microsoft.compute/virtualmachinescalesets"
_ENDPOINTS = "microsoft.network/privateendpoints"
_NETWORKS = "microsoft.network/virtualnetworks"
_SUBNETS = "microsoft.network/virtualnetworks/subnets"

_INTERFACES = (
    "microsoft.network/networkinterfaces",
    "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces",
)

# Where a type keeps its IP configurations, and what they are called in ids, which the answers themselves mostly carry.
# …/bastionHostIpConfigurations: recorded by cloud-custodian; …/azureFirewallIpConfigurations:
# https://learn.microsoft.com/powershell/module/az.network/get-azfirewall; …/virtualNetworkGateways/x/ipConfigurations:
# https://github.com/microsoft/nav-arm-templates/issues/161; scale-set instances:
# https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-networking
_CONFIGURATIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(_INTERFACES, (("ipConfigurations", "ipConfigurations"),)),
    "microsoft.network/bastionhosts": (("ipConfigurations", "bastionHostIpConfigurations"),),
    "microsoft.network/virtualnetworkgateways": (("ipConfigurations", "ipConfigurations"),),
    "microsoft.network/azurefirewalls": (
        ("ipConfigurations", "azureFirewallIpConfigurations"),
        ("managementIpConfiguration", "azureFirewallIpConfigurations"),
    ),
    "microsoft.network/loadbalancers": (("frontendIPConfigurations", "frontendIPConfigurations"),),
    "microsoft.network/applicationgateways": (("frontendIPConfigurations", "frontendIPConfigurations"),),
}
_SHOWN_ON = ("networkSecurityGroup", "routeTable", "natGateway")

_Found: TypeAlias = tuple[str, str, str]
"""The id of what shows something, the property that it shows it in, and the id shown."""
_Shown: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""What is shown, by the lower-case id of what shows it and the property."""


def occupied(estate: Estate) -> Estate:
    """Add to subnets, groups, route tables and NAT gateways who is in them; what they show already stays."""
    held = {str(resource["id"]).lower() for resource in estate.resources}
    shown: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for resource in estate.resources:
        for owner, name, found in (*_in_subnets(resource, held), *_in_groups(resource)):
            shown[owner.lower()][name].append(found)
    return replace(estate, resources=tuple(_showing(resource, shown) for resource in estate.resources))


def _in_subnets(resource: Resource, held: Container[str]) -> Iterator[_Found]:
    kind, arm_id = str(resource["type"]).lower(), str(resource["id"])
    for name, segment in _CONFIGURATIONS.get(kind, ()):
        for each in _items(_at(resource, "properties", name)):
            yield from _configuration(each, f"{arm_id}/{segment}")
    if kind == _SCALE_SETS:
        yield from _instances(resource)
    if kind == _ENDPOINTS:
        yield from _endpoint(resource, held)


def _configuration(configuration: Resource, path: str) -> Iterator[_Found]:
    subnet = _at(configuration, "properties", "subnet", "id")
    if isinstance(subnet, str):
        yield subnet, "ipConfigurations", str(configuration.get("id") or f"{path}/{configuration.get('name')}")


def _instances(scale_set: Resource) -> Iterator[_Found]:
    """Name what the instances of a scale set occupy; in a flexible one they have network interfaces of their own."""
    capacity = _at(scale_set, "sku", "capacity")
    if _at(scale_set, "properties", "orchestrationMode") == "Flexible" or not isinstance(capacity, int):
        return
    model = _at(scale_set, "properties", "virtualMachineProfile", "networkProfile", "networkInterfaceConfigurations")
    for instance in range(capacity):
        for interface in _items(model):
            path = f"{scale_set['id']}/virtualMachines/{instance}/networkInterfaces/{interface.get('name')}"
            for each in _items(_at(interface, "properties", "ipConfigurations")):
                yield from _configuration(each, f"{path}/ipConfigurations")


def _endpoint(endpoint: Resource, held: Container[str]) -> Iterator[_Found]:
    """Name a private endpoint, and what its network interface occupies where the estate does not hold that."""
    subnet = _at(endpoint, "properties", "subnet", "id")
    if not isinstance(subnet, str):
        return
    yield subnet, "privateEndpoints", str(endpoint["id"])
    for each in _items(_at(endpoint, "properties", "networkInterfaces")):
        interface = str(each.get("id", ""))
        if interface and interface.lower() not in held:
            # Named as in https://github.com/Azure/bicep/issues/13267
            name = f"privateEndpointIpConfig.{uuid5(NAMESPACE_URL, interface.lower())}"
            yield subnet, "ipConfigurations", f"{interface}/ipConfigurations/{name}"


def _in_groups(resource: Resource) -> Iterator[_Found]:
    kind, arm_id = str(resource["type"]).lower(), str(resource["id"])
    if kind in _INTERFACES:
        group = _at(resource, "properties", "networkSecurityGroup", "id")
        yield from [(group, "networkInterfaces", arm_id)] if isinstance(group, str) else ()
    subnets = _subnets(resource) if kind == _NETWORKS else [(arm_id, resource)] if kind == _SUBNETS else []
    for subnet_id, subnet in subnets:
        for name in _SHOWN_ON:
            owner = _at(subnet, "properties", name, "id")
            yield from [(owner, "subnets", subnet_id)] if isinstance(owner, str) else ()


def _showing(resource: Resource, shown: _Shown) -> Resource:
    resource = _with(resource, shown.get(str(resource["id"]).lower(), {}))
    if str(resource["type"]).lower() != _NETWORKS or not _subnets(resource):
        return resource
    properties = resource["properties"]
    if not isinstance(properties, Mapping) or not isinstance(properties["subnets"], list):
        return resource
    subnets = [_showing_subnet(each, resource, shown) for each in properties["subnets"]]
    return {**resource, "properties": {**properties, "subnets": subnets}}


def _showing_subnet(subnet: object, network: Resource, shown: _Shown) -> object:
    if not isinstance(subnet, Mapping):
        return subnet
    return _with(subnet, shown.get(_subnet_id(network, subnet).lower(), {}))


def _subnet_id(network: Resource, subnet: Resource) -> str:
    return str(subnet.get("id") or f"{network['id']}/subnets/{subnet.get('name')}")


def _with(resource: Resource, found: Mapping[str, Sequence[str]]) -> Resource:
    properties = resource.get("properties", {})
    if not found or not isinstance(properties, Mapping):
        return resource
    return {
        **resource,
        "properties": {**properties, **{name: _joined(properties, name, found[name]) for name in found}},
    }


def _joined(properties: Resource, name: str, found: Sequence[str]) -> list[Resource]:
    rows = {str(each.get("id")).lower(): each for each in _items(properties.get(name))}
    for each in found:
        rows.setdefault(each.lower(), {"id": each})
    return list(rows.values())


def _subnets(network: Resource) -> list[tuple[str, Resource]]:
    embedded = _items(_at(network, "properties", "subnets"))
    return [(_subnet_id(network, each), each) for each in embedded]


def _items(value: object) -> list[Resource]:
    """Return the objects of a list; an object that stands alone is one."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]


def _at(value: object, *steps: str) -> object:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
