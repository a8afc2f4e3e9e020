"""How a packet is routed from a subnet to an address (facts §7, §13).

What the firewalls and network security groups on the way let through is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address
from typing import TypeAlias

from msgspec import Struct, structs

from scanner.domain.addresses import is_public
from scanner.domain.gateways import beyond, used_by
from scanner.domain.journey import Appliance, NextHop, RoundTrip, Route, Step, View
from scanner.domain.peering import crossing, leading_to, stale, state_steps
from scanner.domain.subnet_routes import (
    Custom,
    Local,
    Member,
    Peer,
    Secured,
    grouped,
    hop_of,
    ignores_gateway,
    is_free_endpoint,
    own_hop,
    vnet_of,
)
from scanner.domain.virtual_wan import Passage, attached, hub_of, passages_from, passing
from scanner.evidence import MissingEvidence, known
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.network import Subnet
from scanner.model.routing import NextHopType

INTERNET_AT_LARGE = IPv4Address("203.0.113.1")
"""Stands for any host on the internet: RFC 5737 keeps it out of use, so that no service tag holds it either."""

Follow: TypeAlias = Callable[[View, ArmId, Address], Route]
"""What `route` does."""

_Leg: TypeAlias = tuple[NextHop, Iterable[Step]]


class _Packet(Struct, frozen=True):
    """A packet on its way: what it is sent to, and the appliances that it has been through."""

    view: View
    address: Address
    through: tuple[ArmId, ...] = ()


def route(view: View, subnet: ArmId, address: Address) -> Route:
    """Return the journey of a packet from a subnet to an address."""
    return _travel(_Packet(view, address), subnet)


def both_ways(view: View, subnet_a: ArmId, address_b: Address, subnet_b: ArmId, follow: Follow = route) -> RoundTrip:
    """Return the journey from one subnet to an address in another, and the answer's.

    A private endpoint answers the way that it was asked, whatever the routes of its subnet, unless those apply to
    endpoints. Where something stands between, that takes address translation there, which is not seen. `follow` is
    `route`, or what remembers its journeys: those back to one subnet are the same for every address beside another.
    """
    there = follow(view, subnet_a, address_b)
    try:
        back = follow(view, subnet_b, host_in(view.subnet(subnet_a), address_b.version))
        if back.arrives is not True and is_free_endpoint(view, address_b, vnet_of(subnet_b)):
            back = _answer(there, back, subnet_b)
    except MissingEvidence as missing:
        back = Route(NextHop.UNKNOWN, (_gap(missing, subnet_b),))
    return RoundTrip(there, back)


def _answer(there: Route, back: Route, subnet: ArmId) -> Route:
    if there.next_hop in {NextHop.LOCAL, NextHop.PEERING, NextHop.GROUP}:
        return Route(there.next_hop, ())
    says = f"{subnet.name} has no route back; whether the private endpoint's answers need one is not seen"
    return Route(back.next_hop, (Step(subnet, says, None),))


def host_in(subnet: Subnet, version: int = 4) -> Address:
    """Return an address that stands for the hosts of a subnet: the fifth, since Azure keeps the first four."""
    for prefix in known(subnet.prefixes, subnet.name):
        if prefix.version == version:
            return prefix.network_address + min(4, prefix.num_addresses - 1)
    raise MissingEvidence(f"{subnet.name} has no IPv{version} prefix", (str(subnet.id),))


def _travel(packet: _Packet, subnet: ArmId) -> Route:
    """Take the steps from a subnet up to the end, or to the first that fails or is not known."""
    steps: list[Step] = []
    hop = NextHop.UNKNOWN
    try:
        hop, onward = _leg(packet, packet.view.subnet(subnet))
        for step in onward:
            steps.append(step)
            if step.ok is not True:
                break
    except MissingEvidence as missing:
        steps.append(_gap(missing, subnet))
    return Route(hop, tuple(steps))


def _gap(missing: MissingEvidence, subnet: ArmId) -> Step:
    return Step(ArmId(missing.involves[0]) if missing.involves else subnet, missing.why, None, missing.gap)


def _leg(packet: _Packet, subnet: Subnet) -> _Leg:
    match hop_of(packet.view, subnet, packet.address):
        case Local(vnet):
            return NextHop.LOCAL, [_arrival(packet, vnet)]
        case Peer() | Member() as beside:
            return _beside(packet, subnet, beside)
        case Passage() as passage:
            return NextHop.HUB, [*passing(passage), _arrival(packet, known(passage.exit.remote))]
        case Secured(connection):
            return NextHop.HUB, [*attached(connection), _leaving(hub_of(connection))]
        case Custom() as custom:
            return _custom(packet, subnet, custom)
        case None:
            return _default(packet, subnet)


def _beside(packet: _Packet, subnet: Subnet, hop: Peer | Member) -> _Leg:
    if isinstance(hop, Peer):
        return NextHop.PEERING, _across(packet, subnet, hop.vnet)
    return NextHop.GROUP, [_grouped(subnet, hop.vnet), _arrival(packet, hop.vnet)]


def _arrival(packet: _Packet, vnet: ArmId) -> Step:
    return Step(vnet, f"{vnet.name} holds {packet.address}", ok=True)


def _grouped(subnet: Subnet, vnet: ArmId) -> Step:
    here = vnet_of(subnet.id)
    return Step(here, f"{here.name} and {vnet.name} are in one connected group", ok=True)


def _leaving(at: ArmId) -> Step:
    return Step(at, f"{at.name} sends it to the internet", ok=True)


def _across(packet: _Packet, subnet: Subnet, vnet: ArmId) -> Iterator[Step]:
    yield from crossing(packet.view, vnet_of(subnet.id), vnet, relayed=bool(packet.through))
    yield _arrival(packet, vnet)


# Where Azure's own routes lead


def _default(packet: _Packet, subnet: Subnet) -> _Leg:
    """Follow the routes that every subnet has: what no other holds goes to the internet, private addresses nowhere."""
    if is_public(packet.address):
        return NextHop.INTERNET, [_leaving(subnet.id)]
    if not ignores_gateway(packet.view.route_table(subnet)):
        use = used_by(vnet_of(subnet.id), packet.view)
        if use is not None:
            return NextHop.GATEWAY, [*use.transit, *beyond(use, packet.address, packet.view)]
    return NextHop.NONE, _unrouted(packet, subnet)


def _unrouted(packet: _Packet, subnet: Subnet) -> Iterator[Step]:
    """Say why there is no route: a peering that is not Connected or not synced, or none at all."""
    vnet = packet.view.vnet(vnet_of(subnet.id))
    for peering, _ in leading_to(packet.address, vnet, subnet, packet.view):
        yield from state_steps(packet.view, vnet.id, known(peering.remote))
    outdated = (stale(each, packet.address) for each in known(vnet.peerings, vnet.name))
    yield from (each for each in outdated if each is not None)
    yield Step(subnet.id, f"{subnet.name} has no route to {packet.address}", ok=False)


# Where a user's routes lead


_HOPS = {
    NextHopType.NONE: NextHop.NONE,
    NextHopType.INTERNET: NextHop.INTERNET,
    NextHopType.GATEWAY: NextHop.GATEWAY,
    NextHopType.VNET_LOCAL: NextHop.LOCAL,
    NextHopType.APPLIANCE: NextHop.APPLIANCE,
    NextHopType.APPLIANCES: NextHop.APPLIANCE,
}


def _custom(packet: _Packet, subnet: Subnet, custom: Custom) -> _Leg:
    kind = known(custom.route.next_hop, custom.table.name)
    return _HOPS[kind], _along(kind, packet, subnet, custom)


def _along(kind: NextHopType, packet: _Packet, subnet: Subnet, custom: Custom) -> Iterator[Step]:
    match kind:
        case NextHopType.NONE:
            yield _says(custom, "drops it", ok=False)
        case NextHopType.INTERNET:
            yield _says(custom, "sends it to the internet", ok=is_public(packet.address))
        case NextHopType.GATEWAY:
            yield from _to_gateway(packet, subnet, custom)
        case NextHopType.VNET_LOCAL:
            yield _kept_inside(packet, subnet, custom)
        case NextHopType.APPLIANCE:
            yield from _to_appliance(packet, subnet, custom)
        case NextHopType.APPLIANCES:
            yield _says(custom, "spreads it over several appliances", ok=None)


def _says(custom: Custom, what: str, *, ok: bool | None) -> Step:
    name = known(custom.route.name) or f"to {known(custom.route.prefix)}"
    return Step(custom.table.id, f"route {name} of {custom.table.name} {what}", ok)


def _kept_inside(packet: _Packet, subnet: Subnet, custom: Custom) -> Step:
    match own_hop(packet.view, subnet, packet.address):
        case Local(vnet):
            return _arrival(packet, vnet)
        case _:
            return _says(custom, f"keeps it in the virtual network, which does not hold {packet.address}", ok=None)


def _to_gateway(packet: _Packet, subnet: Subnet, custom: Custom) -> Iterator[Step]:
    use = used_by(vnet_of(subnet.id), packet.view)
    if use is None or not use.gateways:
        yield _says(custom, "sends it to a gateway, and there is none", ok=False)
        return
    yield _says(custom, f"sends it to {use.gateways[0].name}", ok=True)
    yield from use.transit
    yield from beyond(use, packet.address, packet.view)


def _to_appliance(packet: _Packet, subnet: Subnet, custom: Custom) -> Iterator[Step]:
    """Follow a route to an appliance: it has to be near, to exist, to forward, and to have a route of its own."""
    address = known(custom.route.address, custom.table.name)
    if address is None:
        yield _says(custom, "names no appliance", ok=False)
        return
    found = _appliance(packet.view, subnet, address)
    if found is None and list(grouped(packet.view, subnet, address)):
        yield _says(custom, f"sends it to {address} in a connected group, which may not serve as next hop", ok=None)
        return
    if found is None:
        yield _says(custom, f"sends it to {address}, which nothing in reach has", ok=False)
        return
    yield _says(custom, f"sends it to {found.at.name}", ok=True)
    if found.subnet is not None and vnet_of(found.subnet) != vnet_of(subnet.id):
        yield from crossing(packet.view, vnet_of(subnet.id), vnet_of(found.subnet), relayed=bool(packet.through))
    yield _forwarding(found)
    yield from _from_appliance(packet, subnet, found)


def _appliance(view: View, subnet: Subnet, address: Address) -> Appliance | None:
    """Find an appliance in the subnet's own network, in a peered one, or in a hub that the network is connected to."""
    hop = own_hop(view, subnet, address)
    if hop is not None:
        return view.appliance(address, hop.vnet)
    hubs = (hub_of(each) for each in view.hub_connections(vnet_of(subnet.id)))
    return next((found for hub in hubs if (found := view.appliance(address, hub)) is not None), None)


