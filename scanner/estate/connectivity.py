"""Which virtual networks are joined, and how: directly, through a hub, or through a virtual WAN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from scanner.domain.journey import NextHop, RoundTrip, Route, outcome
from scanner.domain.peering import sides, state_steps
from scanner.domain.routing import both_ways, host_in
from scanner.estate.routes import routes
from scanner.evidence import MissingEvidence, Seen, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Peering, Subnet, VirtualNetwork

_Neighbours = dict[ArmId, frozenset[ArmId]]


def peers_of(vnet: ArmId, graph: Graph) -> Seen[ArmId]:
    """Return the VNets peered with one, declared on either side, in whatever state; in order."""
    found = graph.once(_declared).get(vnet, frozenset())
    return Seen(tuple(sorted(found)), _unread_peering(vnet, found, graph))


def are_connected(one: ArmId, other: ArmId, graph: Graph) -> bool:
    """Tell whether traffic passes between two VNets, both ways.

    That is so over a peering, through an appliance or gateway of a hub, or through a virtual WAN. Raises
    MissingEvidence where a step of what may be the way could not be seen.
    """
    found = best_journey(one, other, graph)
    arrives = False if found is None else found.arrives
    if found is None or arrives is not None:
        return bool(arrives)
    doubt = next(step for step in found.steps if step.ok is None)
    raise MissingEvidence(doubt.says, (str(doubt.at),), doubt.gap)


def best_journey(one: ArmId, other: ArmId, graph: Graph) -> RoundTrip | None:
    """Return how packets get from one VNet to another and back; None if one of them has no subnets.

    If several pairs of subnets have different routes, it is one that arrives, else one of which that is not known.
    """
    return graph.once(_Journeys).between(one, other)


class _Journeys:
    """The best journeys that were asked for, each judged once."""

    def __init__(self, graph: Graph) -> None:
        self._view = routes(graph)
        self._found: dict[tuple[ArmId, ArmId], RoundTrip | None] = {}

    def between(self, one: ArmId, other: ArmId) -> RoundTrip | None:
        key = (one, other)
        if key not in self._found:
            self._found[key] = self._direct(one, other) or self._best(one, other)
        return self._found[key]

    def _direct(self, one: ArmId, other: ArmId) -> RoundTrip | None:
        """Judge a peering between the two by its state: it joins them whatever routes and switches keep from it."""
        steps = tuple(state_steps(self._view, one, other))
        is_whole = all(known(each.complete) for each in sides(self._view, one, other) if isinstance(each, Peering))
        if not steps or outcome(steps) is not True or not is_whole:
            return None
        return RoundTrip(Route(NextHop.PEERING, steps), Route(NextHop.PEERING, ()))

    def _best(self, one: ArmId, other: ArmId) -> RoundTrip | None:
        best = None
        for near, far in self._pairs(one, other):
            trip = both_ways(self._view, near.id, host_in(far), far.id)
            if best is None or _rank(trip) < _rank(best):
                best = trip
            if best.arrives:
                break
        return best

    def _pairs(self, one: ArmId, other: ArmId) -> Iterable[tuple[Subnet, Subnet]]:
        """Return the pairs of subnets whose routes may differ: those without route tables count as one."""
        found: dict[object, tuple[Subnet, Subnet]] = {}
        for near, far in product(self._subnets(one), self._subnets(other)):
            tables = (known(near.route_table, near.name), known(far.route_table, far.name))
            found.setdefault("no table" if tables == (None, None) else (near.id, far.id), (near, far))
        return found.values()

    def _subnets(self, vnet: ArmId) -> list[Subnet]:
        """Return the subnets, last those that Azure keeps for its own services: nobody's machines are there."""
        return sorted(known(self._view.vnet(vnet).subnets, vnet.name), key=lambda each: _is_reserved(each.name))


def _is_reserved(subnet: str) -> bool:
    return subnet.lower() == "gatewaysubnet" or subnet.lower().startswith("azure")


def _rank(trip: RoundTrip) -> tuple[int, int]:
    """Return a key for order: what arrives first, then what may arrive, then by how far it gets."""
    return (True, None, False).index(trip.arrives), -sum(step.ok is True for step in trip.steps)


def _unread_peering(vnet: ArmId, found: frozenset[ArmId], graph: Graph) -> MissingEvidence | None:
    """Return why there may be another peering with a VNet: its own, or of one that is not known to be a peer."""
    own = Seen((vnet,)).flat(lambda each: Seen.of(graph.get(VirtualNetwork, each).remotes())).missing
    others = graph.all(VirtualNetwork, about=vnet, matters=lambda other: other not in found).missing
    silent = (missing for other, missing in graph.once(_unread_peerings) if other not in found)
    return own or others or next(silent, None)


def _unread_peerings(graph: Graph) -> list[tuple[ArmId, MissingEvidence]]:
    """Return the VNets that do not say with whom they are peered, and why."""
    every = ((vnet.id, Seen.of(vnet.remotes()).missing) for vnet in graph.seen(VirtualNetwork))
    return [(vnet, missing) for vnet, missing in every if missing is not None]


def _declared(graph: Graph) -> _Neighbours:
    return _neighbours(_peerings(graph))


def _peerings(graph: Graph) -> Iterator[tuple[ArmId, ArmId]]:
    """Yield each peering that could be read: the VNet that declares it and the other one."""
    for vnet in graph.seen(VirtualNetwork):
        try:
            for peering in known(vnet.peerings):
                yield vnet.id, known(peering.remote)
        except MissingEvidence:
            continue


def _neighbours(pairs: Iterable[tuple[ArmId, ArmId]]) -> _Neighbours:
    found: dict[ArmId, set[ArmId]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return {vnet: frozenset(others) for vnet, others in found.items()}


def areas_of_vnets(graph: Graph) -> dict[ArmId, frozenset[ArmId]]:
    """Return, for each VNet that has a peering, all that it is peered with directly or through others."""
    neighbours, areas = graph.once(_declared), {}
    for start in neighbours:
        if start not in areas:
            area = _area(start, neighbours)
            areas.update(dict.fromkeys(area, area))
    return areas


def _area(start: ArmId, neighbours: _Neighbours) -> frozenset[ArmId]:
    found, waiting = {start}, [start]
    while waiting:
        new = neighbours[waiting.pop()] - found
        found |= new
        waiting += new
    return frozenset(found)
