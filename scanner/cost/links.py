"""What private names cost: endpoints, zones, resolvers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from scanner.cost import meters
from scanner.cost.items import Charge, Control, Item
from scanner.cost.regions import normal_region
from scanner.cost.serving import Serving
from scanner.estate.private_link import asks_of, vnet_of
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.dns import DnsResolver, ForwardingRuleset, InboundEndpoint
from scanner.model.private_dns import PrivateDnsZone, ZoneLink
from scanner.model.private_link import PrivateEndpoint
from scanner.model.resource import Resource

ENDPOINT_TRAFFIC = (Charge(meters.ENDPOINT_IN), Charge(meters.ENDPOINT_OUT))


def endpoint(found: PrivateEndpoint, serving: Serving) -> Iterator[Item]:
    """Yield what a private endpoint costs."""
    users = serving.of(found.id) or serving.of(_network_of(found))
    fixed = (Charge(meters.ENDPOINT),)
    yield Item(found.id, Control.PRIVATE_LINK, _leads(found), region_of(found), users, fixed, ENDPOINT_TRAFFIC)


def _network_of(found: PrivateEndpoint) -> ArmId:
    try:
        return vnet_of(known(found.subnet))
    except MissingEvidence:
        return found.id


def _leads(found: PrivateEndpoint) -> str:
    """Say what an endpoint is for."""
    try:
        asks = asks_of(found)[0]
        groups, target = " and ".join(known(asks.group_ids)), known(asks.target)
    except (MissingEvidence, IndexError):
        return "private endpoint"
    return f"private endpoint to {groups} of {target.name}" if target is not None else "private endpoint"


def zones(graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what private DNS zones cost: the first 25 of a subscription more than those that follow."""
    before: Counter[str] = Counter()
    for zone in graph.seen(PrivateDnsZone):
        users = serving.of(zone.id) or serving.of(*_linked(zone, graph))
        fixed = (Charge(meters.ZONE, before=Decimal(before[zone.id.subscription])),)
        before[zone.id.subscription] += 1
        yield Item(zone.id, Control.ZONES, "private DNS zone", "", users, fixed, (Charge(meters.QUERIES),))


def _linked(zone: PrivateDnsZone, graph: Graph) -> list[ArmId]:
    links = graph.children(ZoneLink, zone.id).map(lambda link: known(link.virtual_network))
    return list(links.found)


def inbound(found: InboundEndpoint, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what an inbound endpoint of a resolver costs."""
    users = serving.of(*_resolver_network(found.id, graph))
    fixed = (Charge(meters.RESOLVER_IN),)
    yield Item(found.id, Control.RESOLVER, "inbound endpoint of a resolver", region_of(found), users, fixed)


def ruleset(found: ForwardingRuleset, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a forwarding ruleset costs, and the outbound endpoints that it names."""
    region = region_of(found)
    outbound = sorted({known(each.id) for each in known(found.outbound_endpoints)})
    users = serving.of(*(vnet for each in outbound for vnet in _resolver_network(each, graph)))
    yield Item(found.id, Control.RESOLVER, "forwarding ruleset", region, users, (Charge(meters.RULESET),))
    for each in outbound:
        fixed = (Charge(meters.RESOLVER_OUT),)
        yield Item(each, Control.RESOLVER, "outbound endpoint of a resolver", region, users, fixed)


def _resolver_network(below: ArmId, graph: Graph) -> list[ArmId]:
    if below.parent is None:
        return []
    try:
        return [known(graph.get(DnsResolver, below.parent).virtual_network)]
    except MissingEvidence:
        return []


def region_of(resource: Resource) -> str:
    """Return the region of a resource as the API spells it, "" where it is not told."""
    try:
        return normal_region(known(resource.location))
    except MissingEvidence:
        return ""
