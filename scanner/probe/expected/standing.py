"""The subnets that a solution is used from: those of its computes, of people, and of pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.estate.delegated_agents import delegated_agents
from scanner.estate.hosts import working_subnets
from scanner.estate.private_link import vnet_of
from scanner.estate.solution import Solution
from scanner.evidence import Seen, known
from scanner.model.arm import ArmId
from scanner.model.compute import AgentPool, KubernetesCluster
from scanner.probe.expected.from_outside import Noted


def subnets_used(solution: Solution, note: Noted) -> Iterator[ArmId]:
    """Yield the subnets, some more than once; what is noted is why there may be more."""
    for find in (_of_computes, _of_people, _of_containers, _of_nodes):
        found = find(solution)
        note(found.missing)
        yield from found.found


def _of_computes(solution: Solution) -> Seen[ArmId]:
    return Seen((solution,)).flat(lambda each: each.compute_subnets())


def _of_people(solution: Solution) -> Seen[ArmId]:
    vnets = Seen((solution,)).flat(lambda each: each.access_vnets)
    return vnets.flat(lambda vnet: working_subnets(vnet, solution.graph))


def _of_containers(solution: Solution) -> Seen[ArmId]:
    """Return those of agents and runners that a service runs in a subnet of ours."""
    return delegated_agents(solution.graph).map(lambda agent: agent.subnet).where(lambda each: _reaches(solution, each))


def _of_nodes(solution: Solution) -> Seen[ArmId]:
    """Return those of AKS nodes, which attached computes run on, and runner scale sets may."""
    graph = solution.graph
    pools = graph.all(KubernetesCluster).flat(lambda cluster: graph.children(AgentPool, cluster.id))
    return pools.map(lambda pool: known(pool.subnet, pool.name)).where(lambda each: _reaches(solution, each))


def _reaches(solution: Solution, subnet: ArmId) -> bool:
    return solution.reaches(vnet_of(subnet))
