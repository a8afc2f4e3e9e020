"""Whether packets cross a peering (facts §7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from scanner.domain.journey import Step, View
from scanner.domain.route_choice import longest
from scanner.evidence import MissingEvidence, Unknown, known
from scanner.model.arm import ArmId
from scanner.model.fields import Address, Network
from scanner.model.network import Peering, PeeringState, PeeringSync, Subnet, VirtualNetwork

_Side: TypeAlias = Peering | Unknown | None

_ONE_SIDED = {
    PeeringState.INITIATED: "the other side is missing",
    PeeringState.DISCONNECTED: "the other side was deleted, so both have to be made again",
}


def sides(view: View, one: ArmId, other: ArmId) -> tuple[_Side, _Side]:
    """Return each VNet's side: None if it was read and has none, Unknown if it could not be read."""
    return _side(view, one, other), _side(view, other, one)


def _named_sides(view: View, one: ArmId, other: ArmId) -> Iterator[tuple[ArmId, ArmId, _Side]]:
    """Yield each side with the VNet that it is of and the one that it leads to."""
    mine, theirs = sides(view, one, other)
    yield one, other, mine
    yield other, one, theirs


def _side(view: View, here: ArmId, there: ArmId) -> _Side:
    try:
        return view.peering(here, there)
    except MissingEvidence as missing:
        return Unknown(missing.why, missing.gap)


def state_steps(view: View, one: ArmId, other: ArmId) -> Iterator[Step]:
    """Yield whether each side that can be read exists and is Connected; nothing where neither side exists.

    A side that is Connected proves that there is the other one, so that one may be unread. Beside a side that
    does not exist it tells nothing: whether there is a peering at all is not known.
    """
    mine, theirs = sides(view, one, other)
    if mine is None and theirs is None:
        return
    if not (isinstance(mine, Peering) or isinstance(theirs, Peering)):
        at, unread = (one, mine) if isinstance(mine, Unknown) else (other, theirs)
        assert isinstance(unread, Unknown)  # noqa: S101 - one of them is there
        yield Step(at, unread.why, None, unread.gap)
        return
    yield from _state(mine, one, other)
    yield from _state(theirs, other, one)


def _state(side: _Side, here: ArmId, there: ArmId) -> Iterator[Step]:
    match side:
        case None:
            yield Step(here, f"{here.name} does not peer back with {there.name}", ok=False)
        case Peering():
            state = known(side.state, side.name)
            why = f": {_ONE_SIDED[state]}" if state in _ONE_SIDED else ""
            says = f"peering {side.name} with {there.name} is {state}{why}"
            yield Step(side.id, says, state is PeeringState.CONNECTED)


def sync_steps(view: View, one: ArmId, other: ArmId) -> Iterator[Step]:
    """Yield each side that does not know the other's present address space: its newer part is not routed.

    A side that could not be read may be such a one: what the other side tells is its own state alone.
    """
    for here, there, side in _named_sides(view, one, other):
        match side:
            case Unknown():
                yield Step(here, f"whether {here.name} knows {there.name}'s addresses: {side.why}", None, side.gap)
            case Peering(sync=Unknown() as sync):
                yield Step(side.id, f"whether peering {side.name} is in sync: {sync.why}", None, sync.gap)
            case Peering() if side.sync is not PeeringSync.IN_SYNC:
                says = f"peering {side.name} is {side.sync}: a changed address space has not been synced"
                yield Step(side.id, says, ok=False)


def crossing(view: View, here: ArmId, there: ArmId, *, relayed: bool) -> Iterator[Step]:
    """Yield whether packets pass from one VNet to its peer.

    `relayed` packets come from elsewhere, so that the side that takes them in has to allow forwarded traffic.
    """
    yield from state_steps(view, here, there)
    for at, peer, side in _named_sides(view, here, there):
        match side:
            case Unknown():
                yield Step(at, f"whether {at.name} allows access from {peer.name}: {side.why}", None, side.gap)
            case Peering() if not known(side.allows_access, side.name):
                yield Step(side.id, f"peering {side.name} has allowVirtualNetworkAccess false", ok=False)
    if relayed:
        yield from _taken_in(_side(view, there, here), there)


def _taken_in(side: _Side, there: ArmId) -> Iterator[Step]:
    match side:
        case Unknown():
            yield Step(there, f"whether {there.name} takes in forwarded traffic: {side.why}", None, side.gap)
        case Peering():
            allowed = known(side.allows_forwarded, side.name)
            says = f"peering {side.name} has allowForwardedTraffic {str(allowed).lower()}"
            yield Step(side.id, says, allowed)


def routed(view: View, peering: Peering, subnet: Subnet) -> tuple[Network, ...]:
    """Return the prefixes that a side gives a subnet of its VNet routes to, in whatever state the peering is.

    With a subnet peering only the named subnets of both VNets take part.
    """
    if known(peering.complete, peering.name):
        return _space(view, peering)
    if subnet.name.lower() not in _lower(peering.local_subnets, peering):
        return ()
    wanted = _lower(peering.remote_subnets, peering)
    remote = view.vnet(known(peering.remote))
    named = [each for each in known(remote.subnets, remote.name) if each.name.lower() in wanted]
    return tuple(prefix for each in named for prefix in known(each.prefixes, each.name))


def _lower(names: tuple[str, ...] | Unknown, peering: Peering) -> frozenset[str]:
    return frozenset(name.lower() for name in known(names, peering.name))


def _space(view: View, peering: Peering) -> tuple[Network, ...]:
    """Return what this side last learned of its peer's address space; without that, the space itself."""
    synced = known(peering.synced, peering.name)
    return known(view.vnet(known(peering.remote)).address_space) if synced is None else synced


def stale(peering: Peering, address: Address) -> Step | None:
    """Return what is wrong if an address is in a part of the peer's address space that was not synced."""
    space, synced = known(peering.remote_space, peering.name), known(peering.synced, peering.name)
    newer = longest(space or (), address)
    if newer is None or synced is None or longest(synced, address) is not None:
        return None
    says = f"peering {peering.name} is {known(peering.sync)}: it has no route to {newer} yet"
    return Step(peering.id, says, ok=False)


def leading_to(address: Address, vnet: VirtualNetwork, subnet: Subnet, view: View) -> Iterator[tuple[Peering, Network]]:
    """Yield the peerings of a VNet that give a subnet a route to an address, with its prefix, whatever their state."""
    for peering in known(vnet.peerings, vnet.name):
        prefix = longest(routed(view, peering, subnet), address)
        if prefix is not None:
            yield peering, prefix
