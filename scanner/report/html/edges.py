"""What joins the nodes of a picture: private links, peerings, links of private DNS zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from scanner.domain.journey import Step, outcome
from scanner.domain.peering import crossing
from scanner.estate.private_link import Link
from scanner.estate.routes import routes
from scanner.estate.zones import zones_of
from scanner.evidence import MissingEvidence, known
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.private_dns import LinkState, PrivateDnsZone, ZoneLink
from scanner.report.html.judged import Judged, Pair, State, worst
from scanner.report.html.networks import Seen, private_rules
from scanner.report.html.picture import Edge, EdgeKind, Kind, Node
from scanner.report.html.residents import groups_of, look, seen

_STATES = {True: State.OK, False: State.BROKEN, None: State.UNKNOWN}


# Private links


def private_links(seen_: Seen) -> Iterator[Edge]:
    """Yield an edge from each endpoint, and each private-endpoint rule of the managed network, to where it leads.

    Only results about the endpoint itself count: one about a missing endpoint names all that are there.
    """
    for link in seen(seen_.solution.every_link()):
        fact, says = _connection(link)
        state = worst(fact, seen_.judged.node(link.id))
        graveness = seen_.judged.failed.get(link.id)
        yield Edge(EdgeKind.PRIVATE_LINK, link.id, link.target, f"{groups_of(link)} {says}".strip(), state, graveness)
    for rule, where in private_rules(seen_):
        state, graveness = seen_.judged.node(rule.id), seen_.judged.failed.get(rule.id)
        yield Edge(EdgeKind.PRIVATE_LINK, rule.id, known(where.resource), str(where.subresource), state, graveness)


def _connection(link: Link) -> tuple[State, str]:
    try:
        status = link.status
    except MissingEvidence as missing:
        return State.UNKNOWN, missing.why
    return (State.OK if status is ConnectionStatus.APPROVED else State.BROKEN), status.value


# Peerings


def peerings(vnets: Iterable[ArmId], seen_: Seen) -> Iterator[Edge]:
    """Yield an edge for each pair of VNets that is peered, on either side, or that a result says should be."""
    for one, other in combinations(sorted(vnets), 2):
        steps = _steps(one, other, seen_)
        sides, pair = _sides(one, other, seen_), frozenset({one, other})
        state, graveness = seen_.judged.edge(sides, pair), seen_.judged.severity(sides, pair)
        if steps:
            says = next((step.says for step in steps if step.ok is not True), "Connected")
            yield Edge(EdgeKind.PEERING, one, other, says, worst(_STATES[outcome(steps)], state), graveness)
        elif state is State.BROKEN:
            yield Edge(EdgeKind.PEERING, one, other, "no peering", state, graveness)


def _steps(one: ArmId, other: ArmId, seen_: Seen) -> tuple[Step, ...]:
    try:
        return tuple(crossing(routes(seen_.graph), one, other, relayed=False))
    except MissingEvidence as missing:
        return (Step(one, missing.why, None),)


def _sides(one: ArmId, other: ArmId, seen_: Seen) -> list[ArmId]:
    """Return the ids of both sides of a peering, as far as they were read."""
    view = routes(seen_.graph)
    found = [look(way, lambda each: view.peering(*each), None) for way in ((one, other), (other, one))]
    return [each.id for each in found if each is not None]


def hub_connections(hubs: Iterable[tuple[Node, frozenset[ArmId]]]) -> Iterator[Edge]:
    """Yield an edge from each Virtual WAN hub to the VNets that are connected to it."""
    for hub, vnets in hubs:
        yield from (Edge(EdgeKind.PEERING, hub.id, vnet, "hub connection", hub.state) for vnet in sorted(vnets))


# Private DNS zones


def zone_nodes(seen_: Seen) -> tuple[Node, ...]:
    """Return the zones of the solution's endpoints, by name."""
    zones = sorted(set(seen(zones_of(seen_.solution))), key=lambda zone: (zone.name, zone))
    return tuple(Node(zone, Kind.ZONE, zone.name, _place(zone, zones), _zone_state(zone, seen_)) for zone in zones)


def _place(zone: ArmId, zones: list[ArmId]) -> str:
    """Tell zones of one name apart by their resource groups."""
    return zone.resource_group if sum(each.name == zone.name for each in zones) > 1 else ""


def _zone_state(zone: ArmId, seen_: Seen) -> State:
    unread = look(zone, lambda each: seen_.graph.get(PrivateDnsZone, each), None) is None
    return worst(seen_.judged.node(zone), State.UNKNOWN if unread else State.OK)


def zone_links(zones: Iterable[Node], vnets: Iterable[ArmId], seen_: Seen) -> Iterator[Edge]:
    """Yield an edge for each link of a zone to a drawn VNet, and for each that a result says is missing."""
    drawn = sorted(vnets)
    for zone in zones:
        links = _links_by_vnet(zone.id, seen_)
        for vnet in drawn:
            edge = _zone_link(zone.id, vnet, links.get(vnet), seen_.judged)
            yield from [edge] if edge is not None else []


def _links_by_vnet(zone: ArmId, seen_: Seen) -> dict[ArmId, ZoneLink]:
    links = seen(seen_.graph.children(ZoneLink, zone))
    return {link.virtual_network: link for link in links if isinstance(link.virtual_network, ArmId)}


def _zone_link(zone: ArmId, vnet: ArmId, link: ZoneLink | None, judged: Judged) -> Edge | None:
    pair: Pair = frozenset({zone, vnet})
    own = [] if link is None else [link.id]
    state, graveness = judged.edge(own, pair), judged.severity(own, pair)
    if link is None:
        return None if state is State.OK else Edge(EdgeKind.ZONE_LINK, zone, vnet, "not linked", state, graveness)
    fact, says = look(link, _link_fact, (State.UNKNOWN, "link with an unknown state"))
    return Edge(EdgeKind.ZONE_LINK, zone, vnet, says, worst(fact, state), graveness)


def _link_fact(link: ZoneLink) -> tuple[State, str]:
    state = known(link.state)
    return (State.OK if state is LinkState.COMPLETED else State.BROKEN), f"link {state}"
