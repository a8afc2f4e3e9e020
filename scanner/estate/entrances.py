"""The ways by which people get into private networks: gateways, hub gateways, and Bastion hosts with jump hosts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from scanner.domain.gateways import joined, transit, vnets_of
from scanner.domain.journey import outcome
from scanner.estate.agents import runs_agent
from scanner.estate.bastions import homes_of, machines_reached, vnets_with
from scanner.estate.connectivity import areas_of_vnets
from scanner.estate.hosts import subnets_of
from scanner.estate.routes import is_hub_network, routes
from scanner.estate.solution import Solution
from scanner.evidence import MissingEvidence, Seen, each_of, exists, gathered, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.entrances import BastionHost, GatewayType, VirtualNetworkGateway
from scanner.model.network import VirtualNetwork
from scanner.model.resource import Resource
from scanner.model.routing import (
    ExpressRouteCircuit,
    GatewayConnection,
    HubClientGateway,
    HubExpressRouteGateway,
    HubGateway,
    HubVpnGateway,
)


@dataclass(frozen=True, slots=True)
class Entrance:
    """One way in: `what` it is, the resource that offers it, the network or hub it is in, and whether that is joined.

    An entrance that is of no use says why in `lacks`: it leads nowhere, or is not joined to an AML VNet.
    """

    at: ArmId
    what: str
    lacks: str = ""


def near_entrances(solution: Solution) -> Seen[Entrance]:
    """Return the ways in that lie around the AML VNets and are joined to them; there may be others."""
    by_vnet = solution.graph.once(_by_vnet)
    around = tuple(each for vnet in sorted(area_of(solution)) for each in by_vnet.get(vnet, ()))
    found = Seen(around).map(lambda each: _entrance(each, solution)).where(_joins)
    return found.each_once()


def entrances(solution: Solution) -> Seen[Entrance]:
    """Return every way in, joined or not."""
    kinds: tuple[type[Resource], ...] = (VirtualNetworkGateway, *_HUB_GATEWAYS, BastionHost)
    return each_of(kinds, lambda kind: solution.graph.all(kind).map(lambda each: _entrance(each, solution)))


def _entrance(at: Resource, solution: Solution) -> Entrance | None:
    match at:
        case VirtualNetworkGateway():
            return _gateway(at, solution)
        case HubClientGateway() | HubVpnGateway() | HubExpressRouteGateway():
            return _hub_gateway(at, solution)
        case BastionHost():
            return _bastion(at, solution)
    raise TypeError(f"{type(at).__name__} lets nobody in")


_HUB_GATEWAYS: tuple[type[Resource], ...] = (HubClientGateway, HubVpnGateway, HubExpressRouteGateway)


# Gateways of virtual networks


def client_gateways(solution: Solution) -> Seen[VirtualNetworkGateway | HubClientGateway]:
    """Return the gateways that let point-to-site clients into an AML VNet."""
    graph = solution.graph
    gateways = graph.all(VirtualNetworkGateway).where(lambda each: _lets_clients_in(each, solution))
    hubs = graph.all(HubClientGateway).where(lambda each: _joins(_hub_gateway(each, solution)))
    return Seen((*gateways.found, *hubs.found), gateways.missing or hubs.missing)


def _lets_clients_in(gateway: VirtualNetworkGateway, solution: Solution) -> bool:
    return bool(known(gateway.client_pool, gateway.name)) and _joins(_gateway(gateway, solution))


def _joins(entrance: Entrance | None) -> bool:
    return entrance is not None and not entrance.lacks


def _gateway(gateway: VirtualNetworkGateway, solution: Solution) -> Entrance | None:
    if known(gateway.gateway_type, gateway.name) is GatewayType.LOCAL:
        return None
    vnet, offers = next(vnets_of(gateway), None), _offer(gateway, solution.graph)
    if vnet is None:
        raise MissingEvidence(f"gateway {gateway.name} names no subnet", (str(gateway.id),))
    if offers is None:
        what = f"gateway {gateway.name} in {vnet.name}"
        return Entrance(gateway.id, what, "it has no point-to-site clients and no connection in force")
    lacks = (
        "" if solution.aml_vnets.exists(lambda aml: _is_used(aml, vnet, solution.graph)) else _unused(vnet, solution)
    )
    return Entrance(gateway.id, f"{offers} through {gateway.name} in {vnet.name}", lacks)


def _offer(gateway: VirtualNetworkGateway, graph: Graph) -> str | None:
    """Say what a gateway lets in: clients, a site, or a circuit; None if nothing."""
    kind = known(gateway.gateway_type, gateway.name)
    if kind is GatewayType.VPN and known(gateway.client_pool, gateway.name):
        return "point-to-site VPN"
    if not graph.all(GatewayConnection, about=gateway.id).exists(lambda each: _is_up(each, gateway, graph)):
        return None
    return "ExpressRoute" if kind is GatewayType.EXPRESS_ROUTE else "VPN connection"


def _is_up(connection: GatewayConnection, gateway: VirtualNetworkGateway, graph: Graph) -> bool:
    ends = {known(connection.gateway, connection.name), known(connection.other_gateway, connection.name)}
    if gateway.id not in ends or not joined(connection).ok:
        return False
    circuit = known(connection.circuit, connection.name)
    if known(gateway.gateway_type) is not GatewayType.EXPRESS_ROUTE:
        return True
    return circuit is not None and _is_provisioned(circuit, graph)


def _is_provisioned(circuit: ArmId, graph: Graph) -> bool:
    """Tell whether Azure and the provider both have enabled a circuit (facts §8)."""
    found = graph.get(ExpressRouteCircuit, circuit)
    return known(found.azure_state).lower() == "enabled" and known(found.provider_state).lower() == "provisioned"


def _is_used(aml: ArmId, vnet: ArmId, graph: Graph) -> bool:
    """Tell whether an AML VNet uses the gateways in a VNet: its own, or a peer's by gateway transit (facts §8)."""
    if aml == vnet:
        return True
    if routes(graph).peering(aml, vnet) is None:
        return False
    return outcome(tuple(transit(routes(graph), aml, vnet))) is True


