"""How computes reach the internet, and whether something limits that (facts §13)."""

from __future__ import annotations

from scanner.checks.peering import hops
from scanner.checks.selectors import parts
from scanner.domain.journey import NextHop, Route
from scanner.domain.nsg import Part
from scanner.domain.routing import INTERNET_AT_LARGE
from scanner.domain.service_tags import INTERNET
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Flow, Unread, tagged
from scanner.engine import Doubt, Note, Notes, Problem, Selector
from scanner.estate.exits import Exit, exits
from scanner.estate.filtering import decided, hosts_of, space_of
from scanner.estate.private_link import vnet_of
from scanner.estate.routes import journey_of
from scanner.estate.solution import Solution
from scanner.evidence import Seen, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Compute, Workspace
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.network_security import Access, Direction
from scanner.model.routing import NatGateway

_AT_LARGE = 2**24
"""So many addresses are no longer one organisation's: a /8 of IPv4 [D]."""

_INSPECTED = {NextHop.APPLIANCE: "a firewall or appliance", NextHop.HUB: "the firewall of a virtual WAN hub"}


def way_out(subnet: Subnet, graph: Graph) -> Notes:
    """Follow a packet to the internet; where routes lead there directly, something has to translate its address."""
    journey = journey_of(subnet.id, INTERNET_AT_LARGE, graph)
    if journey.next_hop is NextHop.INTERNET:
        yield from _translation(subnet, graph)
        return
    if journey.arrives:
        yield Note(f"goes out through {_INSPECTED.get(journey.next_hop, journey.next_hop)}", path=hops(journey.steps))
    else:
        yield from _stuck(journey)
    yield from _around(subnet, graph)


def _around(subnet: Subnet, graph: Graph) -> Notes:
    """Judge what routes send straight to the internet, around the way that everything else takes."""
    ways = Seen.of(exits(subnet, graph))
    if not ways.found and ways.missing is None:
        return
    if _nat_gateway(subnet, graph) is not None:
        yield from _translation(subnet, graph)
    elif known(subnet.default_outbound) is False:
        yield from (_without_address(each) for each in ways.found)
        raise_any(ways.missing)
    elif ways.found:
        yield Note(f"{ways.found[0].says} by default outbound access, which Azure retired on 2026-03-31")


def _without_address(way: Exit) -> Problem | Doubt:
    """Say what becomes of a route in a private subnet: whether a range holds what is needed is not known."""
    says = f"{way.says}, for which a private subnet without a NAT gateway has no address"
    return Problem(says, (way.at,)) if way.names_service else Doubt(says, (way.at,))


def _stuck(journey: Route) -> Notes:
    for step in journey.steps:
        if step.ok is False:
            yield Problem(step.says, (step.at,), path=hops(journey.steps))
        elif step.ok is None:
            yield Doubt(step.says, (step.at,), step.gap)


def _translation(subnet: Subnet, graph: Graph) -> Notes:
    gateway = _nat_gateway(subnet, graph)
    if gateway is not None:
        if not known(gateway.addresses, gateway.name) and not known(gateway.prefixes, gateway.name):
            yield Problem(f"NAT gateway {gateway.name} has no public address", (gateway.id,))
    elif known(subnet.default_outbound) is False:
        yield Problem("a private subnet without a NAT gateway or a route to a firewall: nothing gets out", (subnet.id,))
    else:
        yield Note("goes out by default outbound access, which Azure retired on 2026-03-31 and gives no new subnet")


def _nat_gateway(subnet: Subnet, graph: Graph) -> NatGateway | None:
    """Return the NAT gateway of a subnet, or the one that serves its whole virtual network."""
    named = known(subnet.nat_gateway) or known(graph.get(VirtualNetwork, vnet_of(subnet.id)).nat_gateway)
    if named is not None:
        return graph.get(NatGateway, named)
    vnet = vnet_of(subnet.id)
    every = graph.all(NatGateway, vnet.in_subscription)
    serving = every.where(lambda each: known(each.virtual_network, each.name) == vnet)
    return next(iter(serving.found or serving.whole()), None)


def unrestricted(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem if neither routes nor the network security group keep computes from the internet at large."""
    journey = journey_of(subnet.id, INTERNET_AT_LARGE, graph)
    if journey.next_hop in _INSPECTED and journey.arrives is not None:
        yield Note(f"goes out through {_INSPECTED[journey.next_hop]}", path=hops(journey.steps))
        yield from _past(subnet, graph)
    elif journey.arrives:
        yield from _unfiltered(subnet, graph)
    elif journey.arrives is None and any(not isinstance(each, Note) for each in _unfiltered(subnet, graph)):
        # A firewall may stand where the way was not seen.
        yield from _stuck(journey)


def _past(subnet: Subnet, graph: Graph) -> Notes:
    """Judge the group where routes lead past a firewall to what is no longer one organisation's."""
    ways = Seen.of(exits(subnet, graph)).where(lambda way: way.size >= _AT_LARGE)
    if ways.found:
        yield from (Note(each.says, (each.at,)) for each in ways.found)
        yield from _unfiltered(subnet, graph)
    raise_any(ways.missing)


def _unfiltered(subnet: Subnet, graph: Graph) -> Notes:
    if known(subnet.network_security_group) is None:
        yield Problem("no network security group: the whole internet can be reached", (subnet.id,))
        return
    for part in decided(subnet, _to_internet(subnet, graph), graph).parts:
        unread = next((name for name in part.flow.names if isinstance(name, Unread)), None)
        if unread is not None and part.access is Access.ALLOW:
            yield Doubt(unread.why, (subnet.id,))
        elif part.access is None:
            yield Doubt("the rules cut the internet into too many parts to tell", (subnet.id,))
        elif part.access is Access.ALLOW and _is_at_large(part):
            by = part.by[-1] if part.by else "no rule at all"
            yield Problem(f"the internet at large is allowed by {by}", (subnet.id,))


def _to_internet(subnet: Subnet, graph: Graph) -> Flow:
    internet = tagged(INTERNET, space_of(subnet, graph))
    return Flow(Direction.OUTBOUND, EVERY_PROTOCOL, hosts_of(subnet, graph), internet, EVERY_PORT_SET)


def _is_at_large(part: Part) -> bool:
    """Tell whether a part of a flow goes to more than named services and a few addresses."""
    destination = part.flow.destination
    return not destination.within and sum(last - first + 1 for first, last in destination.space.spans) >= _AT_LARGE


# Subjects


def _hidden_subnets(solution: Solution) -> Seen[Subnet]:
    """Return the subnets of computes, serverless ones among them, whose nodes have no public addresses."""
    if solution.has_managed_network:
        return Seen()
    computes = solution.computes()
    holders: tuple[Workspace | Compute, ...] = (solution.network_workspace, *computes.found)
    return Seen(holders, computes.missing).map(_hidden_subnet).map(lambda subnet: solution.graph.get(Subnet, subnet))


def _hidden_subnet(holder: Workspace | Compute) -> ArmId | None:
    if isinstance(holder, Workspace):
        subnet = known(holder.serverless_subnet, holder.name)
        return subnet if subnet is not None and known(holder.serverless_no_public_ip, holder.name) else None
    if not holder.has_nodes or known(holder.subnet, holder.name) is None:
        return None
    return None if known(holder.node_public_ip, holder.name) is not False else known(holder.subnet)


hidden_compute_subnets: Selector[Subnet] = parts(_hidden_subnets)
