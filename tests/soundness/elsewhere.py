"""Endpoints of the same services in a second network, which lies in a subscription of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy

from scanner.model.arm import ArmId
from tests.cases import Resource

_ENDPOINT = "microsoft.network/privateendpoints"
_PREFIX = "10.20.9"
"""Of the subnet of the second endpoints; the last part of an address is that of the first endpoint's."""


def with_second_endpoints(resources: list[Resource], network: str, services: tuple[str, ...]) -> list[Resource]:
    """Give services a second endpoint each in a network: name for name as the first, without records of its own."""
    vnet = next(each for each in resources if each["id"].endswith(f"/virtualNetworks/{network}"))
    subnet = f"{vnet['id']}/subnets/snet-endpoints"
    added = [row for each in resources if _leads_to(each, services) for row in _second(each, resources, subnet)]
    _add_subnet(vnet, subnet)
    for row in added:
        if ArmId(row["id"]).type == _ENDPOINT:
            _add_connection(row, resources)
    return [*resources, *added]


def _leads_to(row: Resource, services: tuple[str, ...]) -> bool:
    return ArmId(row["id"]).type == _ENDPOINT and ArmId(_target_of(row)).name in services


def _target_of(endpoint: Resource) -> str:
    return str(endpoint["properties"]["privateLinkServiceConnections"][0]["properties"]["privateLinkServiceId"])


def _second(endpoint: Resource, resources: list[Resource], subnet: str) -> Iterator[Resource]:
    """Yield a copy of an endpoint and of its interface: the same scope as the subnet's, other addresses."""
    here, there = ArmId(endpoint["id"]), ArmId(subnet)
    first = str(endpoint["properties"]["subnet"]["id"])
    swaps = (
        (first, subnet),
        (
            f"{_scope(here)}/providers/Microsoft.Network/privateEndpoints/",
            f"{_scope(there)}/providers/Microsoft.Network/privateEndpoints/",
        ),
        (
            f"{_scope(here)}/providers/Microsoft.Network/networkInterfaces/",
            f"{_scope(there)}/providers/Microsoft.Network/networkInterfaces/",
        ),
        ('"10.10.1.', f'"{_PREFIX}.'),
    )
    interfaces = {each["id"] for each in endpoint["properties"]["networkInterfaces"]}
    for row in resources:
        if row["id"] == endpoint["id"] or row["id"] in interfaces:
            text = json.dumps(row)
            for old, new in swaps:
                text = text.replace(old, new)
            yield json.loads(text)


def _scope(arm_id: ArmId) -> str:
    return str(arm_id).partition("/providers/")[0]


def _add_subnet(vnet: Resource, subnet: str) -> None:
    properties = {"addressPrefix": f"{_PREFIX}.0/24", "privateEndpointNetworkPolicies": "Disabled", "delegations": []}
    vnet["properties"]["subnets"].append({"id": subnet, "name": "snet-endpoints", "properties": properties})


def _add_connection(endpoint: Resource, resources: list[Resource]) -> None:
    """Put an endpoint into its service's own list, beside the first."""
    service = next(each for each in resources if each["id"].lower() == _target_of(endpoint).lower())
    connections = service["properties"]["privateEndpointConnections"]
    first = next(
        each for each in connections if ArmId(each["properties"]["privateEndpoint"]["id"]).name == endpoint["name"]
    )
    second = deepcopy(first)
    told = second["properties"]["privateEndpoint"]
    told["id"] = endpoint["id"]
    if "subnetArmId" in told:
        told["subnetArmId"] = endpoint["properties"]["subnet"]["id"]
    connections.append(second | {"id": f"{first['id']}-2"})
