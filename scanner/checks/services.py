"""Checks that several rules share: rules that differ only in a service or a sub-resource are built from these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from scanner.domain.addresses import is_public
from scanner.domain.outbound_rules import is_active, is_endpoint_for
from scanner.engine import Doubt, Note, Notes, Problem
from scanner.estate.hosted import is_called_as_a_rule
from scanner.estate.links import STUDIO_GROUPS, WORKSPACE_GROUP
from scanner.estate.private_link import Link
from scanner.estate.solution import Solution, aks_cluster_of, solution_of
from scanner.estate.users import users_of
from scanner.evidence import MissingEvidence, Seen, exists, flat, known, matching, raise_any, readable
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import AgentPool, KubernetesCluster
from scanner.model.machine_learning import Compute, OutboundRule, Workspace
from scanner.model.services import PrivateLinkTarget, StorageAccount

T = TypeVar("T")


def inherited(solution: Solution) -> Notes:
    """Yield a note where the network settings that were judged are not the workspace's own but its hub's."""
    hub = solution.network_workspace
    if hub.id != solution.id:
        yield Note(f"a project, judged by the network settings of its hub {hub.name}", (hub.id,))


def endpoint_for(
    *groups: str, used_by: Callable[[Solution], bool] = lambda _: True
) -> Callable[[PrivateLinkTarget, Graph], Notes]:
    """Make the check that a service has an approved endpoint for each sub-resource in a VNet its solutions can reach.

    `used_by` tells which of the service's solutions need it.
    """

    def check(service: PrivateLinkTarget, graph: Graph) -> Notes:
        yield from flat(groups, lambda group: _endpoints(service, group, graph, used_by))

    return check


def _endpoints(service: PrivateLinkTarget, group: str, graph: Graph, used_by: Callable[[Solution], bool]) -> Notes:
    users = users_of(service, graph)
    yield from flat(users, lambda user: endpoint_in_reach(user, service, group) if used_by(user) else iter(()))


def endpoint_in_reach(solution: Solution, service: PrivateLinkTarget, group: str) -> Notes:
    """Yield a problem if a service has no approved endpoint for a sub-resource in a VNet that a solution reaches."""
    approved = solution.approved(service, group)
    near = approved.where(lambda link: solution.reaches(link.vnet))
    if near.found:
        return
    if has_managed_rule(solution, service, group):
        yield Note(f"only the managed network has an endpoint for {group}: you have none in a network of your own")
        return
    raise_any(near.missing)
    yield _far(solution, group, approved.found) if approved.found else _without(solution, service, group)


def workspace_endpoint(solution: Solution) -> Notes:
    """Yield a problem if the workspace has no approved endpoint in a virtual network of the customer's."""
    workspace = solution.network_workspace
    if not solution.approved(workspace, WORKSPACE_GROUP).exists():
        yield _without(solution, workspace, WORKSPACE_GROUP)


def shared_vnet(solution: Solution, account: StorageAccount) -> Notes:
    """Yield a problem if no VNet holds an endpoint of the workspace and one for each of the account's studio groups.

    A sub-resource that has no endpoint at all does not count: other rules ask for it.
    """
    found = {WORKSPACE_GROUP: solution.approved(solution.network_workspace, WORKSPACE_GROUP)}
    found |= {group: solution.approved(account, group) for group in STUDIO_GROUPS}
    vnets = {group: {link.vnet for link in links.found} for group, links in found.items() if links.found}
    together = set.intersection(*vnets.values())
    raise_any(*(links.missing for group, links in found.items() if group not in vnets or not together))
    if not together:
        places = ", ".join(f"{group} in {_names(vnets[group])}" for group in vnets)
        involved = sorted(frozenset[ArmId]().union(*vnets.values()))
        yield Problem(f"no virtual network has an endpoint for each: {places}", tuple(involved))


def _names(ids: Iterable[ArmId]) -> str:
    return " and ".join(each.name for each in sorted(ids))


def _far(solution: Solution, group: str, links: Sequence[Link]) -> Problem:
    vnets = sorted({link.vnet for link in links})
    message = f"the {group} endpoint lies in {_names(vnets)}, which no AML VNet of {solution.name} is connected to"
    return Problem(message, (*(link.id for link in links), *vnets))


