"""The network of a scan as routing sees it: a `domain.journey.View` over the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import TypeVar

from scanner.domain.gateways import vnets_of
from scanner.domain.journey import Appliance, Route
from scanner.domain.routing import Follow, route
from scanner.domain.virtual_wan import hub_of
from scanner.estate.connected_groups import connected_with
from scanner.evidence import Maybe, MissingEvidence, Seen, each_of, gathered, known, matching, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.entrances import GatewayType, HubConnection, VirtualHub, VirtualNetworkGateway
from scanner.model.fields import Address
from scanner.model.firewall import AzureFirewall
from scanner.model.interfaces import IpConfiguration, NetworkInterface
from scanner.model.network import Peering, Subnet, VirtualNetwork
from scanner.model.private_link import PrivateEndpoint
from scanner.model.resource import Resource
from scanner.model.routing import GatewayConnection, LoadBalancer, RouteTable

R = TypeVar("R", bound=Resource)
K = TypeVar("K")
V = TypeVar("V")

# How the side of a connection to a Virtual WAN hub is called where it shows on the virtual network (facts §7, from
# memory); its remote is a network of Microsoft's that nobody else reads.
_TO_HUB = "remotevnettohubpeering_"


class Routes:
    """Answers what routing asks of a scan. Absence is only told where the listing behind it was complete."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def vnet(self, vnet: ArmId) -> VirtualNetwork:
        """Return a virtual network."""
        return self.graph.get(VirtualNetwork, vnet)

    def subnet(self, subnet: ArmId) -> Subnet:
        """Return a subnet."""
        return self.graph.get(Subnet, subnet)

    def route_table(self, subnet: Subnet) -> RouteTable | None:
        """Return the route table of a subnet, None if it has none."""
        table = known(subnet.route_table, subnet.name)
        return None if table is None else self.graph.get(RouteTable, table)

    def peering(self, here: ArmId, there: ArmId) -> Peering | None:
        """Return `here`'s side of a peering with `there`, None if it declares none."""
        found, missing = self.graph.once(_peerings)(here)
        if there not in found:
            raise_any(missing)
        return found.get(there)

    def connected(self, vnet: ArmId) -> Seen[ArmId]:
        """Return the virtual networks that Virtual Network Manager joins a network with, without a peering."""
        return connected_with(vnet, self.graph)

    def endpoint_subnet(self, address: Address, vnet: ArmId) -> Subnet | None:
        """Return the subnet of the private endpoint that has an address in a virtual network, None if none has."""
        for subnet in self.graph.once(_endpoint_subnets).get((vnet, address), ()):
            return self.subnet(subnet)
        raise_any(self.graph.all(PrivateEndpoint, about=vnet).missing, self.graph.once(_unplaced_endpoints))
        return None

    def appliance(self, address: Address, network: ArmId) -> Appliance | None:
        """Return what has an address in a virtual network or Virtual WAN hub, None if nothing has."""
        for found in self.graph.once(_appliances).get((network, address), ()):
            return found
        raise_any(self.graph.once(_unread_appliances)(network.in_subscription))
        return None

    def gateway(self, gateway: ArmId) -> VirtualNetworkGateway:
        """Return a gateway."""
        return self.graph.get(VirtualNetworkGateway, gateway)

    def gateways(self, vnet: ArmId) -> tuple[VirtualNetworkGateway, ...]:
        """Return the VPN and ExpressRoute gateways in a virtual network.

        They sit in a subnet of a fixed name, so that a network without it has none.
        """
        subnets = known(self.vnet(vnet).subnets, vnet.name)
        if not any(each.name.lower() == "gatewaysubnet" for each in subnets):
            return ()
        every = self.graph.all(VirtualNetworkGateway, vnet.in_subscription)
        found = every.where(lambda each: vnet in set(vnets_of(each)) and _carries(each))
        return found.found or found.whole()

    def connections(self, gateway: ArmId) -> tuple[GatewayConnection, ...]:
        """Return the connections that a gateway takes part in, on either end."""
        every = self.graph.all(GatewayConnection, about=gateway)
        return every.where(lambda each: gateway in {known(end, each.name) for end in each.ends}).whole()

    def hub_connections(self, vnet: ArmId) -> tuple[HubConnection, ...]:
        """Return a virtual network's connections to Virtual WAN hubs."""
        found = self.graph.once(_hubs_by_vnet).get(vnet, ())
        if not found:
            raise_any(self.graph.all(HubConnection, about=vnet).missing, self.graph.once(_unread_connections))
            self._require_no_unread_hub(vnet)
        return tuple(found)

    def _require_no_unread_hub(self, vnet: ArmId) -> None:
        for peering in known(self.vnet(vnet).peerings, vnet.name):
            if is_to_hub(peering):
                why = f"{vnet.name} is connected to a virtual WAN hub that was not read ({peering.name})"
                raise MissingEvidence(why, (str(peering.id),))

    def hub(self, hub: ArmId) -> VirtualHub:
        """Return a Virtual WAN hub."""
        return self.graph.get(VirtualHub, hub)

    def spokes(self, hub: VirtualHub) -> Seen[HubConnection]:
        """Return the connections of a hub and of the other hubs of its virtual WAN."""
        wan = known(hub.virtual_wan, hub.name)
        own = self.graph.children(HubConnection, hub.id)
        if wan is None:
            return own
        others = self.graph.all(VirtualHub).where(
            lambda each: each != hub and known(each.virtual_wan, each.name) == wan
        )
        return own | others.flat(lambda each: self.graph.children(HubConnection, each.id))


