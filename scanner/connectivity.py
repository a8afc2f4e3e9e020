"""Which virtual networks are joined: by a peering declared on either side, or at one Virtual WAN hub."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, combinations

from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import HubConnection, PeeringState, VirtualHub, VirtualNetwork

_Neighbours = dict[ArmId, frozenset[ArmId]]


def peers_of(vnet: ArmId, graph: Graph) -> frozenset[ArmId]:
    """Return the VNets peered with one, declared on either side, in whatever state.

    Raises MissingEvidence if a virtual network that may declare another could not be read.
    """
    _require_peerings(vnet, graph)
    return graph.once(_declared).get(vnet, frozenset())


def are_connected(one: ArmId, other: ArmId, graph: Graph) -> bool:
    """Tell whether traffic passes between two VNets.

    That is so with a peering of which a side that was read is Connected (which proves that the other side exists), or
    with both VNets at one Virtual WAN hub. Two VNets that only share a neighbour depend on its routes, so that raises
    MissingEvidence.
    """
    connected = graph.once(_connected)
    if other in connected.get(one, frozenset()):
        return True
    shared = connected.get(one, frozenset()) & connected.get(other, frozenset())
    if shared:
        hub = min(shared)
        raise MissingEvidence(
            f"{one.name} and {other.name} meet only in {hub.name}, and whether its routes join them was not judged",
            (str(one), str(hub), str(other)),
        )
    _require_peerings(one, graph)
    graph.once(_hubs_complete)
    return False


def _require_peerings(vnet: ArmId, graph: Graph) -> None:
    """Raise if a VNet could not be read whose side may be the only one that declares a peering with this one."""
    graph.once(_every_vnet_read)
    known(graph.get(VirtualNetwork, vnet).peerings)


def _every_vnet_read(graph: Graph) -> bool:
    return all(vnet.id.key for vnet in graph.all(VirtualNetwork))


def _declared(graph: Graph) -> _Neighbours:
    return _neighbours((vnet, remote) for vnet, remote, _ in _peerings(graph))


def _connected(graph: Graph) -> _Neighbours:
    joined = ((vnet, remote) for vnet, remote, state in _peerings(graph) if state == PeeringState.CONNECTED)
    return _neighbours(chain(joined, _pairs_at_hubs(graph)))


def _peerings(graph: Graph) -> Iterator[tuple[ArmId, ArmId, PeeringState]]:
    """Yield each peering that could be read: the VNet that declares it, the other one, and its state."""
    for vnet in graph.seen(VirtualNetwork):
        try:
            for peering in known(vnet.peerings):
                yield vnet.id, known(peering.remote), known(peering.state)
        except MissingEvidence:
            continue


def _pairs_at_hubs(graph: Graph) -> Iterator[tuple[ArmId, ArmId]]:
    """Pair the VNets of each hub: with default routing they reach each other."""
    for hub in graph.seen(VirtualHub):
        try:
            vnets = sorted(known(each.remote) for each in graph.children(HubConnection, hub.id))
        except MissingEvidence:
            continue
        yield from combinations(vnets, 2)


def _hubs_complete(graph: Graph) -> bool:
    return all(known(connection.remote).key for connection in graph.all(HubConnection))


def _neighbours(pairs: Iterable[tuple[ArmId, ArmId]]) -> _Neighbours:
    found: dict[ArmId, set[ArmId]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return {vnet: frozenset(others) for vnet, others in found.items()}
