"""Commands of the Azure CLI that make resources: one of their own for the usual ones, the API's PUT for the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from scanner.domain.built_in_roles import role_of_guid
from scanner.fix.versions import version_of
from scanner.model.arm import ArmId

_Row = dict[str, Any]


def making(target: ArmId, row: _Row) -> Iterator[list[str]]:
    """Yield the commands that make a resource; each can be given again."""
    make = _MAKING.get(target.type)
    if make is not None:
        yield from make(target, row)
    else:
        yield put(target, row)


def put(target: ArmId, row: _Row) -> list[str]:
    """Return the command that makes a resource by the API."""
    body = {key: value for key, value in row.items() if key in {"location", "sku", "properties", "identity"}}
    url = f"{target}?api-version={version_of(target)}"
    return ["az", "rest", "--method", "put", "--url", url, "--body", json.dumps(body)]


def _below(target: ArmId) -> list[str]:
    return ["--resource-group", target.resource_group, "--subscription", target.subscription]


def _endpoint(target: ArmId, row: _Row) -> Iterator[list[str]]:
    (ask,) = row["properties"]["privateLinkServiceConnections"]
    yield [
        *("az", "network", "private-endpoint", "create", "--name", target.name, *_below(target)),
        *("--location", row["location"], "--subnet", row["properties"]["subnet"]["id"]),
        *("--private-connection-resource-id", ask["properties"]["privateLinkServiceId"]),
        *("--group-id", *ask["properties"]["groupIds"], "--connection-name", ask["name"]),
    ]


def _zone_group(target: ArmId, row: _Row) -> Iterator[list[str]]:
    endpoint = target.parent or target
    where = ["--endpoint-name", endpoint.name, "--name", target.name, *_below(endpoint)]
    for place, config in enumerate(row["properties"]["privateDnsZoneConfigs"]):
        zone = ["--private-dns-zone", config["properties"]["privateDnsZoneId"], "--zone-name", config["name"]]
        yield ["az", "network", "private-endpoint", "dns-zone-group", "add" if place else "create", *where, *zone]


def _zone(target: ArmId, _row: _Row) -> Iterator[list[str]]:
    yield ["az", "network", "private-dns", "zone", "create", "--name", target.name, *_below(target)]


def _link(target: ArmId, row: _Row) -> Iterator[list[str]]:
    zone, vnet = target.parent or target, row["properties"]["virtualNetwork"]["id"]
    where = ["--zone-name", zone.name, "--name", target.name, *_below(zone)]
    end = ["--virtual-network", vnet, "--registration-enabled", "false"]
    yield ["az", "network", "private-dns", "link", "vnet", "create", *where, *end]


def _record(target: ArmId, row: _Row) -> Iterator[list[str]]:
    zone = target.parent or target
    for each in row["properties"]["aRecords"]:
        where = ["--zone-name", zone.name, "--record-set-name", target.name, *_below(zone)]
        yield ["az", "network", "private-dns", "record-set", "a", "add-record", *where,
               "--ipv4-address", each["ipv4Address"]]  # fmt: skip


def _peering(target: ArmId, row: _Row) -> Iterator[list[str]]:
    vnet, properties = target.parent or target, row["properties"]
    where = ["--vnet-name", vnet.name, "--name", target.name, *_below(vnet)]
    flags = ["--allow-vnet-access", "true", "--allow-forwarded-traffic", "true"]
    remote = ["--remote-vnet", properties["remoteVirtualNetwork"]["id"]]
    yield ["az", "network", "vnet", "peering", "create", *where, *remote, *flags]


def _subnet(target: ArmId, row: _Row) -> Iterator[list[str]]:
    vnet = target.parent or target
    where = ["--vnet-name", vnet.name, "--name", target.name, *_below(vnet)]
    yield [
        "az",
        "network",
        "vnet",
        "subnet",
        "create",
        *where,
        "--address-prefixes",
        row["properties"]["addressPrefix"],
    ]


def _group(target: ArmId, row: _Row) -> Iterator[list[str]]:
    where = ["--name", target.name, *_below(target), "--location", row["location"]]
    yield ["az", "network", "nsg", "create", *where]


def _role(target: ArmId, row: _Row) -> Iterator[list[str]]:
    properties = row["properties"]
    guid, scope = ArmId(properties["roleDefinitionId"]).name, target.scope
    known = role_of_guid(guid)
    role = known.name if known is not None else guid
    who = ["--assignee-object-id", properties["principalId"], "--assignee-principal-type", "ServicePrincipal"]
    yield ["az", "role", "assignment", "create", *who, "--role", role, "--scope", scope]


_MAKING: dict[str, Callable[[ArmId, _Row], Iterator[list[str]]]] = {
    "microsoft.network/privateendpoints": _endpoint,
    "microsoft.network/privateendpoints/privatednszonegroups": _zone_group,
    "microsoft.network/privatednszones": _zone,
    "microsoft.network/privatednszones/virtualnetworklinks": _link,
    "microsoft.network/privatednszones/a": _record,
    "microsoft.network/virtualnetworks/virtualnetworkpeerings": _peering,
    "microsoft.network/virtualnetworks/subnets": _subnet,
    "microsoft.network/networksecuritygroups": _group,
    "microsoft.authorization/roleassignments": _role,
}
