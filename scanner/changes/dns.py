"""Changes that make names lead to private endpoints: zones, links, records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from scanner.changes.zone_groups import zone_group
from scanner.changes.zones import link, made_zone, missing_links, networks_of
from scanner.domain.dns_names import normal
from scanner.domain.private_names import PrivateName
from scanner.engine.change import Change, Changes, Changing, Choice, Create, Delete, Edit, Set, Stage
from scanner.estate.data import uses_of
from scanner.estate.private_link import zones_named_by, zones_needed_by
from scanner.estate.resolution import answer_in, resolve_in, zones_called
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_aml_vnet
from scanner.estate.zones import addresses_for, names_in, names_of, users_of_zone, zones_for_name
from scanner.evidence import Seen, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.private_dns import PrivateDnsZone
from scanner.model.private_link import PrivateEndpoint, ZoneGroup
from scanner.system.counting import counted

_LINKS = "virtualNetworkLinks"


def links_to(vnets: Callable[[Solution], Seen[ArmId]]) -> Changing[Any]:
    """Offer to link a zone to those networks of its solutions that do not see it."""

    def changes(zone: PrivateDnsZone, graph: Graph) -> Changes:
        for user in users_of_zone(zone.id, graph).found:
            for vnet in vnets(user).found:
                yield from _linked(zone, vnet, user, graph)

    return changes


def _linked(zone: PrivateDnsZone, vnet: ArmId, user: Solution, graph: Graph) -> Changes:
    names = names_in(zone.name, user).found
    if names and all(resolve_in(graph, vnet, each.fqdn, each.alias).zone == zone.id for each in names):
        return
    together = sorted({zone.id, *_sisters(zone.id, user, graph)})
    missing = {one: tuple(missing_links(one, (vnet,), graph)) for one in together}
    if any(missing.values()):
        says = f"link {' and '.join(one.name for one, edits in missing.items() if edits)} to {vnet.name}"
        yield Change(says, zone.id, tuple(chain.from_iterable(missing.values())), Stage.NAMES)


def _sisters(zone: ArmId, user: Solution, graph: Graph) -> set[ArmId]:
    """Return the zones that hold other names of endpoints whose names are in a zone: linked one by one they cut off."""
    groups = [set(zones_named_by(each, graph).found) for each in user.endpoints().found]
    return set().union(*(each for each in groups if zone in each))


def makes_zones(endpoint: PrivateEndpoint, graph: Graph) -> Changes:
    """Offer the zones that an endpoint needs and that are not there, linked to the networks that use it."""
    vnet = known(endpoint.subnet).parent
    users = users_of_aml_vnet(vnet, graph).found if vnet is not None else ()
    linked = dict.fromkeys((vnet, *(each for user in users for each in networks_of(user))))
    for name in zones_needed_by(endpoint, graph):
        if not zones_called(name, graph).exists():
            yield _zone(name, endpoint, [each for each in linked if each is not None], graph)


def _zone(name: str, endpoint: PrivateEndpoint, vnets: list[ArmId], graph: Graph) -> Change:
    zone = _home_of(name, endpoint, graph)
    made = (made_zone(zone), *(link(zone, each) for each in vnets), *_group_again(endpoint, zone, graph))
    choices = (Choice("resource group", zone.resource_group, "where the endpoint is"),)
    says = f"make the zone {name}, linked to {counted(len(vnets), 'network')}"
    return Change(says, endpoint.id, made, Stage.NAMES, choices)


def _home_of(name: str, endpoint: PrivateEndpoint, graph: Graph) -> ArmId:
    """Return where a zone belongs: where a zone group names it, else beside the endpoint."""
    named = (zone for zone in zones_named_by(endpoint, graph).found if normal(zone.name) == normal(name))
    home = endpoint.id.scope
    return next(named, ArmId(f"{home}/providers/{PrivateDnsZone.TYPE}/{name}"))


def _group_again(endpoint: PrivateEndpoint, zone: ArmId, graph: Graph) -> Iterator[Edit]:
    """Have the endpoint's zone group name a zone: Azure writes the records when the group is made."""
    groups = graph.children(ZoneGroup, endpoint.id).found
    zones = {normal(each.name): each for each in zones_named_by(endpoint, graph).found} | {normal(zone.name): zone}
    for group in groups:
        yield Delete(group.id)
    at = groups[0].id if groups else ArmId(f"{endpoint.id}/privateDnsZoneGroups/default")
    yield zone_group(at, zones.values())


def writes_records(endpoint: PrivateEndpoint, graph: Graph) -> Changes:
    """Offer the right records of an endpoint's names that have none, or a stale one: all of a zone together."""
    edits: dict[ArmId, list[Edit]] = {}
    for name in names_of(endpoint, graph):
        for zone in zones_for_name(name, endpoint, graph).found:
            edits.setdefault(zone, []).extend(_record(zone, name, endpoint, graph))
    for zone, made in edits.items():
        if made:
            says = f"have {' and '.join(each.target.name for each in made)} in {zone.name} lead to {endpoint.name}"
            yield Change(says, zone, tuple(made), Stage.NAMES)


def _record(zone: ArmId, name: PrivateName, endpoint: PrivateEndpoint, graph: Graph) -> Iterator[Edit]:
    record = answer_in(zone, name.record, graph)
    held_now = frozenset(record.addresses if record is not None else ())
    right = (held_now & name.addresses or {name.address}) | held_now & {*addresses_for(name, endpoint, graph).found}
    if held_now == right:
        return
    at = ArmId(f"{zone}/A/{name.record}")
    held = [{"ipv4Address": str(each)} for each in sorted(right, key=str)]
    if record is None:
        yield Create({"id": str(at), "properties": {"ttl": 10, "aRecords": held}})
    else:
        yield Set(at, "properties.aRecords", held)


def writes_data_records(solution: Solution, graph: Graph) -> Changes:
    """Offer the right records of every endpoint that leads to data of a workspace."""
    for use in uses_of(solution).found:
        for each in solution.own_links(use.service).found:
            if each.endpoint is not None:
                yield from writes_records(each.endpoint, graph)
