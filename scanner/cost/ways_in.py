"""What ways in cost: Bastion hosts, gateways, ExpressRoute circuits, Virtual WAN hubs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scanner.cost import meters
from scanner.cost.items import Charge, Control, Item
from scanner.cost.links import region_of
from scanner.cost.serving import Serving
from scanner.domain.gateways import vnets_of
from scanner.estate.bastions import homes_of
from scanner.estate.routes import routes
from scanner.evidence import Maybe, MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.entrances import BastionHost, GatewayType, VirtualHub, VirtualNetworkGateway
from scanner.model.resource import Resource
from scanner.model.routing import (
    ExpressRouteCircuit,
    GatewayConnection,
    HubClientGateway,
    HubExpressRouteGateway,
    HubVpnGateway,
)

_INCLUDED = 2
"""Instances that a Bastion host has at its price."""

_NO_SKU = "its SKU is not told"
_NO_SCALE = "its scale units are not told"


def bastion(found: BastionHost, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a Bastion host costs; Developer is free."""
    users, region = serving.of(*homes_of(found, graph)), region_of(found)
    sku, units = known(found.sku), known(found.scale_units)
    if sku is None:
        yield Item(found.id, Control.BASTION, "Bastion host", region, users, unpriced=_NO_SKU, unrated=_NO_SKU)
        return
    sku = sku.capitalize()
    if sku == "Developer":
        yield Item(found.id, Control.BASTION, "Bastion Developer", region, users, note="free of charge")
        return
    further = max(0, units - _INCLUDED)
    more = (Charge(meters.further_bastion(sku), Decimal(further)),) if further else ()
    fixed = (Charge(meters.bastion(sku)), *more)
    what = f"Bastion {sku}, {max(units, _INCLUDED)} instances"
    yield Item(found.id, Control.BASTION, what, region, users, fixed, (Charge(meters.bastion_data(sku)),))


def gateway(found: VirtualNetworkGateway, serving: Serving) -> Iterator[Item]:
    """Yield what a gateway of a virtual network costs."""
    kind = known(found.gateway_type)
    if kind is GatewayType.LOCAL:
        return
    is_vpn = kind is GatewayType.VPN
    control = Control.VPN if is_vpn else Control.EXPRESS_ROUTE
    users, region, sku = serving.of(*vnets_of(found)), region_of(found), known(found.sku)
    if sku is None or sku.lower() == "ergwscale":
        why = _NO_SKU if sku is None else "ErGwScale is charged by scale units, which are not read"
        yield Item(found.id, control, "gateway", region, users, unpriced=why)
        return
    meter = meters.vpn_gateway(sku) if is_vpn else meters.express_route_gateway(sku)
    note = "connections beyond those that it includes cost more" if is_vpn else ""
    yield Item(found.id, control, f"gateway {sku}", region, users, (Charge(meter),), note=note)


def circuit(found: ExpressRouteCircuit, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what Microsoft charges for a circuit; the provider has a bill of its own."""
    tier, family, megabits = known(found.tier), known(found.family), known(found.megabits)
    region, users = region_of(found), serving.of(*_networks_of(found.id, graph))
    if tier is None or family is None or megabits is None:
        why = "its tier, plan or bandwidth is not told"
        yield Item(found.id, Control.EXPRESS_ROUTE, "circuit", region, users, unpriced=why)
        return
    fixed = (Charge(meters.circuit(tier, family, megabits)),)
    note = "the provider's own bill is not in it" + ("; metered data costs more" if family == "MeteredData" else "")
    what = f"circuit {tier} {family}, {megabits} Mbps"
    unrated = "the rate of metered data of a circuit is not read" if family == "MeteredData" else ""
    yield Item(found.id, Control.EXPRESS_ROUTE, what, region, users, fixed, unrated=unrated, note=note)


def _networks_of(circuit: ArmId, graph: Graph) -> Iterator[ArmId]:
    """Yield the networks whose gateways are connected to a circuit."""
    for each in graph.seen(GatewayConnection):
        try:
            if known(each.circuit) == circuit:
                yield from vnets_of(graph.get(VirtualNetworkGateway, known(each.gateway)))
        except MissingEvidence:
            continue


def hub(found: VirtualHub, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a Virtual WAN hub costs; a Basic one has no price of its own."""
    users = hub_users(found.id, graph, serving)
    if known(found.sku) != "Standard":
        yield Item(found.id, Control.WAN, "Virtual WAN hub", region_of(found), users, note="free of charge")
        return
    fixed, data = (Charge(meters.HUB),), (Charge(meters.HUB_DATA),)
    note = "further routing units than it comes with cost more"
    yield Item(found.id, Control.WAN, "Virtual WAN hub", region_of(found), users, fixed, data, note=note)


_HUB_GATEWAYS: dict[type[Resource], tuple[meters.Meter, str]] = {
    HubVpnGateway: (meters.HUB_SITES, "site-to-site gateway of a hub"),
    HubClientGateway: (meters.HUB_CLIENTS, "point-to-site gateway of a hub"),
    HubExpressRouteGateway: (meters.HUB_EXPRESS_ROUTE, "ExpressRoute gateway of a hub"),
}


def hub_gateway(
    found: HubVpnGateway | HubClientGateway | HubExpressRouteGateway, graph: Graph, serving: Serving
) -> Iterator[Item]:
    """Yield what a gateway of a hub costs, by its scale units."""
    meter, what = _HUB_GATEWAYS[type(found)]
    users, region = hub_users(known(found.hub), graph, serving), region_of(found)
    units = known(found.scale_units)
    if units is None:
        yield Item(found.id, Control.WAN, what, region, users, unpriced=_NO_SCALE)
    else:
        note = "what is connected costs more, by the connection"
        yield Item(found.id, Control.WAN, what, region, users, (Charge(meter, Decimal(units)),), note=note)


def hub_users(hub: Maybe[ArmId], graph: Graph, serving: Serving) -> tuple[ArmId, ...]:
    """Return the workspaces whose networks are connected to a hub, as far as it was seen."""
    try:
        view = routes(graph)
        spokes = view.spokes(view.hub(known(hub))).map(lambda each: known(each.remote))
    except MissingEvidence:
        return ()
    return serving.of(*spokes.found)
