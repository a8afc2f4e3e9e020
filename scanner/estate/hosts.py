"""Which virtual networks people and pipelines come in from: where Bastion hosts, gateways, machines and agents are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeVar, cast

from scanner.evidence import Maybe, MissingEvidence, flat, gathered, known, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.entrances import BastionHost, GatewayType, VirtualNetworkGateway
from scanner.model.interfaces import IpConfiguration, NetworkInterface
from scanner.model.resource import Resource

H = TypeVar("H", bound=Resource)


def host_vnets(graph: Graph) -> frozenset[ArmId]:
    """Return the VNets that were seen to hold a Bastion host, gateway, machine, scale set or agent pool."""
    return graph.once(_seen_hosts)


def require_all_hosts(graph: Graph) -> bool:
    """Return True, or raise MissingEvidence if a host could not be listed, so that a VNet without one is not known."""
    return graph.once(_all_listed)


def hosts_in(kind: type[H], vnet: ArmId, graph: Graph) -> Iterator[H]:
    """Yield the hosts of a kind that are in a VNet, then raise MissingEvidence if there may be more."""
    by_vnet, missing = graph.once(_residents)(kind.TYPE)
    yield from cast("list[H]", list(dict.fromkeys(host for host, _ in by_vnet.get(vnet, ()))))
    raise_any(missing)


def working_subnets(vnet: ArmId, graph: Graph) -> tuple[ArmId, ...]:
    """Return the subnets of a VNet that machines and agents are in; without any, those of its gateways.

    Bastion hosts do not count: who comes through one works on a machine. Raises MissingEvidence if there may be more.
    """
    machines = _subnets_in(vnet, (VirtualMachine, ScaleSet, DevOpsPool), graph)
    return machines or _subnets_in(vnet, (VirtualNetworkGateway,), graph)


def _subnets_in(vnet: ArmId, kinds: tuple[type[Resource], ...], graph: Graph) -> tuple[ArmId, ...]:
    places = [graph.once(_residents)(kind.TYPE)[0] for kind in kinds]
    require_all_hosts(graph)
    return tuple(sorted({subnet for by_vnet in places for _, subnet in by_vnet.get(vnet, ())}))


_Places = tuple[dict[ArmId, list[tuple[Resource, ArmId]]], MissingEvidence | None]
"""The hosts of one kind with their subnets, by VNet; and why one could not be placed or listed."""


def _residents(graph: Graph) -> Remembered[str, _Places]:
    """Remember, by the name of a kind in _PLACES, where its hosts are."""
    kinds = {kind.TYPE: kind for kind in _PLACES}

    def find(name: str) -> _Places:
        kind = kinds[name]
        pairs, missing = gathered(
            flat(graph.all(kind), lambda host: [(host, subnet) for subnet in subnets_of(host, graph)])
        )
        by_vnet: dict[ArmId, list[tuple[Resource, ArmId]]] = defaultdict(list)
        for host, subnet in pairs:
            if subnet.parent is not None:
                by_vnet[subnet.parent].append((host, subnet))
        return by_vnet, missing

    return Remembered(find)


def _seen_hosts(graph: Graph) -> frozenset[ArmId]:
    found: set[ArmId] = set()
    for resource in chain.from_iterable(graph.seen(kind) for kind in _PLACES):
        try:
            found.update(subnet.parent for subnet in subnets_of(resource, graph) if subnet.parent)
        except MissingEvidence:
            continue
    return frozenset(found)


def _all_listed(graph: Graph) -> bool:
    every = chain.from_iterable(graph.all(kind) for kind in _PLACES)
    return all(subnet.key for resource in every for subnet in subnets_of(resource, graph))


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
