"""What is attached to what: who holds a public address, and which subnets a NAT gateway serves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from scanner.evidence import Maybe, MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.entrances import BastionHost, VirtualNetworkGateway
from scanner.model.firewall import AzureFirewall
from scanner.model.interfaces import IpConfiguration, NetworkInterface
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.resource import Resource
from scanner.model.routing import LoadBalancer, NatGateway, PublicIpAddress

T = TypeVar("T")

_HOLDERS: tuple[type[BastionHost | VirtualNetworkGateway | AzureFirewall | NetworkInterface], ...] = (
    BastionHost,
    VirtualNetworkGateway,
    AzureFirewall,
    NetworkInterface,
)


HOLDERS: tuple[type[Resource], ...] = (*_HOLDERS, NatGateway, LoadBalancer)
"""What may hold a public address, as far as it is read."""


def holders_of(address: PublicIpAddress, graph: Graph) -> tuple[ArmId, ...]:
    """Return what holds an address: what names it, else what it names itself. Raises MissingEvidence."""
    named = graph.once(_naming).get(address.id, ())
    if named:
        return tuple(named)
    told = (known(address.configuration), known(address.nat_gateway))
    return tuple(_whole(each) for each in told if each is not None)


def _whole(part: ArmId) -> ArmId:
    return part.parent or part


def _naming(graph: Graph) -> dict[ArmId, list[ArmId]]:
    found: dict[ArmId, list[ArmId]] = defaultdict(list)
    for kind in _HOLDERS:
        for each in graph.seen(kind):
            for named in _public(each.ip_configurations):
                found[named].append(each.id)
    for gateway in graph.seen(NatGateway):
        for reference in _told(gateway.addresses):
            if isinstance(reference.id, ArmId):
                found[reference.id].append(gateway.id)
    for balancer in graph.seen(LoadBalancer):
        for frontend in _told(balancer.frontends):
            if isinstance(frontend.public_address, ArmId):
                found[frontend.public_address].append(balancer.id)
    return found


def _public(configurations: Maybe[tuple[IpConfiguration, ...]]) -> Iterator[ArmId]:
    for each in _told(configurations):
        if isinstance(each.public_address, ArmId):
            yield each.public_address


def _told(values: Maybe[tuple[T, ...]]) -> tuple[T, ...]:
    return values if isinstance(values, tuple) else ()


def subnets_of_nat(gateway: NatGateway, graph: Graph) -> tuple[ArmId, ...]:
    """Return the subnets that were seen to name a NAT gateway."""
    return tuple(each.id for each in graph.once(subnets_by_nat).get(gateway.id, ()))


def subnets_by_nat(graph: Graph) -> dict[ArmId, list[Subnet]]:
    """Return the subnets that name NAT gateways, by those; ask it by `graph.once`."""
    found: dict[ArmId, list[Subnet]] = defaultdict(list)
    for vnet in graph.seen(VirtualNetwork):
        try:
            for subnet in known(vnet.subnets):
                gateway = known(subnet.nat_gateway)
                if gateway is not None:
                    found[gateway].append(subnet)
        except MissingEvidence:
            continue
    return found