def _without(solution: Solution, target: Workspace | PrivateLinkTarget, group: str) -> Problem:
    """Say what there is instead of an approved endpoint, as far as it can be read."""
    links, _ = matching(solution.links(target), lambda link: bool(link.groups))
    unapproved = [f"{link.name} is {link.status}" for link in links if group in link.groups]
    others = sorted({each for link in links for each in link.groups} - {group})
    message = f"no private endpoint for {group}"
    if unapproved:
        message = f"no approved private endpoint for {group}: {', '.join(unapproved)}"
    elif others:
        message += f", only for {', '.join(others)}"
    if solution.has_managed_network and target.id != solution.network_workspace.id:
        message += "; the managed network has no active outbound rule for it"
    if hosted := solution.hosted_links(target).found:
        # One that no rule is called as may be the customer's, in a subscription that is not seen.
        graph = solution.graph
        raise_any(*(each.unread() for each in hosted if not is_called_as_a_rule(each.id, target.id, graph)))
        message += f"; what only the managed network can use does not count: {', '.join(each.name for each in hosted)}"
    return Problem(message, tuple(link.id for link in links) or (target.id,))


def has_managed_rule(solution: Solution, service: PrivateLinkTarget, group: str) -> bool:
    """Tell whether the managed network has an active private-endpoint rule for a sub-resource of a service."""
    return solution.has_managed_network and exists(
        outbound_rules(solution), lambda each: is_endpoint_for(each, service.id, group) and is_active(each)
    )


def outbound_rules(solution: Solution) -> Seen[OutboundRule]:
    """Return the outbound rules of the managed network."""
    return solution.graph.children(OutboundRule, solution.network_workspace.id)


def outside_vnet(compute: Compute, graph: Graph) -> Notes:
    """Yield a problem if a cluster or instance has no subnet and Microsoft hosts no network for it either."""
    if known(compute.subnet, compute.name) is None and not solution_of(compute.id, graph).has_managed_network:
        yield Problem(f"the {known(compute.compute_type)} is not in a virtual network", (compute.id,))


def public_node_address(compute: Compute, graph: Graph) -> Notes:
    """Yield a problem if a cluster or instance has a public address that was seen, or its settings ask for one."""
    yield from flat((_seen_address, _asks_for_address), lambda judge: judge(compute, graph))


def _seen_address(compute: Compute, _: Graph) -> Notes:
    """Look at the address that an instance reports: it is the fact that the setting only announces."""
    address = known(compute.public_address, compute.name)
    if address is not None and is_public(address):
        yield Problem(f"has the public address {address}", (compute.id,))


def _asks_for_address(compute: Compute, graph: Graph) -> Notes:
    """Look at enableNodePublicIp: absent means true, but in a managed network, for which nothing is documented."""
    asks = known(compute.node_public_ip, compute.name)
    if asks is False:
        return
    if not solution_of(compute.id, graph).has_managed_network:
        says = "true" if asks else "not set, which means true"
        yield Problem(f"nodes get public addresses: enableNodePublicIp is {says}", (compute.id,))
    elif asks:
        yield Doubt("enableNodePublicIp is true; what that does in a managed network is undocumented", (compute.id,))


def node_exposure(compute: Compute, graph: Graph) -> Notes:
    """Yield a problem if the nodes of a compute of any kind are outside a VNet or have public addresses."""
    if compute.has_nodes:
        yield from flat((outside_vnet, public_node_address), lambda judge: judge(compute, graph))
        return
    cluster = aks_cluster_of(compute, graph)
    if cluster is None:
        yield Doubt(f"the network of a {known(compute.compute_type)} compute is not seen from here", (compute.id,))
    else:
        yield from public_pools(cluster, graph)


def about(what: str, notes: Notes) -> Notes:
    """Yield notes with what they are about in front."""
    for each in notes:
        yield replace(each, message=f"{what}: {each.message}")


def public_pools(cluster: KubernetesCluster, graph: Graph) -> Notes:
    """Yield a problem for each node pool of an AKS cluster whose nodes get public addresses."""
    for pool in readable(_pools(cluster, graph), _if_public):
        yield Problem(f"node pool {pool.name} gives each of its nodes a public address", (pool.id,))


def _if_public(pool: AgentPool) -> AgentPool | None:
    return pool if known(pool.node_public_ip, f"node pool {pool.name}") else None


def _pools(cluster: KubernetesCluster, graph: Graph) -> Iterator[AgentPool]:
    """Yield the node pools; a cluster cannot be without any, so none means that they were not read."""
    pools = graph.children(AgentPool, cluster.id)
    yield from pools.found
    raise_any(pools.missing)
    if not pools.found:
        raise MissingEvidence(f"no node pool of {cluster.name} was read", (str(cluster.id),))
