"""Who reaches what at present, privately or publicly: what no step of a plan may take away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TypeAlias

from scanner.domain.public_access import lets_everyone_in, subnets_of
from scanner.estate.hosts import working_subnets
from scanner.estate.paths import Service, paths, services_of, starts_in
from scanner.estate.private_link import Link, vnet_of
from scanner.estate.public_endpoints import firewall_counts
from scanner.estate.resolution import resolve_in
from scanner.estate.solution import Solution, solutions
from scanner.estate.zones import names_of
from scanner.evidence import MissingEvidence, Seen, gathered, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.exposure import Toggle
from scanner.model.machine_learning import Workspace
from scanner.model.network import Subnet
from scanner.model.services import PrivateLinkTarget

Way: TypeAlias = tuple[ArmId, str, str]
"""A subnet, a workspace by its name, and what of it is reached ("blob of stml")."""


def reached(graph: Graph) -> frozenset[Way]:
    """Return every way that is known to be open; what is not known is none."""
    return frozenset(way for solution in solutions(graph).found for way in _ways(solution, graph))


def _ways(solution: Solution, graph: Graph) -> Iterator[Way]:
    subnets = sorted(set(_consumers(solution, graph)))
    with suppress(MissingEvidence):
        for service in services_of(solution).found:
            links, _ = gathered(solution.approved(service.resource, service.group))
            for subnet in subnets:
                if _is_open(subnet, service, links, graph):
                    yield subnet, solution.name, service.label


def _consumers(solution: Solution, graph: Graph) -> Iterator[ArmId]:
    with suppress(MissingEvidence):
        yield from solution.compute_subnets().found
    with suppress(MissingEvidence):
        for vnet in solution.access_vnets.found:
            yield from working_subnets(vnet, graph).found


def _is_open(at: ArmId, service: Service, links: list[Link], graph: Graph) -> bool:
    try:
        subnet = graph.get(Subnet, at)
        starts = starts_in(subnet.id, graph)
        found = [path for start in starts for path in paths(start, service, Seen(tuple(links)), graph)] if links else []
        if found and all(path.leads_there for path in found):
            return True
        return not _names_are_private(subnet, links, graph) and _is_public(service.resource, subnet, graph)
    except MissingEvidence:
        return False


def _names_are_private(subnet: Subnet, links: list[Link], graph: Graph) -> bool:
    """Tell whether a name of a service leads to a private address from a subnet: then the public way is not taken."""
    endpoints = [link.endpoint for link in links if link.endpoint is not None]
    asked = {(name.fqdn, name.alias) for each in endpoints for name in names_of(each, graph) if name.fqdn[0] != "*"}
    return any(resolve_in(graph, vnet_of(subnet.id), *each).addresses for each in sorted(asked))


def _is_public(resource: Workspace | PrivateLinkTarget, subnet: Subnet, graph: Graph) -> bool:
    if isinstance(resource, Workspace):
        return known(resource.public_network_access) is Toggle.ENABLED and not known(resource.ip_allow_list)
    if not firewall_counts(resource, graph):
        return False
    firewall = known(resource.firewall)
    return firewall is None or lets_everyone_in(firewall) or subnet.id in set(subnets_of(firewall))
