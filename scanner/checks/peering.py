"""Checks of what joins an AML VNet and an access VNet."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.checks.vnet_pairs import Part, VnetPair, parts_played, uses_gateway_transit
from scanner.domain.journey import NextHop, RoundTrip, Step, outcome
from scanner.domain.peering import state_steps, sync_steps
from scanner.domain.prefixes import overlaps
from scanner.engine import Doubt, Hop, Note, Notes, Problem, Severity
from scanner.estate.connectivity import best_journey
from scanner.estate.routes import routes
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.network import Peering, VirtualNetwork

_THROUGH = {
    NextHop.GROUP: "a connected group of Virtual Network Manager",
    NextHop.APPLIANCE: "an appliance",
    NextHop.GATEWAY: "a gateway",
    NextHop.HUB: "a virtual WAN hub",
    NextHop.PEERING: "a peering",
}


def connected(pair: VnetPair, graph: Graph) -> Notes:
    """Judge the peering between a pair and, where there is none that works, the way through something else."""
    view = routes(graph)
    direct = tuple(state_steps(view, pair.aml, pair.access))
    if direct and outcome(direct) is True:
        yield from _broken(sync_steps(view, pair.aml, pair.access))
        return
    trip = None if outcome(direct) is None else best_journey(pair.aml, pair.access, graph)
    if trip is not None and trip.arrives:
        yield Note(f"connected through {_THROUGH.get(trip.there.next_hop, trip.there.next_hop)}", path=hops(trip.steps))
    elif direct:
        yield from _broken(direct)
    else:
        yield from _no_path(pair, trip)


def _broken(steps: Iterable[Step]) -> Notes:
    for step in steps:
        if step.ok is False:
            yield Problem(step.says, (step.at,))
        elif step.ok is None:
            yield Doubt(step.says, (step.at,), step.gap)


def _no_path(pair: VnetPair, trip: RoundTrip | None) -> Notes:
    """Say where the journey ends; it is not known as long as no step fails."""
    if trip is not None and trip.arrives is None:
        yield from _broken(trip.steps)
        return
    ends = [step.says for step in trip.steps if step.ok is False] if trip is not None else []
    why = f": {'; '.join(ends)}" if ends else ""
    yield Problem(f"no peering and no other path joins them{why}", (pair.aml, pair.access))


def hops(steps: Iterable[Step]) -> tuple[Hop, ...]:
    """Return the steps of a journey as a report shows them."""
    return tuple(Hop(step.at, step.says, step.ok) for step in steps)


def overlapping(pair: VnetPair, graph: Graph) -> Notes:
    """Yield a problem for each prefix of one VNet that overlaps one of the other."""
    aml, access = graph.get(VirtualNetwork, pair.aml), graph.get(VirtualNetwork, pair.access)
    for one, other in overlaps(known(aml.address_space, aml.name), known(access.address_space, access.name)):
        yield Problem(f"{one} of {aml.name} overlaps {other} of {access.name}", (aml.id, access.id))


def forwarded_traffic(peering: Peering, graph: Graph) -> Notes:
    """Judge allowForwardedTraffic by what the peering is for: only an appliance's traffic needs it (facts §7)."""
    if known(peering.allows_forwarded):
        return
    relays = parts_played(peering, graph).exists(lambda part: part is Part.RELAY)
    if relays and uses_gateway_transit(peering, graph):
        yield Note("allowForwardedTraffic is false, which a gateway does not need", (peering.id,))
    elif relays:
        yield Problem("allowForwardedTraffic is false: what a hub passes on is dropped", (peering.id,))
    else:
        message = "allowForwardedTraffic is false; between two VNets that are peered directly little needs it"
        yield Problem(message, (peering.id,), Severity.LOW)
