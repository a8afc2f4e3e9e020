"""What Azure makes of private endpoints: interface and addresses, the service's connection, records of zone groups.

Source: https://learn.microsoft.com/azure/private-link/private-endpoint-overview and private-endpoint-dns (facts §5).
"""

from __future__ import annotations

from typing import Any

from scanner.domain.free_addresses import free_addresses
from scanner.domain.private_names import private_names
from scanner.domain.public_names import Member, Named, members_of
from scanner.engine.change import Approve
from scanner.estate.private_link import zones_needed_by
from scanner.evidence import MissingEvidence, known
from scanner.fix.places import Draft, Row
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.interfaces import NetworkInterface
from scanner.model.network import Subnet
from scanner.model.private_link import PrivateEndpoint

_APPROVED = {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}


def approved(draft: Draft, edit: Approve) -> None:
    """Approve a connection on the service's side, and in the endpoint's copy."""
    service, endpoint = draft.row(edit.target.key), draft.row(edit.endpoint.key)
    for each in (service or {}).get("properties", {}).get("privateEndpointConnections", ()):
        if ArmId(each["properties"].get("privateEndpoint", {}).get("id", "")) == edit.endpoint:
            each["properties"]["privateLinkServiceConnectionState"] = dict(_APPROVED)
    for each in _asks(endpoint or {}):
        if ArmId(str(each["properties"].get("privateLinkServiceId", ""))) == edit.target:
            each["properties"]["privateLinkServiceConnectionState"] = dict(_APPROVED)


def _asks(endpoint: Row) -> list[Row]:
    properties = endpoint.get("properties", {})
    lists = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")
    return [each for name in lists for each in properties.get(name) or ()]


def endpoint_made(draft: Draft, row: Row, graph: Graph) -> None:
    """Give a new endpoint its interface with an address for each name, and approve it at its service."""
    endpoint = ArmId(row["id"])
    (ask,) = _asks(row)
    target, group = ArmId(ask["properties"]["privateLinkServiceId"]), ask["properties"]["groupIds"][0]
    ask["properties"]["privateLinkServiceConnectionState"] = dict(_APPROVED)
    service = draft.row(target.key)
    if service is None:
        return
    nic = ArmId(f"{endpoint.scope}/providers/Microsoft.Network/networkInterfaces/{endpoint.name}-nic")
    row["properties"]["networkInterfaces"] = [{"id": str(nic)}]
    draft.put(_interface(nic, endpoint, _configs(row, service, target, group, graph)))
    listed = service.setdefault("properties", {}).setdefault("privateEndpointConnections", [])
    listed.append(_other_side(target, endpoint, group))


def _configs(row: Row, service: Row, target: ArmId, group: str, graph: Graph) -> list[Row]:
    members = members_of(_named(service, target, graph), (group,))
    if members is None:
        raise MissingEvidence(f"which names an endpoint for {group} of {target.name} has is not known", (str(target),))
    subnet = ArmId(row["properties"]["subnet"]["id"])
    addresses = free_addresses(graph.get(Subnet, subnet), graph.seen(NetworkInterface), len(members))
    pairs = zip(members, addresses, strict=True)
    return [_config(member, address, group, subnet) for member, address in pairs]


def _interface(nic: ArmId, endpoint: ArmId, configs: list[Row]) -> Row:
    properties = {"ipConfigurations": configs, "privateEndpoint": {"id": str(endpoint)}}
    return {"id": str(nic), "name": nic.name, "type": nic.type, "properties": properties}


def _other_side(target: ArmId, endpoint: ArmId, group: str) -> Row:
    properties = {
        "privateEndpoint": {"id": str(endpoint)},
        "groupIds": [group],
        "privateLinkServiceConnectionState": dict(_APPROVED),
    }
    return {
        "id": f"{target}/privateEndpointConnections/{endpoint.name}",
        "name": endpoint.name,
        "properties": properties,
    }


def _named(service: Row, target: ArmId, graph: Graph) -> Named:
    region = str(service.get("location", "")).replace(" ", "").lower()
    guid = str(service.get("properties", {}).get("workspaceId") or "")
    return Named(target, region, graph.settings.cloud, guid)


def _config(member: Member, address: Address, group: str, subnet: ArmId) -> Row:
    link = {"groupId": group, "requiredMemberName": member.name, "fqdns": list(member.fqdns)}
    return {
        "name": f"privateEndpointIpConfig.{member.name}",
        "properties": {
            "privateIPAddress": str(address),
            "privateIPAllocationMethod": "Dynamic",
            "subnet": {"id": str(subnet)},
            "primary": True,
            "privateLinkConnectionProperties": link,
        },
    }


def zone_group_made(draft: Draft, row: Row, graph: Graph) -> None:
    """Write the records that a new zone group keeps, into the zones that it names."""
    parent = ArmId(row["id"]).parent
    if parent is None:
        return
    zones = {each.name.lower(): each for each in _zones(row)}
    endpoint = graph.get(PrivateEndpoint, parent)
    given = [pair for reference in known(endpoint.interfaces) for pair in _names(known(reference.id), graph)]
    for name in private_names(given, zones_needed_by(endpoint, graph)):
        if name.zone in zones:
            _write(draft, zones[name.zone], name.record, str(name.address))


def _zones(group: Row) -> list[ArmId]:
    configs = group["properties"].get("privateDnsZoneConfigs", ())
    return [ArmId(each["properties"]["privateDnsZoneId"]) for each in configs]


def _names(nic: ArmId, graph: Graph) -> list[tuple[str, Address]]:
    configs = known(graph.get(NetworkInterface, nic).ip_configurations)
    return [
        (fqdn, address)
        for each in configs
        if (address := known(each.private_address)) is not None
        for fqdn in known(each.fqdns)
    ]


def _write(draft: Draft, zone: ArmId, record: str, address: str) -> None:
    at = f"{zone}/A/{record}"
    held: list[Any] = [{"ipv4Address": address}]
    draft.put({"id": at, "name": record, "type": "Microsoft.Network/privateDnsZones/A",
               "properties": {"ttl": 10, "fqdn": f"{record}.{zone.name}.", "aRecords": held}})  # fmt: skip
