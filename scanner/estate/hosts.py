"""Which virtual networks people and pipelines come in from: where Bastion hosts, gateways, machines and agents are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TypeVar, cast

from scanner.evidence import Maybe, MissingEvidence, Seen, each_of, first, known
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.entrances import BastionHost, GatewayType, VirtualNetworkGateway
from scanner.model.interfaces import IpConfiguration, NetworkInterface
from scanner.model.network import VirtualNetwork
from scanner.model.resource import Resource

H = TypeVar("H", bound=Resource)


def host_vnets(graph: Graph) -> frozenset[ArmId]:
    """Return the VNets that were seen to hold a Bastion host, gateway, machine, scale set or agent pool."""
    return graph.once(_seen_hosts)


def has_hosts(vnet: ArmId, graph: Graph) -> bool:
    """Tell whether a VNet holds a host of any kind. Raises MissingEvidence if none was seen and one may be there."""
    if vnet in host_vnets(graph):
        return True
    # That the network itself was not read says more than which of its hosts were not listed.
    graph.find(VirtualNetwork, vnet)
    return each_of(_PLACES, lambda kind: hosts_in(kind, vnet, graph)).exists()


def hosts_in(kind: type[H], vnet: ArmId, graph: Graph) -> Seen[H]:
    """Return the hosts of a kind that are in a VNet."""
    return cast("Seen[H]", graph.once(_hosts_in)((kind, vnet)))


def _hosts_in(graph: Graph) -> Remembered[tuple[type[Resource], ArmId], Seen[Resource]]:
    def find(asked: tuple[type[Resource], ArmId]) -> Seen[Resource]:
        kind, vnet = asked
        hosts = dict.fromkeys(host for host, _ in graph.once(_placed)(kind.TYPE).get(vnet, ()))
        return Seen(tuple(hosts), graph.once(_unplaced)((kind.TYPE, _where_listed(kind, vnet))))

    return Remembered(find)


def every_host_in(vnet: ArmId, graph: Graph) -> Iterator[ArmId]:
    """Yield the ids of the hosts of every kind that were seen in a VNet."""
    for name in _KINDS:
        yield from (host.id for host, _ in graph.once(_placed)(name).get(vnet, ()))


def working_subnets(vnet: ArmId, graph: Graph) -> Seen[ArmId]:
    """Return the subnets of a VNet that machines and agents are in; without any, those of its gateways.

    Bastion hosts do not count: who comes through one works on a machine.
    """
    machines = _subnets_in(vnet, (VirtualMachine, ScaleSet, DevOpsPool), graph)
    if machines.found or machines.missing:
        return machines
    return _subnets_in(vnet, (VirtualNetworkGateway,), graph)


def _subnets_in(vnet: ArmId, kinds: tuple[type[Resource], ...], graph: Graph) -> Seen[ArmId]:
    places = [graph.once(_placed)(kind.TYPE) for kind in kinds]
    found = sorted({subnet for by_vnet in places for _, subnet in by_vnet.get(vnet, ())})
    return Seen(tuple(found), first(hosts_in(kind, vnet, graph).missing for kind in kinds))


_Places = dict[ArmId, list[tuple[Resource, ArmId]]]
"""The hosts of one kind with their subnets, by VNet."""


def _placed(graph: Graph) -> Remembered[str, _Places]:
    """Remember, by the name of a kind in _PLACES, where the hosts are that were seen."""

    def find(name: str) -> _Places:
        by_vnet: dict[ArmId, list[tuple[Resource, ArmId]]] = defaultdict(list)
        for host in graph.each(_KINDS[name]):
            for subnet in graph.once(_subnets)(host).found:
                if subnet.parent is not None:
                    by_vnet[subnet.parent].append((host, subnet))
        return by_vnet

    return Remembered(find)


_Listing = tuple[str, ArmId | None]
"""The name of a kind in _PLACES, and the subscription that is asked about; None is everywhere."""


def _where_listed(kind: type[Resource], vnet: ArmId) -> ArmId | None:
    """Return where the hosts of a VNet lie: what has an interface, in its subscription; an agent pool, anywhere.

    Source: learn.microsoft.com, "Create, change, or delete a network interface", from memory.
    """
    return None if kind is DevOpsPool else vnet.in_subscription


def _unplaced(graph: Graph) -> Callable[[_Listing], MissingEvidence | None]:
    """Remember why there may be hosts of a kind that were not placed: not listed, or in a network that is not known."""

    def find(listing: _Listing) -> MissingEvidence | None:
        name, within = listing
        return graph.all(_KINDS[name], within).flat(graph.once(_subnets)).missing

    return cache(find)


def _subnets(graph: Graph) -> Remembered[Resource, Seen[ArmId]]:
    return Remembered(lambda host: Seen.of(subnets_of(host, graph)))


def _seen_hosts(graph: Graph) -> frozenset[ArmId]:
    return frozenset(vnet for name in _KINDS for vnet in graph.once(_placed)(name))


def subnets_of(resource: Resource, graph: Graph) -> Iterator[ArmId]:
    """Yield the subnets that a host is in; for a Developer Bastion, which has none, `<vnet>/subnets/-`."""
    match resource:
        case BastionHost():
            yield from _of(resource.ip_configurations)
            vnet = known(resource.virtual_network)
            yield from [ArmId(f"{vnet}/subnets/-")] if vnet else []
        case VirtualNetworkGateway():
            if known(resource.gateway_type) != GatewayType.LOCAL:
                yield from _of(resource.ip_configurations)
        case VirtualMachine():
            for reference in known(resource.interfaces):
                yield from _of(graph.get(NetworkInterface, known(reference.id)).ip_configurations)
        case ScaleSet() if not _runs_kubernetes(resource):
            for interface in known(resource.interfaces):
                yield from _of(interface.ip_configurations)
        case DevOpsPool():
            subnet = known(resource.subnet)
            yield from [subnet] if subnet else []


def _of(configurations: Maybe[tuple[IpConfiguration, ...]]) -> Iterable[ArmId]:
    subnets = (known(each.subnet) for each in known(configurations))
    return [subnet for subnet in subnets if subnet]


def _runs_kubernetes(scale_set: ScaleSet) -> bool:
    """Tell whether AKS made the scale set for its nodes: nobody signs in there, and no pipeline runs there."""
    return any(key.startswith("aks-managed") for key, _ in known(scale_set.tags))


_PLACES: tuple[type[Resource], ...] = (BastionHost, VirtualNetworkGateway, VirtualMachine, ScaleSet, DevOpsPool)

_KINDS = {kind.TYPE: kind for kind in _PLACES}
