"""The A records that zone groups of private endpoints write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.creation.addresses import chosen
from scanner.creation.estate import Estate, Row, is_unknown, items, unknown, within
from scanner.domain.dns_names import normal
from scanner.domain.private_names import PrivateName, private_names
from scanner.domain.zone_names import zones_for
from scanner.evidence import Gap, MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.fields import address

_GROUPS = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
_RECORDS = "Microsoft.Network/privateDnsZones/A"
_SUBNET = ("properties", "subnet", "id")
_LISTED = "Microsoft.Network/privateDnsZones/ALL"


def write_records(estate: Estate, cloud: str) -> list[Gap]:
    """Add the records of every zone group; return, as gaps, the zones of which not all records are known."""
    gaps: list[Gap] = []
    for group in list(estate.made(_GROUPS)):
        endpoint = estate.get(str(ArmId(str(group["id"])).parent))
        configs = within(group, "properties", "privateDnsZoneConfigs") or []
        zones = [within(each, "properties", "privateDnsZoneId") for each in items(configs)]
        if is_unknown(configs) or any(not isinstance(each, str) for each in zones):
            scope = "/".join(str(group["id"]).split("/", 3)[:3])
            gaps.append(Gap(_LISTED, scope, f"the zones that {ArmId(str(group['id'])).parent} writes to are not known"))
            continue
        gaps += _write(zones, endpoint, estate, cloud)
    return gaps


def _write(zones: list[str], endpoint: Row | None, estate: Estate, cloud: str) -> Iterator[Gap]:
    if endpoint is None:
        yield from (_gap(each, "an endpoint that was not read writes to it") for each in zones)
        return
    try:
        names = _names(endpoint, estate, cloud)
    except MissingEvidence as missing:
        for zone in zones:
            guest = _guest(endpoint, zone)
            if guest:
                _add(zone, guest, chosen(f"{endpoint['id']}#{guest}", within(endpoint, *_SUBNET)), estate)
            else:
                yield _gap(zone, missing.why)
        return
    for zone in zones:
        for name, value in names:
            if name.zone == normal(ArmId(zone).name):
                _add(zone, name.record, value, estate)


def _guest(endpoint: Row, zone: str) -> str:
    """Return the one record that an endpoint writes to a zone that is not its own, "" where that is not the case.

    The endpoint of an Azure Monitor scope keeps the account of its agents' solution packs in the zone of all blobs
    (https://learn.microsoft.com/azure/azure-monitor/logs/private-link-configure, 2025-03).
    """
    groups = [str(each).lower() for each in _groups_of(endpoint)]
    is_blob = normal(ArmId(zone).name).startswith("privatelink.blob.")
    return "scadvisorcontentpl" if groups == ["azuremonitor"] and is_blob else ""


def _groups_of(endpoint: Row) -> list[str]:
    listed = [
        within(each, "properties", "groupIds")
        for place in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")
        for each in items(endpoint, "properties", place)
    ]
    return [str(group) for each in listed if isinstance(each, list) for group in each]


def _gap(zone: str, why: str) -> Gap:
    return Gap(_LISTED, zone, why)


def _names(endpoint: Row, estate: Estate, cloud: str) -> list[tuple[PrivateName, Any]]:
    """Return the records that belong to an endpoint, each with the JSON of its address."""
    zones = dict.fromkeys(zone for group in _groups_of(endpoint) for zone in zones_for(str(group), cloud))
    pairs = list(_pairs(endpoint, estate))
    placed = private_names(((fqdn, address("192.0.2.1")) for fqdn, _ in pairs), zones)
    values = {normal(fqdn): value for fqdn, value in pairs}
    return [(name, values[name.fqdn]) for name in placed]


def _pairs(endpoint: Row, estate: Estate) -> Iterator[tuple[str, Any]]:
    for named in items(endpoint, "properties", "networkInterfaces"):
        for each in items(estate.get(named.get("id")), "properties", "ipConfigurations"):
            fqdns = within(each, "properties", "privateLinkConnectionProperties", "fqdns")
            if is_unknown(fqdns):
                raise MissingEvidence(str(fqdns["$unknown"]))
            yield from ((fqdn, within(each, "properties", "privateIPAddress")) for fqdn in fqdns or ())


def record_row(zone: str, record: str, value: object) -> Row:
    """Return an A record in a zone (its id), with one address."""
    return {
        "id": f"{zone}/A/{record}",
        "type": _RECORDS,
        "name": record,
        "properties": {"aRecords": [{"ipv4Address": value}]},
    }


def _add(zone: str, record: str, value: object, estate: Estate) -> None:
    row = record_row(zone, record, value)
    held = estate.get(row["id"])
    if held is None:
        estate.add(row)
    elif within(held, "properties", "aRecords") != row["properties"]["aRecords"]:
        held["properties"]["aRecords"] = unknown(f"two endpoints write the record {record}, and the later one stays")
