"""What creating a private endpoint makes: its connection, its network interface, and the interface's names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.creation.addresses import chosen
from scanner.creation.estate import Estate, Row, is_unknown, items, properties, unknown, within
from scanner.creation.identities import made_up
from scanner.domain.public_names import Member, Named, members_of
from scanner.model.arm import ArmId

_ENDPOINTS = "Microsoft.Network/privateEndpoints"
_INTERFACES = "Microsoft.Network/networkInterfaces"
_RECORDS = "Microsoft.Network/privateDnsZones/A"
_REPLICATIONS = "microsoft.containerregistry/registries/replications"
_STATES = {"privateLinkServiceConnections": "Approved", "manualPrivateLinkServiceConnections": "Pending"}
"""What becomes of a connection by the list that it is in. Without the right to approve, creation fails
(https://learn.microsoft.com/azure/private-link/manage-private-endpoint, 2025-04)."""


_STANDARD_NAMES = (None, "Standard")


def connect(estate: Estate, cloud: str) -> None:
    """Give every endpoint the state of its connections and a network interface, and its targets their side."""
    for row in list(estate.made(_ENDPOINTS)):
        for place, status in _STATES.items():
            for each in items(row, "properties", place):
                _decide(each, row, status, estate)
        _give_interface(row, estate, cloud)


def _decide(connection: Row, endpoint: Row, status: str, estate: Estate) -> None:
    asks = properties(connection)
    if estate.is_fresh(endpoint):
        asks["privateLinkServiceConnectionState"] = {"status": status}
    elif "privateLinkServiceConnectionState" not in asks:
        why = "somebody may have rejected or removed the connection since it was made, which no state file tells"
        asks["privateLinkServiceConnectionState"] = {"status": unknown(why)}
    target = estate.get(asks.get("privateLinkServiceId"))
    listed = properties(target).setdefault("privateEndpointConnections", []) if target is not None else None
    if isinstance(listed, list) and not _knows(listed, endpoint):
        listed.append(other_side(endpoint, asks["privateLinkServiceConnectionState"]))


def _knows(listed: Iterable[object], endpoint: Row) -> bool:
    key = ArmId(str(endpoint["id"])).key
    named = (within(each, "properties", "privateEndpoint", "id") for each in listed)
    return any(isinstance(each, str) and ArmId(each).key == key for each in named)


def other_side(endpoint: Row, state: Row) -> Row:
    """Return what a service shows of its connection to an endpoint, in a state."""
    return {
        "name": endpoint["name"],
        "properties": {
            "privateEndpoint": {
                "id": endpoint["id"],
                "subnetArmId": within(endpoint, "properties", "subnet", "id"),
            },
            "privateLinkServiceConnectionState": state,
        },
    }


# The interface


def _give_interface(endpoint: Row, estate: Estate, cloud: str) -> None:
    inside = properties(endpoint)
    named = items(inside, "networkInterfaces")
    if is_unknown(endpoint.get("properties")):
        return
    arm_id = str(named[0]["id"]) if named and isinstance(named[0].get("id"), str) else _interface_id(endpoint)
    inside["networkInterfaces"] = [{"id": arm_id}]
    estate.add(
        {
            "id": arm_id,
            "type": _INTERFACES,
            "name": ArmId(arm_id).name,
            "location": endpoint.get("location"),
            "properties": {"ipConfigurations": _configurations(endpoint, arm_id, estate, cloud)},
        },
        fresh=estate.is_fresh(endpoint),
    )


def _interface_id(endpoint: Row) -> str:
    """Return the id of the interface: of the name that was wished, or one that Azure makes up."""
    own = str(endpoint["id"])
    wished = within(endpoint, "properties", "customNetworkInterfaceName")
    name = wished if isinstance(wished, str) and wished else f"{endpoint['name']}.nic.{made_up(own, 'nic')}"
    return f"{ArmId(own).scope}/providers/{_INTERFACES}/{name}"


def _configurations(endpoint: Row, interface: str, estate: Estate, cloud: str) -> list[Row]:
    members = _members(endpoint, estate, cloud)
    if members is None:
        why = f"the names that {endpoint['name']} will stand for are not known before it is made"
        guest = Member("default", "", ())
        return [configuration(endpoint, interface, guest, _address(endpoint, guest), unknown(why))]
    return [configuration(endpoint, interface, each, _address(endpoint, each), list(each.fqdns)) for each in members]


def configuration(endpoint: Row, interface: str, member: Member, address: object, fqdns: object) -> Row:
    """Return what an endpoint's interface (its id) shows of a member: the address, and the names that it stands for."""
    return {
        "id": f"{interface}/ipConfigurations/{member.name}",
        "name": member.name,
        "properties": {
            "subnet": {"id": within(endpoint, "properties", "subnet", "id")},
            "privateIPAddress": address,
            "privateLinkConnectionProperties": {
                "groupId": member.group,
                "requiredMemberName": member.name,
                "fqdns": fqdns,
            },
        },
    }


def _address(endpoint: Row, member: Member) -> Any:  # noqa: ANN401 - JSON
    """Return the address of a member: the one that was wished or is known, else one of Azure's choice."""
    for each in items(endpoint, "properties", "ipConfigurations"):
        named = within(each, "properties", "memberName") or member.name
        if named == member.name:
            return within(each, "properties", "privateIPAddress")
    for each in items(endpoint, "properties", "customDnsConfigs"):
        known = within(each, "ipAddresses")
        if str(each.get("fqdn", "")).lower() in member.fqdns and isinstance(known, list) and len(known) == 1:
            return known[0]
    return chosen(f"{endpoint['id']}#{member.name}", within(endpoint, "properties", "subnet", "id"))


def _members(endpoint: Row, estate: Estate, cloud: str) -> tuple[Member, ...] | None:
    found: list[Member] = []
    for place in _STATES:
        for each in items(endpoint, "properties", place):
            members = _members_of(properties(each), estate, cloud)
            if members is None:
                return None
            found += members
    return tuple(found) or None


def _members_of(asks: Row, estate: Estate, cloud: str) -> tuple[Member, ...] | None:
    target, groups = asks.get("privateLinkServiceId"), asks.get("groupIds")
    if not isinstance(target, str) or not isinstance(groups, list) or any(not isinstance(each, str) for each in groups):
        return None
    own = ArmId(target)
    row = _somewhere(estate.get(target), estate)
    replicas = (str(each["location"]) for each in estate.of(_REPLICATIONS) if ArmId(str(each["id"])).parent == own)
    return members_for(own, row, groups, cloud, replicas)


def _somewhere(target: Row | None, estate: Estate) -> Row | None:
    """Return a service with a region that stands for the one of its group, where a template does not tell that.

    Zone groups write records of the same names. Where somebody writes one, whether it is of this region stays open.
    """
    if target is None or not is_unknown(target.get("location")) or any(True for _ in estate.made(_RECORDS)):
        return target
    group = ArmId(str(target["id"])).scope
    return {**target, "location": f"region-{made_up(group, 'region')[:8]}"}


def members_for(
    target: ArmId, row: Row | None, groups: Iterable[str], cloud: str, replicas: Iterable[str]
) -> tuple[Member, ...] | None:
    """Return the names that an endpoint for sub-resources of a service stands for; None where they are not known.

    `row` is the service's, None if it was not read; `replicas` are the regions of a registry's.
    """
    # Accounts whose names lie in zones of Azure's choice: which those are is not documented.
    if within(row, "properties", "dnsEndpointType") not in _STANDARD_NAMES:
        return None
    region, guid = within(row, "location"), within(row, "properties", "workspaceId")
    named = Named(
        target,
        region.lower().replace(" ", "") if isinstance(region, str) else "",
        cloud,
        guid if isinstance(guid, str) else "",
        tuple(replicas),
    )
    return members_of(named, groups)
