"""Changes that connect private endpoints: approve one, make one, have Azure keep its names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.changes.endpoint_places import Place, place_for_endpoints
from scanner.changes.naming import made_name
from scanner.changes.roles import READER, assigned
from scanner.changes.zone_groups import zone_group
from scanner.changes.zones import networks_of, zone_named
from scanner.domain.dns_names import normal
from scanner.domain.identities import identity_of
from scanner.domain.zone_names import zones_for
from scanner.engine.change import Approve, Change, Changes, Changing, Choice, Create, Delete, Edit, Stage
from scanner.estate.data import DataSource, DataTarget, groups_of
from scanner.estate.links import STUDIO_GROUPS, WORKSPACE_GROUP
from scanner.estate.private_link import Link, vnet_of, zones_named_by, zones_needed_by
from scanner.estate.resolution import zones_called
from scanner.estate.solution import Solution
from scanner.estate.users import users_of, users_of_data
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.data import Connection, Datastore
from scanner.model.exposure import ConnectionStatus
from scanner.model.machine_learning import Workspace
from scanner.model.network import VirtualNetwork
from scanner.model.private_link import PrivateEndpoint, ZoneGroup
from scanner.model.services import PrivateLinkTarget

_WAITING = frozenset({ConnectionStatus.PENDING, ConnectionStatus.REJECTED})


def approves(link: Link, _: Graph) -> Changes:
    """Offer to approve a connection that waits, or that was turned down."""
    if link.connection is None or link.status not in _WAITING:
        return
    connection = known(link.connection.id)
    if connection is not None:
        says = f"approve the connection of {link.name} to {link.target.name}"
        yield Change(says, link.target, (Approve(link.target, link.id, connection),), Stage.ENDPOINT)


def keeps_names(endpoint: PrivateEndpoint, graph: Graph) -> Changes:
    """Offer to have Azure keep an endpoint's records, in the zones of the right names that there are."""
    needed = zones_needed_by(endpoint, graph)
    zones = [zone for name in needed for zone in zones_called(name, graph).found[:1]]
    groups = graph.children(ZoneGroup, endpoint.id).found
    named = {normal(each.name) for each in zones_named_by(endpoint, graph).found}
    if not zones or named == set(needed):
        return
    at = groups[0].id if groups else ArmId(f"{endpoint.id}/privateDnsZoneGroups/default")
    edits: tuple[Edit, ...] = (*(Delete(each.id) for each in groups), zone_group(at, zones))
    yield Change(f"have Azure keep the records of {endpoint.name}", endpoint.id, edits, Stage.NAMES)


def connects(*groups: str) -> Changing[Any]:
    """Offer an endpoint for each sub-resource that a service has no approved one for."""

    def changes(service: PrivateLinkTarget, graph: Graph) -> Changes:
        for solution in users_of(service, graph).found:
            for group in groups:
                yield from _connected(service, group, solution)

    return changes


def connects_data(subject: DataTarget | DataSource, graph: Graph) -> Changes:
    """Offer an endpoint for each sub-resource by which solutions read data of a service."""
    if isinstance(subject, Datastore | Connection):
        return
    for solution in users_of_data(subject, graph).found:
        for group in groups_of(solution, subject).found:
            yield from _connected(subject, group, solution)


def connects_workspace(solution: Solution, _: Graph) -> Changes:
    """Offer an endpoint for a workspace that has no approved one."""
    yield from _connected(solution.network_workspace, WORKSPACE_GROUP, solution)


def _connected(target: Workspace | PrivateLinkTarget, group: str, solution: Solution) -> Changes:
    links = [link for link in solution.links(target).found if link.endpoint is not None and group in link.groups]
    if any(link.status is ConnectionStatus.APPROVED for link in links):
        return
    if waiting := [change for link in links for change in approves(link, solution.graph)]:
        yield from waiting
        return
    place = place_for_endpoints(solution)
    if place is not None:
        yield _endpoint(target, group, place, solution)


def _endpoint(target: Workspace | PrivateLinkTarget, group: str, place: Place, solution: Solution) -> Change:
    graph = solution.graph
    vnet = graph.get(VirtualNetwork, vnet_of(place.subnet))
    home = vnet.id.scope
    name = made_name(f"pe-{target.name}-{group}", PrivateEndpoint.TYPE, home, graph)
    endpoint = ArmId(f"{home}/providers/{PrivateEndpoint.TYPE}/{name}")
    ask = {"name": name, "properties": {"privateLinkServiceId": str(target.id), "groupIds": [group]}}
    row = {
        "id": str(endpoint),
        "location": known(vnet.location, vnet.name),
        "properties": {"subnet": {"id": str(place.subnet)}, "privateLinkServiceConnections": [ask]},
    }
    choices = (*place.choices, Choice("name", name, "made of the service's name and the sub-resource"))
    zones = [zone_named(name, home, networks_of(solution), graph) for name in zones_for(group, graph.settings.cloud)]
    keeping = zone_group(ArmId(f"{endpoint}/privateDnsZoneGroups/default"), [zone for zone, _ in zones])
    linked = [edit for _, edits in zones for edit in edits]
    edits = (*place.makes, *linked, Create(row), keeping, *_reader(endpoint, group, solution))
    says = f"make a private endpoint for {group} of {target.name} in {place.subnet.name}"
    return Change(says, target.id, edits, Stage.ENDPOINT, choices)


def _reader(endpoint: ArmId, group: str, solution: Solution) -> Iterator[Edit]:
    """Yield the role by which the studio shows data behind an endpoint, where it is one that it reads."""
    identity = identity_of(solution.workspace) if group in STUDIO_GROUPS else None
    if identity is not None:
        yield assigned(READER, identity.principal_id, endpoint)
