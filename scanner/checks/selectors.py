"""Selectors: nouns for what rules judge, one subject at a time.

A part that several solutions share is judged once. Where a listing is missing, a selector yields the subjects that it
saw and an `Undecided`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from scanner.domain.dns_names import is_privatelink
from scanner.engine import Selector, Subject, Undecided
from scanner.estate.links import STUDIO_GROUPS, WORKSPACE_GROUP
from scanner.estate.private_link import Link
from scanner.estate.solution import Isolation, Solution, aks_cluster_of, solutions
from scanner.estate.users import users_of
from scanner.estate.zones import zones_of
from scanner.evidence import MissingEvidence, Seen, each_of, exists, known
from scanner.graph import Graph
from scanner.graph.settings import Profile
from scanner.model.compute import KubernetesCluster
from scanner.model.machine_learning import (
    BatchEndpoint,
    Compute,
    OnlineDeployment,
    OnlineEndpoint,
)
from scanner.model.monitoring import LogWorkspace
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.private_dns import PrivateDnsZone, ZoneLink
from scanner.model.private_link import PrivateEndpoint
from scanner.model.resource import Resource
from scanner.model.services import ApplicationInsights, KeyVault, Registry, StorageAccount

S = TypeVar("S", bound=Subject)
R = TypeVar("R", bound=Resource)


def workspaces(graph: Graph) -> Iterator[Solution | Undecided[Solution]]:
    """Yield each judged workspace, as its solution."""
    judged = solutions(graph)
    yield from judged.found
    if judged.missing is not None:
        yield Undecided(None, judged.missing)


def where(select: Selector[S], applies: Callable[[S, Graph], bool]) -> Selector[S]:
    """Keep the subjects that a condition holds for; where it cannot be told, the subject is undecided."""

    def chosen(graph: Graph) -> Iterator[S | Undecided[S]]:
        for each in select(graph):
            if isinstance(each, Undecided):
                yield each
                continue
            try:
                applicable = applies(each, graph)
            except MissingEvidence as missing:
                yield Undecided(each, missing)
                continue
            if applicable:
                yield each

    return chosen


def parts(of: Callable[[Solution], Seen[S]], solutions_: Selector[Solution] = workspaces) -> Selector[S]:
    """Yield the parts of every judged solution, each once. They are found once: several rules judge the same."""

    def find(graph: Graph) -> Iterator[S | Undecided[S]]:
        seen: set[S] = set()
        for solution in solutions_(graph):
            if isinstance(solution, Undecided):
                yield Undecided(None, solution.missing)
                continue
            found = Seen((solution,)).flat(of)
            yield from (part for part in dict.fromkeys(found.found) if part not in seen)
            seen.update(found.found)
            if found.missing is not None:
                yield Undecided(None, found.missing)

    def found(graph: Graph) -> tuple[S | Undecided[S], ...]:
        return tuple(find(graph))

    return lambda graph: graph.once(found)


def _one(part: Callable[[Solution], S | None]) -> Callable[[Solution], Seen[S]]:
    """Make what a solution has one of, or none, a collection."""
    return lambda solution: Seen((solution,)).map(part)


def _compute_subnets(solution: Solution) -> Seen[Subnet]:
    return solution.compute_subnets().map(lambda subnet: solution.graph.get(Subnet, subnet))


def _access_vnets(solution: Solution) -> Seen[VirtualNetwork]:
    return solution.access_vnets.map(lambda vnet: solution.graph.get(VirtualNetwork, vnet))


def _aml_vnets(solution: Solution) -> Seen[VirtualNetwork]:
    return solution.aml_vnets.map(lambda vnet: solution.graph.get(VirtualNetwork, vnet))


def _clusters(solution: Solution) -> Seen[KubernetesCluster]:
    """Return the AKS clusters among the attached computes; other attachments (Arc, for one) are not AKS."""
    return solution.computes().map(lambda compute: aks_cluster_of(compute, solution.graph))


def _online_endpoints(solution: Solution) -> Seen[OnlineEndpoint]:
    return solution.graph.children(OnlineEndpoint, solution.id)


def _online_deployments(solution: Solution) -> Seen[OnlineDeployment]:
    return _online_endpoints(solution).flat(lambda endpoint: solution.graph.children(OnlineDeployment, endpoint.id))


def _batch_endpoints(solution: Solution) -> Seen[BatchEndpoint]:
    return solution.graph.children(BatchEndpoint, solution.id)


def _zones(solution: Solution) -> Seen[PrivateDnsZone]:
    """Return the zones that exist: a zone group may name one that was deleted."""
    return zones_of(solution).map(lambda zone: solution.graph.find(PrivateDnsZone, zone))


def _zone_links(solution: Solution) -> Seen[ZoneLink]:
    zones = _zones(solution).where(lambda zone: is_privatelink(zone.name))
    return zones.flat(lambda zone: solution.graph.children(ZoneLink, zone.id))


def _one_of_each_name(select: Selector[R]) -> Selector[R]:
    """Yield one subject of each name: the first by id stands for the others."""

    def chosen(graph: Graph) -> Iterator[R | Undecided[R]]:
        found = list(select(graph))
        yield from (each for each in found if isinstance(each, Undecided))
        ordered = sorted((each for each in found if not isinstance(each, Undecided)), key=lambda each: each.id)
        yield from {each.name.lower(): each for each in reversed(ordered)}.values()

    return chosen


def _is_customer_vnet(solution: Solution, _: Graph) -> bool:
    return solution.isolation == Isolation.CUSTOMER_VNET


def _has_aml_vnet(solution: Solution, _: Graph) -> bool:
    return solution.aml_vnets.exists()


def _is_managed(solution: Solution, _: Graph) -> bool:
    return solution.has_managed_network


def _is_managed_deployment(deployment: OnlineDeployment, _: Graph) -> bool:
    return known(deployment.compute_type).lower() == "managed"


def _is_managed_endpoint(endpoint: OnlineEndpoint, _: Graph) -> bool:
    return not known(endpoint.compute)


def _is_node_compute(compute: Compute, _: Graph) -> bool:
    return compute.has_nodes


def has_batch_endpoints(solution: Solution) -> bool:
    """Tell whether a workspace runs batch endpoints, which keep their state in queues and tables."""
    return _batch_endpoints(solution).exists()


def _serves_batch_endpoints(account: StorageAccount, graph: Graph) -> bool:
    return exists(users_of(account, graph), has_batch_endpoints)


def _has_studio_endpoints(solution: Solution, _: Graph) -> bool:
    """Tell whether both the workspace and its storage account have an endpoint that the studio can use."""
    account = solution.storage_account
    return (
        account is not None
        and solution.approved(solution.network_workspace, WORKSPACE_GROUP).exists()
        and each_of(STUDIO_GROUPS, lambda group: solution.approved(account, group)).exists()
    )


def beyond_the_article(select: Selector[S]) -> Selector[S]:
    """Select nothing with the article's profile: for what only today's guidance asks for."""

    def chosen(graph: Graph) -> Iterable[S | Undecided[S]]:
        return select(graph) if graph.settings.profile is Profile.CURRENT else ()

    return chosen


customer_vnet_workspaces = where(workspaces, _is_customer_vnet)
aml_vnet_workspaces = where(workspaces, _has_aml_vnet)
managed_network_workspaces = where(workspaces, _is_managed)
studio_workspaces = where(workspaces, _has_studio_endpoints)

storage_accounts: Selector[StorageAccount] = parts(_one(lambda solution: solution.storage_account))
key_vaults: Selector[KeyVault] = parts(_one(lambda solution: solution.key_vault))
registries: Selector[Registry] = parts(_one(lambda solution: solution.registry))
insights_components: Selector[ApplicationInsights] = parts(_one(lambda solution: solution.application_insights))
log_workspaces: Selector[LogWorkspace] = parts(_one(lambda solution: solution.log_workspace))

private_endpoints: Selector[PrivateEndpoint] = parts(Solution.endpoints)
endpoint_links: Selector[Link] = parts(Solution.every_link)
private_dns_zones: Selector[PrivateDnsZone] = parts(_zones)
zone_names = _one_of_each_name(private_dns_zones)
zone_links: Selector[ZoneLink] = parts(_zone_links)
batch_storage_accounts = where(storage_accounts, _serves_batch_endpoints)
compute_subnets: Selector[Subnet] = parts(_compute_subnets)
aml_vnets: Selector[VirtualNetwork] = parts(_aml_vnets)
access_vnets: Selector[VirtualNetwork] = parts(_access_vnets)

computes: Selector[Compute] = parts(Solution.computes)
node_computes = where(computes, _is_node_compute)
kubernetes_clusters: Selector[KubernetesCluster] = parts(_clusters)

online_endpoints: Selector[OnlineEndpoint] = parts(_online_endpoints)
managed_online_endpoints = where(online_endpoints, _is_managed_endpoint)
online_deployments: Selector[OnlineDeployment] = parts(_online_deployments)
managed_online_deployments = where(online_deployments, _is_managed_deployment)
batch_endpoints: Selector[BatchEndpoint] = parts(_batch_endpoints)
