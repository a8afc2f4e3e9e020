"""What lies in which subnet: endpoints, computes, and what people and pipelines come in by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from scanner.estate.hosts import subnets_of
from scanner.estate.private_link import Link
from scanner.estate.solution import Solution, aks_cluster_of
from scanner.evidence import MissingEvidence, Some, gathered, known, readable
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import AgentPool, DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.entrances import BastionHost, VirtualNetworkGateway
from scanner.model.firewall import AzureFirewall
from scanner.model.machine_learning import Compute
from scanner.model.resource import Resource
from scanner.report.html.judged import Judged
from scanner.report.html.picture import Kind, Node

A = TypeVar("A")
T = TypeVar("T")
D = TypeVar("D")

_HOSTS: tuple[tuple[type[Resource], Kind], ...] = (
    (BastionHost, Kind.BASTION),
    (VirtualNetworkGateway, Kind.GATEWAY),
    (VirtualMachine, Kind.MACHINE),
    (ScaleSet, Kind.SCALE_SET),
    (DevOpsPool, Kind.AGENT_POOL),
)


def seen(items: Some[T]) -> list[T]:
    """Return what can be seen of items: a picture shows that, its missing rest is told of as gaps and doubts."""
    return gathered(items)[0]


def look(item: A, read: Callable[[A], T], otherwise: D) -> T | D:
    """Return what is read of an item, or something else where it cannot be seen."""
    try:
        return read(item)
    except MissingEvidence:
        return otherwise


def residents(solution: Solution, judged: Judged, vnets: Iterable[ArmId]) -> dict[ArmId, list[Node]]:
    """Return the nodes in each subnet: the solution's own, and everybody's hosts in some virtual networks."""
    found: dict[ArmId, list[Node]] = defaultdict(list)
    for subnet, node in (*_endpoints(solution, judged), *_computes(solution, judged)):
        found[subnet].append(node)
    hosts = solution.graph.once(_hosts_by_vnet)
    for subnet, resource, kind in (each for vnet in vnets for each in hosts.get(vnet, ())):
        found[subnet].append(Node(resource, kind, resource.name, "", judged.node(resource)))
    return found


def _endpoints(solution: Solution, judged: Judged) -> Iterator[tuple[ArmId, Node]]:
    for link in seen(solution.every_link()):
        subnet = look(link, lambda each: each.subnet, None)
        if subnet is not None:
            yield subnet, Node(link.id, Kind.ENDPOINT, link.name, groups_of(link), judged.node(link.id))


def groups_of(link: Link) -> str:
    """Return the sub-resources that an endpoint leads to, as one line; empty if unknown."""
    return look(link, lambda each: ", ".join(sorted(each.groups)), "")


def _computes(solution: Solution, judged: Judged) -> Iterator[tuple[ArmId, Node]]:
    for compute in seen(solution.computes()):
        node = Node(compute.id, Kind.COMPUTE, compute.name, compute_type(compute), judged.node(compute.id))
        yield from ((subnet, node) for subnet in seen(readable([compute], _subnet_of)))
        yield from ((subnet, node) for subnet in seen(_cluster_subnets(compute, solution.graph)))
    serverless = look(solution, lambda each: known(each.network_workspace.serverless_subnet), None)
    if serverless is not None:
        yield serverless, Node(ArmId(f"{solution.id}/serverless"), Kind.COMPUTE, "serverless compute")


def compute_type(compute: Compute) -> str:
    """Return what a compute is, as Azure calls it; empty if unknown."""
    return look(compute, lambda each: str(known(each.compute_type)), "")


def _subnet_of(compute: Compute) -> ArmId | None:
    return known(compute.subnet)


def _cluster_subnets(compute: Compute, graph: Graph) -> Iterator[ArmId]:
    cluster = aks_cluster_of(compute, graph)
    if cluster is not None:
        pools = graph.children(AgentPool, cluster.id)
        yield from sorted(set(readable(pools, lambda pool: known(pool.subnet))))


def _hosts_by_vnet(graph: Graph) -> dict[ArmId | None, list[tuple[ArmId, ArmId, Kind]]]:
    found: dict[ArmId | None, list[tuple[ArmId, ArmId, Kind]]] = defaultdict(list)
    for each in _hosts(graph):
        found[each[0].parent].append(each)
    return found


def _hosts(graph: Graph) -> list[tuple[ArmId, ArmId, Kind]]:
    """List the hosts and firewalls as far as they were seen: subnet, id, kind."""
    found = []
    for kind, word in _HOSTS:
        for host in graph.seen(kind):
            found += [(subnet, host.id, word) for subnet in dict.fromkeys(seen(subnets_of(host, graph)))]
    for firewall in graph.seen(AzureFirewall):
        found += [(subnet, firewall.id, Kind.FIREWALL) for subnet in seen(_firewall_subnets(firewall))]
    return found


def _firewall_subnets(firewall: AzureFirewall) -> Iterator[ArmId]:
    yield from readable(known(firewall.ip_configurations), lambda each: known(each.subnet))
