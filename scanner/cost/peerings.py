"""What goes over peerings costs, and over connections to Virtual WAN hubs: each side has the price of its own zone."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.cost import meters
from scanner.cost.items import Charge, Control, Item
from scanner.cost.links import region_of
from scanner.cost.serving import Serving
from scanner.domain.virtual_wan import hub_of
from scanner.estate.routes import is_to_hub
from scanner.evidence import MissingEvidence, Unknown, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.entrances import HubConnection, VirtualHub
from scanner.model.network import Peering, VirtualNetwork
from scanner.model.resource import Resource


def peerings(graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what goes over peerings costs: a GB is charged as it leaves one network and as it enters the other.

    Source: https://azure.microsoft.com/pricing/details/virtual-network (facts §17), which prices the two sides of a
    peering between regions by the zone of each.
    """
    seen: set[frozenset[ArmId]] = set()
    for vnet in graph.seen(VirtualNetwork):
        for peering in _peerings_of(vnet):
            pair = frozenset((vnet.id, known(peering.remote)))
            if pair not in seen:
                seen.add(pair)
                yield _peering(vnet, peering, graph, serving)


def _peerings_of(vnet: VirtualNetwork) -> list[Peering]:
    """Return the peerings of a network but the side of a hub's connection, which is priced as that."""
    try:
        return [each for each in known(vnet.peerings) if not isinstance(each.remote, Unknown) and not is_to_hub(each)]
    except MissingEvidence:
        return []


def _peering(vnet: VirtualNetwork, peering: Peering, graph: Graph, serving: Serving) -> Item:
    remote = known(peering.remote)
    users = tuple(sorted({*serving.of(vnet.id)} & {*serving.of(remote)}))
    what = f"peering of {vnet.name} and {remote.name}"
    return _between(peering.id, what, (region_of(vnet), _region(VirtualNetwork, remote, graph)), users, remote.name)


def hub_connection(found: HubConnection, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what goes between a network and a hub costs: as over a peering.

    Source: https://learn.microsoft.com/azure/virtual-wan/pricing-concepts, "How are data transfer charges calculated"
    (2023-07-28).
    """
    vnet, hub = known(found.remote), hub_of(found)
    regions = _region(VirtualNetwork, vnet, graph), _region(VirtualHub, hub, graph)
    unread = vnet.name if not regions[0] else hub.name
    yield _between(found.id, f"connection of {vnet.name} and hub {hub.name}", regions, serving.of(vnet), unread)


def _between(at: ArmId, what: str, regions: tuple[str, str], users: tuple[ArmId, ...], unread: str) -> Item:
    here, there = regions
    if not here or not there:
        why = f"the region of {unread} is not known"
        return Item(at, Control.PEERING, what, here or there, users, unrated=why, note=f"no rate: {why}")
    if here == there:
        charges = (Charge(meters.PEERING_IN), Charge(meters.PEERING_OUT))
        return Item(at, Control.PEERING, what, here, users, traffic=charges)
    charges = (Charge(meters.GLOBAL_IN, region=there), Charge(meters.GLOBAL_OUT))
    note = f"between regions: out of {here} and into {there}, each by its own zone"
    return Item(at, Control.PEERING, what, here, users, traffic=charges, note=note)


def _region(kind: type[Resource], at: ArmId, graph: Graph) -> str:
    try:
        return region_of(graph.get(kind, at))
    except MissingEvidence:
        return ""
