"""Checks of Azure Pipelines agents: where they are, how they are let in, and what their extensions show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from scanner.checks.access import own_vnets
from scanner.checks.selectors import parts, where
from scanner.domain.public_access import listed_ranges, wide
from scanner.engine import Doubt, Note, Notes, Problem, Selector
from scanner.estate.agents import Agent, agents, agents_in, agents_where, retired_hosts
from scanner.estate.delegated_agents import DelegatedAgent, delegated_agents
from scanner.estate.entrances import area_of, client_gateways, require_area_read
from scanner.estate.hosts import hosts_in
from scanner.estate.private_link import vnet_of
from scanner.estate.public_endpoints import public_ranges
from scanner.estate.solution import Solution
from scanner.evidence import Maybe, MissingEvidence, Seen, each_of, exists, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import (
    AgentPool,
    KubernetesCluster,
    MachineExtension,
    ScaleSet,
    SettingsSummary,
    VirtualMachine,
)
from scanner.model.exposure import Toggle
from scanner.model.fields import Network
from scanner.model.machine_learning import Workspace
from scanner.model.services import PrivateLinkTarget


def private_agents(solution: Solution, graph: Graph) -> Notes:
    """Look for agents in a reachable VNet; without any, say by what hosted ones may come in."""
    near = agents_in(sorted(area_of(solution)), graph).where(lambda agent: exists(agent.vnets, solution.reaches))
    if near.found:
        yield from flat(near.found, lambda agent: _seen(agent, graph))
        yield from map(_told, _delegated_near(solution, graph).found)
        return
    far = agents_where(lambda vnets: exists(vnets, solution.reaches), graph)
    yield from flat(far.found, lambda agent: _seen(agent, graph))
    if not far.found:
        yield from _delegated(solution, far.missing or near.missing, agents(graph).found, graph)


def _seen(agent: Agent, graph: Graph) -> Notes:
    yield Note(agent.says, (agent.host.id,))
    for host in retired_hosts(agent.host, graph):
        yield Note(
            f"{agent.host.name} downloads its agent from {host}, which gives out none any more", (agent.host.id,)
        )


def _delegated(solution: Solution, missing: MissingEvidence | None, far: tuple[Agent, ...], graph: Graph) -> Notes:
    """Look for runners and containers in delegated subnets; `missing` is why machines may run agents as well."""
    near = _delegated_near(solution, graph)
    yield from map(_told, near.found)
    if not near.found:
        raise_any(missing, near.missing)
        require_area_read(solution)
        yield from _hosted(solution, "".join(f"; {agent.says} is not connected" for agent in far))
        yield from _clusters(solution, graph)


def _delegated_near(solution: Solution, graph: Graph) -> Seen[DelegatedAgent]:
    return delegated_agents(graph).where(lambda agent: solution.reaches(vnet_of(agent.subnet)))


def _told(agent: DelegatedAgent) -> Note:
    container = "; Microsoft's article calls agents in containers infeasible" if agent.is_container else ""
    return Note(f"{agent.says}{container}", (agent.id,))


def _clusters(solution: Solution, graph: Graph) -> Notes:
    """Note AKS clusters in reach: the runner scale sets of GitHub that they may run leave no trace in ARM."""
    for cluster in graph.seen(KubernetesCluster):
        pools = graph.children(AgentPool, cluster.id).map(lambda pool: known(pool.subnet))
        if pools.where(lambda subnet: solution.reaches(vnet_of(subnet))).found:
            yield Note(
                f"AKS cluster {cluster.name} may run runner scale sets, which Azure does not show", (cluster.id,)
            )


def _hosted(solution: Solution, far: str) -> Notes:
    listing = solution.targets().where(lambda each: ranges_of(each, solution.graph).exists())
    if listing.found:
        names = ", ".join(each.name for each in listing.found)
        message = f"no agent in a connected VNet; what is in use is weak: the allow-list of {names}{far}"
        yield Problem(message, tuple(each.id for each in listing.found))
        return
    gateways = client_gateways(solution)
    raise_any(listing.missing, gateways.missing if not gateways.found else None)
    if gateways.found:
        first = gateways.found[0]
        message = f"no agent in a connected VNet{far}; hosted agents may come in as clients of {first.name}"
        yield Doubt(message, (first.id,))
    else:
        message = f"no agent in a connected VNet, and no other way in for pipelines{far}"
        yield Problem(message, solution.aml_vnets.found)


def ranges_of(service: Workspace | PrivateLinkTarget, graph: Graph) -> Seen[Network]:
    """Return the public ranges that a service's list lets in; none while public access is off or has no list."""
    if not isinstance(service, Workspace):
        return public_ranges(service, graph)
    if known(service.public_network_access) is Toggle.DISABLED:
        return Seen()
    return Seen((*listed_ranges(known(service.firewall)), *known(service.ip_allow_list)))


def wide_ranges(service: Workspace | PrivateLinkTarget, graph: Graph) -> Notes:
    """Yield a problem for each range that is too wide to be a team's own."""
    ranges = ranges_of(service, graph)
    for each in wide(ranges.found):
        yield Problem(f"lets in {each}, {each.num_addresses:,} addresses", (service.id,))
    raise_any(ranges.missing)


# Machines


def _machines(solution: Solution) -> Seen[VirtualMachine | ScaleSet]:
    """Return the machines and scale sets in a solution's VNets."""
    return own_vnets(solution).flat(lambda vnet: _machines_in(vnet, solution.graph))


def _machines_in(vnet: ArmId, graph: Graph) -> Seen[VirtualMachine | ScaleSet]:
    kinds: tuple[type[VirtualMachine | ScaleSet], ...] = (VirtualMachine, ScaleSet)
    return each_of(kinds, lambda kind: hosts_in(kind, vnet, graph))


def _agent_machines(solution: Solution) -> Seen[VirtualMachine | ScaleSet]:
    """Return the agents that are machines of one's own: those of a managed pool are Microsoft's."""
    found = own_vnets(solution).flat(lambda vnet: agents_in([vnet], solution.graph))
    return found.map(lambda agent: agent.host if isinstance(agent.host, VirtualMachine | ScaleSet) else None)


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of a virtual machine or scale set, with what is kept of its public settings."""

    TYPE: ClassVar[str] = MachineExtension.TYPE

    id: ArmId
    host: ArmId
    summary: Maybe[SettingsSummary]

    @property
    def name(self) -> str:
        """The machine's name and its own: "vm-agent/install"."""
        return f"{self.host.name}/{self.id.name}"

    def __hash__(self) -> int:
        return hash(self.id)


def _extensions(machine: VirtualMachine | ScaleSet, graph: Graph) -> Seen[Extension]:
    if isinstance(machine, VirtualMachine):
        installed = graph.children(MachineExtension, machine.id)
        return installed.map(lambda each: Extension(each.id, machine.id, each.summary))
    templates = Seen(known(machine.extensions, machine.name))
    return templates.map(
        lambda each: Extension(ArmId(f"{machine.id}/extensions/{known(each.name)}"), machine.id, each.summary)
    )


def _every_extension(solution: Solution) -> Seen[Extension]:
    return _machines(solution).flat(lambda machine: _extensions(machine, solution.graph))


agent_machines: Selector[VirtualMachine | ScaleSet] = parts(_agent_machines)
extensions: Selector[Extension] = parts(_every_extension)
services_with_allow_list: Selector[Workspace | PrivateLinkTarget] = where(
    parts(Solution.targets), lambda service, graph: ranges_of(service, graph).exists()
)
