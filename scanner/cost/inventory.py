"""From a graph to what costs money in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from scanner.cost import egress, links, peerings, services, ways_in
from scanner.cost.items import Control, Inventory, Item
from scanner.cost.serving import Serving
from scanner.estate.delegated_agents import delegated_agents
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.dns import DnsResolver, ForwardingRuleset, InboundEndpoint
from scanner.model.entrances import BastionHost, HubConnection, VirtualHub, VirtualNetworkGateway
from scanner.model.firewall import AzureFirewall
from scanner.model.interfaces import NetworkInterface
from scanner.model.network import VirtualNetwork
from scanner.model.private_dns import PrivateDnsZone
from scanner.model.private_link import PrivateEndpoint
from scanner.model.resource import Resource
from scanner.model.routing import (
    ExpressRouteCircuit,
    HubClientGateway,
    HubExpressRouteGateway,
    HubVpnGateway,
    NatGateway,
    PublicIpAddress,
)
from scanner.model.services import Registry

_Find = Callable[..., Iterator[Item]]

_BY_KIND: tuple[tuple[type[Resource], Control, _Find, bool], ...] = (
    (PrivateEndpoint, Control.PRIVATE_LINK, links.endpoint, False),
    (InboundEndpoint, Control.RESOLVER, links.inbound, True),
    (ForwardingRuleset, Control.RESOLVER, links.ruleset, True),
    (VirtualNetworkGateway, Control.VPN, ways_in.gateway, False),
    (ExpressRouteCircuit, Control.EXPRESS_ROUTE, ways_in.circuit, True),
    (BastionHost, Control.BASTION, ways_in.bastion, True),
    (VirtualHub, Control.WAN, ways_in.hub, True),
    (HubVpnGateway, Control.WAN, ways_in.hub_gateway, True),
    (HubClientGateway, Control.WAN, ways_in.hub_gateway, True),
    (HubExpressRouteGateway, Control.WAN, ways_in.hub_gateway, True),
    (AzureFirewall, Control.EGRESS, egress.firewall, True),
    (NatGateway, Control.EGRESS, egress.nat, True),
    (Registry, Control.REGISTRY, services.registry, True),
    (VirtualMachine, Control.MACHINES, services.machine, True),
    (ScaleSet, Control.MACHINES, services.scale_set, True),
    (DevOpsPool, Control.MACHINES, services.pool, False),
)
"""What is priced by itself: the kind, its control, what prices it, and whether that asks the graph."""

_LISTED: tuple[type[Resource], ...] = (
    *(kind for kind, *_ in _BY_KIND if kind is not InboundEndpoint),
    *(VirtualNetwork, PrivateDnsZone, PublicIpAddress, DnsResolver),
)


_BY_TRAFFIC = frozenset({Control.PRIVATE_LINK, Control.PEERING, Control.BASTION, Control.WAN, Control.EGRESS})
"""Controls whose parts are charged by the GB, beside what they cost a month."""


def inventory(graph: Graph, region: str = "") -> Inventory:
    """Return what costs money among what was read; `region` stands in for every region, where one is named."""
    serving = Serving(graph)
    found = list(_items(graph, serving))
    holders = {each.id: each.users for each in found} | _interfaces(graph, serving)
    for each in graph.seen(PublicIpAddress):
        found += _safely(each, Control.EGRESS, partial(egress.address, each, graph, holders))
    counted = (each for each in _each_once(found) if serving.counts(each.id, each.users))
    order = list(Control)
    items = sorted(counted, key=lambda each: (order.index(each.control), each.id.key, each.what))
    placed = tuple(_in(region, each) for each in items) if region else tuple(items)
    return Inventory(placed, _doubts(graph), serving.judged)


def _in(region: str, item: Item) -> Item:
    """Return an item as if all of it were in one region."""
    return replace(item, region=region, traffic=tuple(replace(each, region="") for each in item.traffic))


def _each_once(items: Iterable[Item]) -> Iterable[Item]:
    """Return items, what several workspaces bring once: projects share what their hub has, rulesets their endpoints."""
    found: dict[tuple[ArmId, str], Item] = {}
    for each in items:
        key = each.id, each.what
        had = found.get(key)
        found[key] = each if had is None else replace(had, users=tuple(sorted({*had.users, *each.users})))
    return found.values()


def _items(graph: Graph, serving: Serving) -> Iterator[Item]:
    for kind, control, find, asks in _BY_KIND:
        for each in graph.seen(kind):
            more = (graph,) if asks else ()
            yield from _safely(each, control, partial(find, each, *more, serving))
    yield from links.zones(graph, serving)
    yield from peerings.peerings(graph, serving)
    for connection in graph.seen(HubConnection):
        yield from _safely(connection, Control.PEERING, partial(peerings.hub_connection, connection, graph, serving))
    for agent in delegated_agents(graph).found:
        yield from _found(agent.id, Control.MACHINES, partial(services.delegated, agent, graph, serving))
    for solution in serving.solutions:
        yield from _safely(solution.workspace, Control.PRIVATE_LINK, partial(services.managed_endpoints, solution))
        yield from _safely(solution.workspace, Control.EGRESS, partial(services.managed_firewall, solution))


def _safely(at: Resource, control: Control, find: Callable[[], Iterable[Item]]) -> Iterator[Item]:
    return _found(at.id, control, find, at.TYPE.rpartition("/")[2], links.region_of(at))


def _found(
    at: ArmId, control: Control, find: Callable[[], Iterable[Item]], what: str = "agents", region: str = ""
) -> Iterator[Item]:
    """Yield what is found; where something that counts was not read, that what it costs is not known."""
    try:
        yield from list(find())
    except MissingEvidence as missing:
        unrated = missing.why if control in _BY_TRAFFIC else ""
        yield Item(at, control, what, region, unpriced=missing.why, unrated=unrated)


def _interfaces(graph: Graph, serving: Serving) -> dict[ArmId, tuple[ArmId, ...]]:
    """Return whom network interfaces serve: the networks that they are in."""
    found: dict[ArmId, tuple[ArmId, ...]] = {}
    for each in graph.seen(NetworkInterface):
        configurations = each.ip_configurations if isinstance(each.ip_configurations, tuple) else ()
        subnets = [one.subnet for one in configurations if isinstance(one.subnet, ArmId)]
        found[each.id] = serving.of(*(subnet.parent for subnet in subnets if subnet.parent is not None))
    return found


def _doubts(graph: Graph) -> tuple[str, ...]:
    """Say what was not listed: there may be more of it than is priced."""
    missing = (*(graph.all(kind).missing for kind in _LISTED), delegated_agents(graph).missing)
    return tuple(dict.fromkeys(each.why for each in missing if each is not None))