def _peerings(graph: Graph) -> Remembered[ArmId, tuple[dict[ArmId, Peering], MissingEvidence | None]]:
    """Remember the peerings that a virtual network declares by where they lead, up to one that does not say."""

    def find(vnet: ArmId) -> tuple[dict[ArmId, Peering], MissingEvidence | None]:
        sides = known(graph.get(VirtualNetwork, vnet).peerings, vnet.name)
        placed, missing = gathered((known(each.remote, each.name), each) for each in sides)
        return dict(reversed(placed)), missing

    return Remembered(find)


def is_to_hub(peering: Peering) -> bool:
    """Tell whether a peering is how a connection to a Virtual WAN hub shows on the virtual network's side."""
    return peering.name.lower().startswith(_TO_HUB)


def is_hub_network(there: ArmId, here: ArmId, graph: Graph) -> bool:
    """Tell whether what a virtual network is peered with stands for a Virtual WAN hub."""
    side = routes(graph).peering(here, there)
    return side is not None and is_to_hub(side)


def journey(graph: Graph) -> Follow:
    """Return how packets are routed in a graph, for `both_ways`: each journey is followed once."""
    remembered = graph.once(_journeys)
    return lambda _, subnet, address: remembered((subnet, address))


def journey_of(subnet: ArmId, address: Address, graph: Graph) -> Route:
    """Return the journey of a packet from a subnet to an address, followed once."""
    return graph.once(_journeys)((subnet, address))


def _journeys(graph: Graph) -> Remembered[tuple[ArmId, Address], Route]:
    return Remembered(lambda way: route(routes(graph), *way))


def routes(graph: Graph) -> Routes:
    """Return the one view of a graph."""
    return graph.once(Routes)


def _carries(gateway: VirtualNetworkGateway) -> bool:
    return known(gateway.gateway_type, gateway.name) is not GatewayType.LOCAL


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


# Indexes of what was seen, and beside each a test that it is all there is


def _hubs_by_vnet(graph: Graph) -> dict[ArmId, list[HubConnection]]:
    read, _ = matching(graph.seen(HubConnection), lambda each: bool(known(each.remote).key and hub_of(each).key))
    return _grouped((known(each.remote), each) for each in read)


def _unread_connections(graph: Graph) -> MissingEvidence | None:
    return Seen(graph.seen(HubConnection)).map(lambda each: known(each.remote, each.name)).missing


_Spot = tuple[ArmId, Address]
"""An address in a virtual network or Virtual WAN hub; networks that are not joined may use the same ones."""


def _endpoint_subnets(graph: Graph) -> dict[_Spot, list[ArmId]]:
    placed, _ = matching(graph.seen(PrivateEndpoint), lambda each: bool(list(endpoint_addresses(each, graph))))
    spots = ((known(each.subnet), address) for each in placed for address in endpoint_addresses(each, graph))
    return _grouped(((subnet.parent, address), subnet) for subnet, address in spots if subnet.parent is not None)


def _unplaced_endpoints(graph: Graph) -> MissingEvidence | None:
    """Return why an endpoint may be in any network, or have any address."""
    every = Seen(graph.seen(PrivateEndpoint))
    places = every.map(lambda each: known(each.subnet)).missing
    return places or every.flat(lambda each: Seen.of(endpoint_addresses(each, graph))).missing


def endpoint_addresses(endpoint: PrivateEndpoint, graph: Graph) -> Iterator[Address]:
    """Yield the addresses of an endpoint, which its network interface has."""
    found = (known(each.private_address) for each in _configurations(endpoint, graph))
    yield from (each for each in found if each is not None)


