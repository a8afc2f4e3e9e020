"""What may be paid for to no purpose: only where that was seen, and never by itself a reason to delete anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import TypeVar

from scanner.cost.attached import HOLDERS, holders_of
from scanner.cost.consumers import answers, questions
from scanner.domain.journey import NextHop
from scanner.domain.routing import INTERNET_AT_LARGE, route
from scanner.estate.bastions import machines_reached
from scanner.estate.connectivity import are_connected
from scanner.estate.exits import exits
from scanner.estate.private_link import asks_of, vnet_of
from scanner.estate.routes import routes
from scanner.estate.solution import solutions
from scanner.estate.zones import names_of
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.dns import AddressRecords
from scanner.model.entrances import BastionHost, GatewayType, VirtualNetworkGateway
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.private_dns import PrivateDnsZone, ZoneLink
from scanner.model.private_link import PrivateEndpoint
from scanner.model.resource import Resource
from scanner.model.routing import GatewayConnection, NatGateway, PublicIpAddress

R = TypeVar("R", bound=Resource)

_SAYS_NOTHING = frozenset({"microsoft.network/privatednszones/soa"})
"""Records that every zone has."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could go together, and why.

    What `is_idle` was seen to take part in nothing, so that no verdict depends on it, known or not.
    """

    at: ArmId
    gone: tuple[ArmId, ...]
    why: str
    is_idle: bool = False


def candidates(graph: Graph, *, exists: bool = True) -> Iterator[Candidate]:
    """Yield what seems to serve nothing, kind by kind. Where something was not seen that decides it, it is not told.

    What holds an address Azure alone tells for certain: of code, which does not exist yet, that is not asked.
    """
    if exists:
        yield from _each(graph, PublicIpAddress, _unattached)
    yield from _each(graph, PrivateDnsZone, _unused_zone)
    yield from _each(graph, VirtualNetworkGateway, _unconnected)
    yield from _each(graph, NatGateway, _by_firewall)
    yield from _each(graph, PrivateEndpoint, _unresolved)
    yield from _duplicates(graph)
    yield from _second_bastions(graph)


def _each(graph: Graph, kind: type[R], judge: Callable[[R, Graph], Candidate | None]) -> Iterator[Candidate]:
    for each in graph.seen(kind):
        try:
            found = judge(each, graph)
        except MissingEvidence:
            continue
        if found is not None:
            yield found


def _unattached(address: PublicIpAddress, graph: Graph) -> Candidate | None:
    if holders_of(address, graph):
        return None
    for kind in HOLDERS:
        graph.all(kind).whole()
    return Candidate(address.id, (address.id,), "it is attached to nothing", is_idle=True)


def _unused_zone(zone: PrivateDnsZone, graph: Graph) -> Candidate | None:
    links = graph.children(ZoneLink, zone.id).whole()
    if not links:
        return Candidate(zone.id, (zone.id,), "no network is linked to it", is_idle=True)
    return None if _holds_records(zone.id, graph) else Candidate(zone.id, (zone.id,), "it holds no record")


def _holds_records(zone: ArmId, graph: Graph) -> bool:
    graph.children(AddressRecords, zone).whole()
    keys = graph.once(_records_by_zone).get(zone.key, ())
    if not keys:
        raise MissingEvidence(f"the records of {zone.name} were not read", (str(zone),))
    return any(ArmId(each).type not in _SAYS_NOTHING for each in keys)


def _records_by_zone(graph: Graph) -> dict[str, list[str]]:
    """Index records by zone; every zone has the one that Azure makes, so that one without any was not looked into."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in graph.rows.keys():  # noqa: SIM118 - no mapping
        if "/privatednszones/" in key and "/virtualnetworklinks/" not in key:
            parent = ArmId(key).parent
            if parent is not None:
                found[parent.key].append(key)
    return found


