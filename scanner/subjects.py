"""Selectors: nouns for what rules judge, one subject at a time.

A part that several solutions share is judged once. Where a listing is missing, a selector yields the subjects that it
saw and an `Undecided`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from scanner.engine import Selector, Subject, Undecided
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.compute import KubernetesCluster
from scanner.model.machine_learning import (
    BatchEndpoint,
    Compute,
    ComputeType,
    OnlineDeployment,
    OnlineEndpoint,
    Workspace,
)
from scanner.model.network import PrivateEndpoint, Subnet
from scanner.model.resource import Resource
from scanner.model.services import ApplicationInsights, KeyVault, Registry, StorageAccount
from scanner.solution import Isolation, Solution, solutions

S = TypeVar("S", bound=Subject)
R = TypeVar("R", bound=Resource)

NODE_TYPES = frozenset({ComputeType.AML_COMPUTE, ComputeType.COMPUTE_INSTANCE})
"""The computes whose nodes Azure Machine Learning runs itself."""


def workspaces(graph: Graph) -> Iterator[Solution | Undecided[Solution]]:
    """Yield each judged workspace, as its solution."""
    yield from solutions(graph)
    try:
        for _ in graph.all(Workspace):
            pass
    except MissingEvidence as missing:
        yield Undecided(None, missing)


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


def parts(of: Callable[[Solution], Iterable[R | None]], solutions_: Selector[Solution] = workspaces) -> Selector[R]:
    """Yield the parts of every judged solution, each once."""

    def chosen(graph: Graph) -> Iterator[R | Undecided[R]]:
        seen = set()
        for solution in solutions_(graph):
            if isinstance(solution, Undecided):
                yield Undecided(None, solution.missing)
                continue
            for part in _parts_of(solution, of):
                if isinstance(part, Undecided) or part not in seen:
                    yield part
                    seen.add(part)

    return chosen


def _parts_of(solution: Solution, of: Callable[[Solution], Iterable[R | None]]) -> Iterator[R | Undecided[R]]:
    try:
        yield from (part for part in of(solution) if part is not None)
    except MissingEvidence as missing:
        yield Undecided(None, missing)


def _endpoints(solution: Solution) -> Iterator[PrivateEndpoint]:
    """Yield the customer's endpoints of the workspace and what it stands on; raise for one that was not readable."""
    for target in solution.targets():
        for link in solution.links(target):
            if link.endpoint is None:
                raise MissingEvidence(link.why, (str(link.id),))
            yield link.endpoint


def _compute_subnets(solution: Solution) -> Iterator[Subnet]:
    if solution.has_managed_network:
        return
    subnets = [known(solution.network_workspace.serverless_subnet)]
    subnets += [known(compute.subnet) for compute in solution.computes()]
    yield from (solution.graph.get(Subnet, subnet) for subnet in subnets if subnet is not None)


def _clusters(solution: Solution) -> Iterator[KubernetesCluster]:
    """Yield the AKS clusters among the attached computes; other attachments (Arc, for one) are not AKS."""
    for compute in solution.computes():
        attached = known(compute.attached)
        if attached is not None and attached.type == KubernetesCluster.TYPE.lower():
            yield solution.graph.get(KubernetesCluster, attached)


def _online_deployments(solution: Solution) -> Iterator[OnlineDeployment]:
    for endpoint in solution.graph.children(OnlineEndpoint, solution.id):
        yield from solution.graph.children(OnlineDeployment, endpoint.id)


def _is_customer_vnet(solution: Solution, _: Graph) -> bool:
    return solution.isolation == Isolation.CUSTOMER_VNET


def _is_managed(solution: Solution, _: Graph) -> bool:
    return solution.has_managed_network


def _is_node_compute(compute: Compute, _: Graph) -> bool:
    return known(compute.compute_type) in NODE_TYPES


customer_vnet_workspaces = where(workspaces, _is_customer_vnet)
managed_network_workspaces = where(workspaces, _is_managed)

storage_accounts: Selector[StorageAccount] = parts(lambda solution: [solution.storage_account])
key_vaults: Selector[KeyVault] = parts(lambda solution: [solution.key_vault])
registries: Selector[Registry] = parts(lambda solution: [solution.registry])
insights_components: Selector[ApplicationInsights] = parts(lambda solution: [solution.application_insights])

private_endpoints: Selector[PrivateEndpoint] = parts(_endpoints)
compute_subnets: Selector[Subnet] = parts(_compute_subnets)

computes: Selector[Compute] = parts(Solution.computes)
node_computes = where(computes, _is_node_compute)
kubernetes_clusters: Selector[KubernetesCluster] = parts(_clusters)

online_endpoints: Selector[OnlineEndpoint] = parts(
    lambda solution: solution.graph.children(OnlineEndpoint, solution.id)
)
online_deployments: Selector[OnlineDeployment] = parts(_online_deployments)
batch_endpoints: Selector[BatchEndpoint] = parts(lambda solution: solution.graph.children(BatchEndpoint, solution.id))
