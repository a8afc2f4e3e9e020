"""What gateways join: the networks that use one, those behind its connections, and its clients (facts §7, §8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.domain.journey import Step, View
from scanner.domain.peering import state_steps
from scanner.domain.route_choice import longest
from scanner.evidence import known, readable
from scanner.model.arm import ArmId
from scanner.model.entrances import VirtualNetworkGateway
from scanner.model.fields import Address
from scanner.model.network import Peering, PeeringState
from scanner.model.routing import ConnectionType, GatewayConnection, LinkStatus


@dataclass(frozen=True, slots=True)
class Use:
    """How a virtual network uses gateways: those in `holder`, which is itself or, with `transit`, a peer."""

    holder: ArmId
    gateways: tuple[VirtualNetworkGateway, ...]
    transit: tuple[Step, ...] = ()


def used_by(vnet: ArmId, view: View) -> Use | None:
    """Return how a virtual network uses gateways; None if it has none and asks for none."""
    own = view.gateways(vnet)
    if own:
        return Use(vnet, own)
    for peering in known(view.vnet(vnet).peerings, vnet.name):
        if known(peering.uses_remote_gateways, peering.name):
            holder = known(peering.remote, peering.name)
            return Use(holder, view.gateways(holder), tuple(transit(view, vnet, holder)))
    return None


def transit(view: View, spoke: ArmId, holder: ArmId) -> Iterator[Step]:
    """Yield whether a spoke may use the gateways of a peer: both sides have to say so."""
    yield from state_steps(view, spoke, holder)
    mine, theirs = view.peering(spoke, holder), view.peering(holder, spoke)
    if mine is not None:
        uses = known(mine.uses_remote_gateways, mine.name)
        yield Step(mine.id, f"peering {mine.name} has useRemoteGateways {str(uses).lower()}", uses)
    if theirs is not None:
        allows = known(theirs.allows_transit, theirs.name)
        yield Step(theirs.id, f"peering {theirs.name} has allowGatewayTransit {str(allows).lower()}", allows)


def beyond(use: Use, address: Address, view: View) -> Iterator[Step]:
    """Yield how a gateway passes a packet on: to its own network, a spoke, another gateway's network, or a client."""
    target = _within(use.holder, address, view)
    if target is not None:
        yield from target
        return
    for gateway in use.gateways:
        if longest(known(gateway.client_pool, gateway.name), address):
            yield Step(gateway.id, f"{gateway.name} passes it to a point-to-site client", ok=True)
            return
    yield from _over_connections(use, address, view)


def _within(holder: ArmId, address: Address, view: View) -> tuple[Step, ...] | None:
    """Return the steps from a gateway to an address in its own network or a spoke's; None if it is in neither."""
    if longest(known(view.vnet(holder).address_space, holder.name), address):
        return (Step(holder, f"{holder.name} holds {address}", ok=True),)
    for peering in known(view.vnet(holder).peerings, holder.name):
        if _leads(peering, address):
            return tuple(transit(view, known(peering.remote), holder))
    return None


def _leads(peering: Peering, address: Address) -> bool:
    space = known(peering.synced, peering.name) or ()
    return known(peering.state) is PeeringState.CONNECTED and longest(space, address) is not None


def _over_connections(use: Use, address: Address, view: View) -> Iterator[Step]:
    """Yield the steps over the connection that leads to the address; what lies at a site's end is not seen."""
    links = [(gateway, link) for gateway in use.gateways for link in view.connections(gateway.id)]
    for gateway, link in links:
        for holder in _far_ends(link, gateway, view):
            if (target := _within(holder, address, view)) is not None:
                yield joined(link)
                yield from target
                return
    if not links:
        says = f"no connection of the gateways in {use.holder.name} leads to {address}"
        yield Step(use.holder, says, ok=False)
    else:
        at = links[0][1]
        yield Step(at.id, f"what lies behind connection {at.name} is not seen", None)


def _far_ends(link: GatewayConnection, gateway: VirtualNetworkGateway, view: View) -> Iterator[ArmId]:
    """Yield the network at the other end of a connection between two gateways."""
    if known(link.kind, link.name) is ConnectionType.VNET:
        ends = (known(link.gateway, link.name), known(link.other_gateway, link.name))
        other = next((each for each in ends if each is not None and each != gateway.id), None)
        if other is not None:
            yield from dict.fromkeys(vnets_of(view.gateway(other)))


def joined(link: GatewayConnection) -> Step:
    """Say whether a connection is up; listings that leave the status out leave it at configured."""
    status = known(link.status, link.name)
    up = status in {LinkStatus.UNSET, LinkStatus.CONNECTED}
    return Step(link.id, f"connection {link.name} is {status or 'configured'}", up)


def vnets_of(gateway: VirtualNetworkGateway) -> Iterator[ArmId]:
    """Yield the virtual network that a gateway is in, once for each of its addresses."""

    def place(subnet: ArmId | None) -> ArmId | None:
        return None if subnet is None else subnet.parent

    yield from readable(known(gateway.ip_configurations, gateway.name), lambda each: place(known(each.subnet)))
