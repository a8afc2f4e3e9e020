"""What Azure Firewalls forward from the internet into a virtual network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scanner.domain.forwarding import FROM_INTERNET, Forward, forwards
from scanner.domain.intervals import IntervalSet
from scanner.domain.journey import outcome
from scanner.domain.prefixes import EVERY_ADDRESS, addresses, prefixes
from scanner.domain.traffic import Side, Unread
from scanner.domain.virtual_wan import attached, hub_of
from scanner.estate.connected_groups import connected_with
from scanner.estate.firewalls import rules_of
from scanner.estate.routes import is_to_hub, journey, routes
from scanner.evidence import MissingEvidence, Seen, Unknown, first, flat, gathered, known, raise_any, readable, seeing
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.entrances import VirtualHub
from scanner.model.fields import Address
from scanner.model.firewall import AzureFirewall
from scanner.model.network import Peering, PeeringState, Subnet, VirtualNetwork
from scanner.model.routing import NextHopType, PublicIpAddress

_SUBNET = "azurefirewallsubnet"
"""Where a firewall lies (https://learn.microsoft.com/azure/firewall/firewall-faq, 2025)."""


@seeing
def forwards_into(vnet: ArmId, held: IntervalSet, host: Address, graph: Graph) -> Iterator[Forward]:
    """Return what firewalls forward from the internet to some addresses of a virtual network.

    `host` is one of those: where it is not known what a firewall forwards, that matters if it gets there. So it does if
    a firewall that may stand in the network or beside it was not read.
    """
    yield from flat(graph.seen(AzureFirewall), lambda each: _from(each, vnet, held, host, graph))
    raise_any(graph.once(_unread_beside)(vnet))


def _from(firewall: AzureFirewall, vnet: ArmId, held: IntervalSet, host: Address, graph: Graph) -> Iterator[Forward]:
    found = graph.once(_forwards)(firewall.id)
    for each in found.found:
        if each.target is None or held & addresses([each.target]):
            yield from _arriving(each, firewall, vnet, each.target or host, graph)
    if found.missing is not None and _gets_to(firewall, vnet, host, graph)[0] is not False:
        raise found.missing.anew()


def _arriving(each: Forward, firewall: AzureFirewall, vnet: ArmId, to: Address, graph: Graph) -> Iterator[Forward]:
    arrives, why = _gets_to(firewall, vnet, to, graph)
    if arrives:
        yield each
    elif arrives is None:
        yield replace(each, doubt=each.doubt or why)


def _forwards(graph: Graph) -> Remembered[ArmId, Seen[Forward]]:
    return Remembered(lambda firewall: Seen.of(_read(graph.get(AzureFirewall, firewall), graph)))


def _read(firewall: AzureFirewall, graph: Graph) -> Iterator[Forward]:
    rules = rules_of(firewall.id, graph)
    if rules.translations:
        front = _front(firewall, graph)
        for public in _public(firewall, graph):
            yield from forwards(rules, public, front)


def _public(firewall: AzureFirewall, graph: Graph) -> Iterator[Side]:
    """Yield the addresses of a firewall on the internet; those that were not read may be any."""
    found, missing = gathered(flat((_own_public, _hub_public), lambda read: read(firewall, graph)))
    if found:
        yield Side(addresses(found))
    elif missing is None and not known(firewall.is_managed_apart, firewall.name):
        yield Side(FROM_INTERNET.space, (Unread(f"{firewall.name} needs a public address and shows none"),))
    if missing is not None:
        why = f"the public addresses of {firewall.name} were not read: {missing.why}"
        yield Side(FROM_INTERNET.space, (Unread(why, missing.gap),))


def _own_public(firewall: AzureFirewall, graph: Graph) -> Iterator[Address]:
    places = (known(each.public_address, firewall.name) for each in known(firewall.ip_configurations, firewall.name))
    yield from flat((each for each in places if each is not None), lambda each: _value(each, graph))


def _value(public: ArmId, graph: Graph) -> Iterator[Address]:
    found = known(graph.get(PublicIpAddress, public).address, public.name)
    yield from [found] if found is not None else []


def _hub_public(firewall: AzureFirewall, _: Graph) -> Iterator[Address]:
    yield from known(firewall.hub_public_addresses, firewall.name)


def _front(firewall: AzureFirewall, graph: Graph) -> Side:
    """Return what packets come from that a firewall has sent on: its subnet, or its hub."""
    try:
        hub = known(firewall.hub, firewall.name)
        subnets = [graph.get(Subnet, each) for each in _subnets(firewall)]
        found = [prefix for each in subnets for prefix in known(each.prefixes, each.name)]
        own = known(graph.get(VirtualHub, hub).prefix, hub.name) if hub is not None else None
        found += [own] if own is not None else []
    except MissingEvidence as missing:
        return Side(EVERY_ADDRESS, (Unread(f"the subnet of {firewall.name} was not read: {missing.why}", missing.gap),))
    nowhere = Unread(f"which addresses {firewall.name} has inside is not known")
    return Side(prefixes(found)) if found else Side(EVERY_ADDRESS, (nowhere,))


def _subnets(firewall: AzureFirewall) -> Iterator[ArmId]:
    places = (known(each.subnet, firewall.name) for each in known(firewall.ip_configurations, firewall.name))
    yield from dict.fromkeys(each for each in places if each is not None)


# Where it gets

_Arrival = tuple[bool | None, Unread]
"""Whether packets get somewhere, and why where that is not known."""
_SURE = Unread("")


def _gets_to(firewall: AzureFirewall, vnet: ArmId, address: Address, graph: Graph) -> _Arrival:
    """Tell whether a firewall can send packets to an address of a network."""
    try:
        hub = known(firewall.hub, firewall.name)
        if hub is not None:
            return _through_hub(hub, vnet, graph)
        ways = [journey(graph)(routes(graph), each, address) for each in _subnets(firewall)]
    except MissingEvidence as missing:
        return None, Unread(missing.why, missing.gap)
    if any(way.arrives and way.steps and way.steps[-1].at == vnet for way in ways):
        return True, _SURE
    doubt = next((step for way in ways if way.arrives is None for step in way.steps if step.ok is None), None)
    return (False, _SURE) if doubt is None else (None, Unread(doubt.says, doubt.gap))


def _through_hub(hub: ArmId, vnet: ArmId, graph: Graph) -> _Arrival:
    view = routes(graph)
    connections = view.hub_connections(vnet)
    for connection in connections:
        if hub_of(connection) == hub:
            steps = tuple(attached(connection))
            return outcome(steps), Unread(steps[-1].says)
    wans = {known(view.hub(hub_of(each)).virtual_wan, each.name) for each in connections}
    if wans and known(view.hub(hub).virtual_wan, hub.name) in wans:
        return None, Unread(f"what {hub.name} sends to the networks of other hubs is not seen")
    return False, _SURE


# Firewalls that were not read


def _unread_beside(graph: Graph) -> Remembered[ArmId, MissingEvidence | None]:
    """Remember why a firewall that was not read may stand in a network or beside it."""
    placed = {place.parent for each in graph.seen(AzureFirewall) for place in gathered(_subnets(each))[0]}

    def look(vnet: ArmId) -> MissingEvidence | None:
        near = Seen.of(flat((_networks, _hubs), lambda find: find(vnet, graph)))
        unread = (_unread_in(each, graph) for each in near.found if each not in placed)
        return first(unread) or near.missing

    return Remembered(look)


def _networks(vnet: ArmId, graph: Graph) -> Iterator[ArmId]:
    """Yield a network and those joined with it directly: over a peering that lets packets through, or a group."""
    found = graph.get(VirtualNetwork, vnet)
    yield vnet
    sides = [each for each in known(found.peerings, vnet.name) if not is_to_hub(each)]
    yield from readable(sides, lambda each: _joined(each, found, graph))
    yield from flat(connected_with(vnet, graph), lambda each: [each])


def _joined(side: Peering, vnet: VirtualNetwork, graph: Graph) -> ArmId | None:
    """Return where a peering leads, None if it surely lets nothing through.

    Of networks that were not read only those count that this one uses as its hub: a hub is peered with spokes of
    everybody's, and that none of those forwards into it is taken for granted.
    """
    is_apart = not isinstance(side.state, Unknown) and side.state is not PeeringState.CONNECTED
    is_shut = not isinstance(side.allows_access, Unknown) and not side.allows_access
    if is_apart or is_shut:
        return None
    other = known(side.remote, side.name)
    try:
        graph.find(VirtualNetwork, other)
    except MissingEvidence:
        return other if known(side.uses_remote_gateways, side.name) or _has_hub(vnet, graph) else None
    return other


def _has_hub(vnet: VirtualNetwork, graph: Graph) -> bool:
    """Tell whether a network sends packets to appliances outside of it, which then lie in a hub."""
    tables = (routes(graph).route_table(each) for each in known(vnet.subnets, vnet.name))
    user = (each for table in tables if table is not None for each in known(table.routes, table.name))
    hops = {known(each.address) for each in user if known(each.next_hop) is NextHopType.APPLIANCE}
    own = prefixes(known(vnet.address_space, vnet.name))
    return any(each is not None and not own & addresses([each]) for each in hops)


def _hubs(vnet: ArmId, graph: Graph) -> Iterator[ArmId]:
    """Yield the Virtual WAN hubs that a network is connected to."""
    yield from map(hub_of, routes(graph).hub_connections(vnet))


def _unread_in(place: ArmId, graph: Graph) -> MissingEvidence | None:
    """Return why a network or hub may hold a firewall that was not read."""
    try:
        if place.type == VirtualHub.TYPE.lower():
            own = known(graph.get(VirtualHub, place).firewall, place.name)
            _ = own is None or graph.find(AzureFirewall, own)
            return None
        found = graph.find(VirtualNetwork, place)
        subnets = known(found.subnets, found.name) if found is not None else ()
    except MissingEvidence as missing:
        why = f"a firewall in {place.name} may forward from the internet: {missing.why}"
        return MissingEvidence(why, missing.involves, missing.gap)
    is_for_firewall = any(each.name.lower() == _SUBNET for each in subnets)
    return graph.all(AzureFirewall, place.in_subscription).missing if is_for_firewall else None
