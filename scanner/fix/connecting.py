"""What Azure makes of private endpoints: interface and addresses, the service's connection, records of zone groups.

Source: https://learn.microsoft.com/azure/private-link/private-endpoint-overview and private-endpoint-dns (facts §5).
"""

from __future__ import annotations

from scanner.creation.endpoints import configuration, members_for, other_side
from scanner.creation.records import record_row
from scanner.domain.free_addresses import free_addresses
from scanner.domain.private_names import private_names
from scanner.domain.public_names import Member
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
from scanner.model.services import Replication

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
    target, groups = ArmId(ask["properties"]["privateLinkServiceId"]), ask["properties"]["groupIds"]
    ask["properties"]["privateLinkServiceConnectionState"] = dict(_APPROVED)
    service = draft.row(target.key)
    if service is None:
        return
    nic = ArmId(f"{endpoint.scope}/providers/Microsoft.Network/networkInterfaces/{endpoint.name}-nic")
    row["properties"]["networkInterfaces"] = [{"id": str(nic)}]
    inside = {
        "ipConfigurations": _configs(row, nic, _members(service, target, groups, graph), graph),
        "privateEndpoint": {"id": str(endpoint)},
    }
    draft.put({"id": str(nic), "name": nic.name, "type": nic.type, "properties": inside})
    listed = service.setdefault("properties", {}).setdefault("privateEndpointConnections", [])
    shown = other_side(row, dict(_APPROVED)) | {"id": f"{target}/privateEndpointConnections/{endpoint.name}"}
    shown["properties"]["groupIds"] = groups
    listed.append(shown)


def _members(service: Row, target: ArmId, groups: list[str], graph: Graph) -> tuple[Member, ...]:
    replicas = (known(each.location, each.name) for each in graph.children(Replication, target).found)
    members = members_for(target, service, groups, graph.settings.cloud, replicas)
    if members is None:
        named = ", ".join(groups)
        raise MissingEvidence(f"which names an endpoint for {named} of {target.name} has is not known", (str(target),))
    return members


def _configs(endpoint: Row, nic: ArmId, members: tuple[Member, ...], graph: Graph) -> list[Row]:
    subnet = ArmId(endpoint["properties"]["subnet"]["id"])
    addresses = free_addresses(graph.get(Subnet, subnet), graph.seen(NetworkInterface), len(members))
    return [
        configuration(endpoint, str(nic), member, str(address), list(member.fqdns))
        for member, address in zip(members, addresses, strict=True)
    ]


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
            draft.put(record_row(str(zones[name.zone]), name.record, str(name.address)))


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
