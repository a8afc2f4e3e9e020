"""What else goes when something is deleted in Azure: interfaces and records of endpoints, far sides of connections."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.creation.estate import Estate, Row, items, properties, within
from scanner.creation.folding import PARTS
from scanner.model.arm import RESOURCE_GROUP_TYPE, ArmId

_ENDPOINTS = "microsoft.network/privateendpoints"
_GROUPS = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
_VNETS = "Microsoft.Network/virtualNetworks"
_LISTS = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")


def delete(estate: Estate, arm_ids: Iterable[str]) -> None:
    """Take resources out of an estate, and what Azure takes out with them."""
    gone = list(dict.fromkeys(each for arm_id in arm_ids for each in (arm_id, *_members(arm_id, estate))))
    for each in gone:
        kind = ArmId(each).type
        if kind in PARTS:
            _delete_part(each, PARTS[kind], estate)
        elif kind == _ENDPOINTS:
            _delete_endpoint(each, estate)
        estate.remove(each)
    _cut_off({ArmId(each).key for each in gone}, estate)


def _members(arm_id: str, estate: Estate) -> list[str]:
    """Return what a resource group holds, which goes with it; nothing of what is no group."""
    own = ArmId(arm_id)
    return [each for each in estate.rows if own.type == RESOURCE_GROUP_TYPE and each.startswith(f"{own.key}/")]


def _delete_part(arm_id: str, place: str, estate: Estate) -> None:
    own = ArmId(arm_id)
    inside = properties(estate.get(str(own.parent)) or {})
    listed = inside.get(place)
    if isinstance(listed, list):
        inside[place] = [each for each in listed if str(each.get("name", "")).lower() != own.name.lower()]


def _delete_endpoint(arm_id: str, estate: Estate) -> None:
    """Take out the interface of an endpoint and the records of its zone groups; its targets forget it."""
    for each in items(estate.get(arm_id), "properties", "networkInterfaces"):
        if isinstance(each.get("id"), str):
            estate.remove(each["id"])
    for group in list(estate.of(_GROUPS)):
        if ArmId(str(group["id"])).parent == ArmId(arm_id):
            _delete_records(group, estate)
    for row in estate.rows.values():
        inside = row.get("properties")
        listed = inside.get("privateEndpointConnections") if isinstance(inside, dict) else None
        if isinstance(inside, dict) and isinstance(listed, list):
            inside["privateEndpointConnections"] = [each for each in listed if not _is_of(each, arm_id)]


def _is_of(connection: object, endpoint: str) -> bool:
    named = within(connection, "properties", "privateEndpoint", "id")
    return isinstance(named, str) and ArmId(named) == ArmId(endpoint)


def _delete_records(group: Row, estate: Estate) -> None:
    for config in items(group, "properties", "privateDnsZoneConfigs"):
        zone = within(config, "properties", "privateDnsZoneId")
        for each in items(config, "properties", "recordSets"):
            if isinstance(zone, str):
                estate.remove(f"{zone}/A/{each.get('recordSetName')}")


def _cut_off(gone: set[str], estate: Estate) -> None:
    """Disconnect endpoints whose target went, and peerings whose other side did."""
    for row in estate.of(_ENDPOINTS):
        for place in _LISTS:
            for each in items(row, "properties", place):
                target = within(each, "properties", "privateLinkServiceId")
                if isinstance(target, str) and ArmId(target).key in gone:
                    properties(each)["privateLinkServiceConnectionState"] = {"status": "Disconnected"}
    for vnet in estate.of(_VNETS):
        for peering in items(vnet, "properties", "virtualNetworkPeerings"):
            if _lost_its_other_side(peering, vnet, gone, estate):
                properties(peering)["peeringState"] = "Disconnected"


def _lost_its_other_side(peering: Row, vnet: Row, gone: set[str], estate: Estate) -> bool:
    remote = within(peering, "properties", "remoteVirtualNetwork", "id")
    if not isinstance(remote, str) or within(peering, "properties", "peeringState") != "Connected":
        return False
    key = ArmId(remote).key
    if key in gone:
        return True
    if not any(each.startswith(f"{key}/virtualnetworkpeerings/") for each in gone):
        return False
    back = items(estate.get(remote), "properties", "virtualNetworkPeerings")
    leads = (within(each, "properties", "remoteVirtualNetwork", "id") for each in back)
    return not any(isinstance(each, str) and ArmId(each) == ArmId(str(vnet["id"])) for each in leads)