def _forwarding(appliance: Appliance) -> Step:
    if appliance.forwards is None:
        return Step(appliance.at, f"whether {appliance.at.name} forwards packets was not seen", None)
    says = "forwards packets" if appliance.forwards else "forwards no packets: IP forwarding is off"
    return Step(appliance.at, f"{appliance.at.name} {says}", appliance.forwards)


def _from_appliance(packet: _Packet, subnet: Subnet, appliance: Appliance) -> Iterator[Step]:
    if appliance.at in packet.through:
        yield Step(appliance.at, f"{appliance.at.name} gets it back: the routes go in a circle", ok=False)
    elif appliance.subnet is not None:
        onward = structs.replace(packet, through=(*packet.through, appliance.at))
        yield from _travel(onward, appliance.subnet).steps
    elif appliance.hub is not None:
        yield from _from_hub(packet, subnet, appliance.hub)


def _from_hub(packet: _Packet, subnet: Subnet, hub: ArmId) -> Iterator[Step]:
    """Follow a packet that the firewall of a Virtual WAN hub passes on."""
    if is_public(packet.address):
        yield _leaving(hub)
        return
    view = packet.view
    entries = [each for each in view.hub_connections(vnet_of(subnet.id)) if hub_of(each) == hub]
    ways = (way for entry in entries for way in passages_from(view, entry, view.hub(hub), packet.address))
    way = next(ways, None)
    if way is None:
        yield Step(hub, f"hub {hub.name} has no route to {packet.address}", ok=False)
        return
    yield from passing(way)
    yield _arrival(packet, known(way.exit.remote))
