"""Zones and their links as they are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.engine.change import Create, Edit
from scanner.estate.resolution import zones_called
from scanner.estate.solution import Solution
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.private_dns import PrivateDnsZone, ZoneLink


def networks_of(solution: Solution) -> list[ArmId]:
    """Return the networks that names of a solution have to lead somewhere in."""
    return list(dict.fromkeys((*solution.aml_vnets.found, *solution.access_vnets.found)))


def zone_named(name: str, home: str, vnets: Iterable[ArmId], graph: Graph) -> tuple[ArmId, list[Edit]]:
    """Return the zone of a name, and what is to be done for it to be there and linked to some networks.

    `home` is the resource group (`/subscriptions/…/resourceGroups/…`) of one that is made.
    """
    found = zones_called(name, graph).found
    if found:
        return found[0], list(missing_links(found[0], vnets, graph))
    zone = ArmId(f"{home}/providers/{PrivateDnsZone.TYPE}/{name}")
    return zone, [made_zone(zone), *(link(zone, each) for each in vnets)]


def made_zone(zone: ArmId) -> Create:
    """Return the edit that makes a zone."""
    return Create({"id": str(zone), "location": "global", "properties": {}})


def missing_links(zone: ArmId, vnets: Iterable[ArmId], graph: Graph) -> Iterator[Edit]:
    """Yield the links that a zone lacks to some networks."""
    linked = {known(each.virtual_network) for each in graph.children(ZoneLink, zone).found}
    yield from (link(zone, each) for each in vnets if each not in linked)


def link(zone: ArmId, vnet: ArmId) -> Create:
    """Return the edit that links a zone to a network, without registration."""
    return Create(
        {
            "id": f"{zone}/virtualNetworkLinks/link-{vnet.name}",
            "location": "global",
            "properties": {"virtualNetwork": {"id": str(vnet)}, "registrationEnabled": False},
        }
    )