def _unconnected(gateway: VirtualNetworkGateway, graph: Graph) -> Candidate | None:
    if known(gateway.gateway_type) is GatewayType.LOCAL or known(gateway.client_pool):
        return None
    connections = graph.all(GatewayConnection, about=gateway.id).whole()
    if any(gateway.id in {known(end) for end in each.ends} for each in connections):
        return None
    held = [known(each.public_address) for each in known(gateway.ip_configurations)]
    gone = (gateway.id, *(each for each in held if each is not None))
    return Candidate(gateway.id, gone, "it has no connection and no clients")


def _by_firewall(gateway: NatGateway, graph: Graph) -> Candidate | None:
    if known(gateway.virtual_network) is not None:
        return None
    networks = graph.all(VirtualNetwork).whole()
    subnets = [each for vnet in networks for each in known(vnet.subnets) if known(each.nat_gateway) == gateway.id]
    gone = (gateway.id, *(known(each.id) for each in known(gateway.addresses)))
    if not subnets:
        return Candidate(gateway.id, gone, "no subnet uses it", is_idle=True)
    if not all(_leaves_by_appliance(each, graph) for each in subnets):
        return None
    return Candidate(gateway.id, gone, "every subnet that has it sends what leaves through an appliance")


def _leaves_by_appliance(subnet: Subnet, graph: Graph) -> bool:
    """Tell whether all that leaves goes to an appliance or hub: its routes go before a NAT gateway (facts §13).

    What leaves over IPv6, for which a NAT gateway of today may serve as well, is not followed.
    """
    if any(prefix.version != INTERNET_AT_LARGE.version for prefix in known(subnet.prefixes)):
        return False
    journey = route(routes(graph), subnet.id, INTERNET_AT_LARGE)
    goes_through = journey.next_hop in {NextHop.APPLIANCE, NextHop.HUB} and journey.arrives is True
    return goes_through and not list(exits(subnet, graph))


def _unresolved(endpoint: PrivateEndpoint, graph: Graph) -> Candidate | None:
    """Offer an endpoint to which no network of the estate is led by any of its names."""
    own = {address for name in names_of(endpoint, graph) for address in name.addresses}
    asked = questions([endpoint], graph)
    if not asked or any(own & led for led in answers(asked, graph).values()):
        return None
    return Candidate(endpoint.id, (endpoint.id,), "no network resolves its names to it")


def _duplicates(graph: Graph) -> Iterator[Candidate]:
    """Yield endpoints for the same thing in networks that reach each other: either of two may be the one too many."""
    found: dict[tuple[ArmId, frozenset[str]], list[PrivateEndpoint]] = defaultdict(list)
    for each in graph.seen(PrivateEndpoint):
        try:
            for asks in asks_of(each):
                target = known(asks.target)
                if target is not None:
                    found[target, frozenset(known(asks.group_ids))].append(each)
        except MissingEvidence:
            continue
    for same in found.values():
        for one, other in permutations(same, 2):
            if _are_near(one, other, graph):
                why = f"{other.name}, in a network that it reaches, leads to the same"
                yield Candidate(one.id, (one.id,), why)


def _are_near(one: PrivateEndpoint, other: PrivateEndpoint, graph: Graph) -> bool:
    try:
        here, there = vnet_of(known(one.subnet)), vnet_of(known(other.subnet))
        return here == there or are_connected(here, there, graph)
    except MissingEvidence:
        return False


def _second_bastions(graph: Graph) -> Iterator[Candidate]:
    """Yield Bastion hosts all of whose machines another one reaches."""
    for one, other in permutations(graph.seen(BastionHost), 2):
        try:
            mine, theirs = (set(machines_reached(each, graph).whole()) for each in (one, other))
            held = [known(each.public_address) for each in known(one.ip_configurations)]
        except MissingEvidence:
            continue
        if mine <= theirs:
            gone = (one.id, *(each for each in held if each is not None))
            yield Candidate(one.id, gone, f"{other.name} reaches every machine that it reaches")


def serves(graph: Graph) -> bool:
    """Tell whether anything is judged at all: without that nothing shows that what goes is not needed."""
    return bool(solutions(graph).found)