def _unused(vnet: ArmId, solution: Solution) -> str:
    if solution.reaches(vnet):
        return f"{_names(solution)} does not use the gateways in {vnet.name} (useRemoteGateways, allowGatewayTransit)"
    return f"{vnet.name} is not connected to {_names(solution)}"


def _names(solution: Solution) -> str:
    return " and ".join(each.name for each in solution.aml_vnets.found)


# Gateways of Virtual WAN hubs


def _hub_gateway(gateway: HubGateway, solution: Solution) -> Entrance | None:
    offers = _hub_offer(gateway, solution.graph)
    if offers is None:
        return None
    view, hub = routes(solution.graph), known(gateway.hub, gateway.name)
    spokes = view.spokes(view.hub(hub)).map(lambda each: known(each.remote, each.name))
    is_joined = solution.aml_vnets.exists(lambda aml: spokes.exists(lambda each: each == aml))
    lacks = "" if is_joined else f"hub {hub.name} is not connected to {_names(solution)}"
    return Entrance(gateway.id, f"{offers} through {gateway.name} in hub {hub.name}", lacks)


def _hub_offer(gateway: HubGateway, graph: Graph) -> str | None:
    match gateway:
        case HubClientGateway():
            return "point-to-site VPN" if any(known(gateway.client_pools, gateway.name)) else None
        case HubVpnGateway():
            return "VPN connection" if known(gateway.connections, gateway.name) else None
        case HubExpressRouteGateway():
            circuits = [each for each in known(gateway.circuits, gateway.name) if each is not None]
            return "ExpressRoute" if exists(circuits, lambda each: _is_provisioned(each, graph)) else None


# Bastion hosts


def _bastion(bastion: BastionHost, solution: Solution) -> Entrance:
    """Describe a Bastion host with its jump host; without one there is nothing to sign in to."""
    graph = solution.graph
    machines = machines_reached(bastion, graph)
    near = machines.where(lambda each: exists(vnets_with(each, graph), solution.reaches))
    if not near.found:
        raise_any(near.missing)
    vnet = homes_of(bastion, graph)[0]
    if not machines.found:
        return Entrance(bastion.id, f"Bastion {bastion.name} in {vnet.name}", "it reaches no virtual machine")
    usable = near.found or machines.found
    others = Seen(usable).where(lambda each: not runs_agent(each, graph))
    what = f"Bastion {bastion.name} in {vnet.name} with jump host {(others.found or usable)[0].name}"
    return Entrance(bastion.id, what, "" if near.found else f"{vnet.name} is not connected to {_names(solution)}")


# Which to look at first


def area_of(solution: Solution) -> frozenset[ArmId]:
    """Return the AML VNets and what they are peered with, directly or through others: where ways in usually are."""
    areas = solution.graph.once(areas_of_vnets)
    return frozenset(each for aml in solution.aml_vnets.found for each in areas.get(aml, frozenset({aml})))


def require_area_read(solution: Solution) -> None:
    """Raise MissingEvidence if a network that an AML VNet is joined to was not read: what is in it is not known."""
    graph, vnets = solution.graph, solution.aml_vnets.whole()
    for vnet in sorted(area_of(solution)):
        if not any(is_hub_network(vnet, aml, graph) for aml in vnets):
            graph.get(VirtualNetwork, vnet)


def _by_vnet(graph: Graph) -> dict[ArmId, list[Resource]]:
    found: dict[ArmId, list[Resource]] = defaultdict(list)
    for each in (*graph.seen(VirtualNetworkGateway), *graph.seen(BastionHost)):
        subnets, _ = gathered(subnets_of(each, graph))
        for vnet in dict.fromkeys(subnet.parent for subnet in subnets if subnet.parent):
            found[vnet].append(each)
    return found