def endpoint_groups(endpoint: PrivateEndpoint, graph: Graph) -> frozenset[ArmId] | None:
    """Return the application security groups of an endpoint, None where those were not read.

    The endpoint names them itself (learn.microsoft.com/azure/private-link/configure-asg-private-endpoint, 2024), and
    its interface may (PrivateEndpointProperties and NetworkInterfaceIPConfiguration in azure-mgmt-network 33.1).
    """
    return graph.once(_groups_of_endpoints)(endpoint)


def _groups_of_endpoints(graph: Graph) -> Remembered[PrivateEndpoint, frozenset[ArmId] | None]:
    return Remembered(lambda endpoint: _find_groups(endpoint, graph))


def _find_groups(endpoint: PrivateEndpoint, graph: Graph) -> frozenset[ArmId] | None:
    try:
        joined = list(known(endpoint.application_security_groups, endpoint.name))
        for each in _configurations(endpoint, graph):
            joined += known(each.application_security_groups, endpoint.name)
        return frozenset(known(each.id) for each in joined)
    except MissingEvidence:
        return None


def _configurations(endpoint: PrivateEndpoint, graph: Graph) -> Iterator[IpConfiguration]:
    for reference in known(endpoint.interfaces, endpoint.name):
        interface = graph.get(NetworkInterface, known(reference.id))
        yield from known(interface.ip_configurations, interface.name)


def _appliances(graph: Graph) -> dict[_Spot, list[Appliance]]:
    seen = chain.from_iterable(graph.seen(kind) for kind in _FORWARDERS)
    pairs = (pair for resource in seen for pair in gathered(_addressed(resource, graph))[0])
    return _grouped(((network, address), found) for address, found in pairs for network in _networks_of(found))


def _networks_of(appliance: Appliance) -> list[ArmId]:
    places = (appliance.hub, appliance.subnet.parent if appliance.subnet else None)
    return [each for each in places if each is not None]


def _unread_appliances(graph: Graph) -> Callable[[ArmId], MissingEvidence | None]:
    """Remember why there may be an address of an appliance in a subscription's networks that was not seen."""

    def find(subscription: ArmId) -> MissingEvidence | None:
        every = each_of(_FORWARDERS, lambda kind: graph.all(kind, subscription))
        return every.flat(lambda resource: Seen.of(_addressed(resource, graph))).missing

    return cache(find)


def _addressed(resource: Resource, graph: Graph) -> Iterator[tuple[Address, Appliance]]:
    """Yield the private addresses of what packets can be routed to."""
    match resource:
        case AzureFirewall():
            for address, subnet in _places(resource.ip_configurations, resource):
                yield address, Appliance(resource.id, subnet, forwards=True)
            hub_address = known(resource.hub_address, resource.name)
            if hub_address is not None:
                yield hub_address, Appliance(resource.id, None, forwards=True, hub=known(resource.hub))
        case NetworkInterface():
            for address, subnet in _places(resource.ip_configurations, resource):
                yield address, Appliance(resource.id, subnet, known(resource.forwards, resource.name))
        case LoadBalancer():
            for frontend in known(resource.frontends, resource.name):
                inside, place = known(frontend.address), known(frontend.subnet)
                if inside is not None and place is not None:
                    yield inside, Appliance(resource.id, place, _backends_forward(resource, graph))


def _places(configurations: Maybe[tuple[IpConfiguration, ...]], of: Resource) -> Iterator[tuple[Address, ArmId]]:
    for each in known(configurations, of.name):
        address, subnet = known(each.private_address, of.name), known(each.subnet, of.name)
        if address is not None and subnet is not None:
            yield address, subnet


def _backends_forward(balancer: LoadBalancer, graph: Graph) -> bool | None:
    """Tell whether the interfaces behind a load balancer forward; None where none is seen, as in a scale set."""
    every = graph.all(NetworkInterface, balancer.id.in_subscription)
    behind = every.where(lambda each: _is_behind(each, balancer))
    if behind.missing is not None or not behind.found:
        return None
    return all(known(each.forwards, each.name) for each in behind.found)


def _is_behind(interface: NetworkInterface, balancer: LoadBalancer) -> bool:
    configurations = known(interface.ip_configurations, interface.name)
    pools = (known(pool.id) for each in configurations for pool in known(each.backend_pools, interface.name))
    return any(pool.parent == balancer.id for pool in pools)


_FORWARDERS: tuple[type[Resource], ...] = (AzureFirewall, NetworkInterface, LoadBalancer)
