"""From a finished scan to its pictures, one for each solution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from scanner.estate.solution import solution_of
from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.model.resource import Resource
from scanner.model.services import KeyVault, Registry, StorageAccount
from scanner.report.html.edges import hub_connections, peerings, private_links, zone_links, zone_nodes
from scanner.report.html.ghosts import with_ghosts
from scanner.report.html.judged import State, judged
from scanner.report.html.networks import Seen, inner_vnets, managed_network, outer_vnets, vnet_nodes, wan_hubs
from scanner.report.html.picture import Kind, Node, Picture
from scanner.report.html.residents import look
from scanner.report.html.told import told
from scanner.scan.outcome import Scan

_PARTS: tuple[tuple[Kind, type[Resource], Callable[[Workspace], Maybe[ArmId | None]]], ...] = (
    (Kind.STORAGE, StorageAccount, lambda workspace: workspace.storage_account),
    (Kind.VAULT, KeyVault, lambda workspace: workspace.key_vault),
    (Kind.REGISTRY, Registry, lambda workspace: workspace.container_registry),
)


def pictures(scan: Scan) -> tuple[Picture, ...]:
    """Return a picture of each judged solution; none where the scan does not carry what was judged."""
    if scan.graph is None:
        return ()
    said = judged(scan.results)
    graph = scan.graph
    return tuple(
        _picture(Seen(solution_of(ArmId(each.workspace), graph), each, said))
        for each in scan.solutions
        if look(ArmId(each.workspace), lambda workspace: solution_of(workspace, graph), None) is not None
    )


def _picture(seen: Seen) -> Picture:
    inner = inner_vnets(seen)
    vnets = inner | outer_vnets(seen, inner)
    hubs, zones = wan_hubs(vnets, seen), zone_nodes(seen)
    managed = managed_network(seen)
    picture = Picture(
        workspace=seen.solution.id,
        isolation=seen.summary.isolation or "isolation not known",
        outer=(*(hub for hub, _ in hubs), *vnet_nodes(vnets - inner, seen)),
        inner=(*vnet_nodes(inner, seen), *([managed] if managed else [])),
        services=tuple(_services(seen)),
        zones=zones,
        edges=tuple(
            chain(private_links(seen), peerings(vnets, seen), hub_connections(hubs), zone_links(zones, vnets, seen))
        ),
    )
    return told(with_ghosts(_whole(picture), seen), seen.judged)


def _whole(picture: Picture) -> Picture:
    """Drop edges whose ends are not in the picture: an endpoint whose subnet is not known has no place."""
    drawn = {node.id for node in picture.nodes}
    return replace(picture, edges=tuple(each for each in picture.edges if {each.source, each.target} <= drawn))


def _services(seen: Seen) -> Iterator[Node]:
    """Yield the workspace, for a project its hub, and what it stands on, read or not."""
    workspace = look(seen.solution, lambda each: each.network_workspace, seen.solution.workspace)
    yield _service(workspace.id, Kind.WORKSPACE, Workspace, seen)
    for kind, model, part in _PARTS:
        named = part(workspace)
        if isinstance(named, ArmId):
            yield _service(named, kind, model, seen)


def _service(arm_id: ArmId, kind: Kind, model: type[Resource], seen: Seen) -> Node:
    if look(arm_id, lambda each: seen.graph.get(model, each), None) is None:
        return Node(arm_id, kind, arm_id.name, f"{kind}, not read", State.UNKNOWN)
    return Node(arm_id, kind, arm_id.name, kind.value, seen.judged.node(arm_id))
