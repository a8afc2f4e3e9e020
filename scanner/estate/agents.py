"""The machines that are known to run agents of Azure Pipelines (facts §9) or runners of GitHub."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from scanner.domain.agent_images import AgentService
from scanner.estate.hosts import hosts_in, subnets_of
from scanner.evidence import Maybe, Seen, each_of, known
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.compute import (
    AgentKind,
    DevOpsPool,
    MachineExtension,
    ScaleSet,
    ScaleSetExtension,
    SettingsSummary,
    VirtualMachine,
)

# Azure DevOps puts this tag on the scale sets that it runs (facts §9, from memory).
_POOL_TAG = "__azuredevopselasticpool"
_SERVICES = {
    AgentKind.SCALE_SET: AgentService.PIPELINES,
    AgentKind.SCRIPT: AgentService.PIPELINES,
    AgentKind.RUNNER: AgentService.GITHUB,
}

AgentHost: TypeAlias = VirtualMachine | ScaleSet | DevOpsPool


@dataclass(frozen=True, slots=True)
class Agent:
    """A machine, scale set or pool that runs agents, and the virtual networks that it is in; none if Microsoft's."""

    host: AgentHost
    vnets: frozenset[ArmId]

    @property
    def says(self) -> str:
        """What it is and where: "scale set vmss-agents in vnet-access"."""
        kind = {VirtualMachine: "virtual machine", ScaleSet: "scale set", DevOpsPool: "managed DevOps pool"}
        where = " and ".join(sorted(each.name for each in self.vnets)) or "Microsoft's network"
        return f"{kind[type(self.host)]} {self.host.name} in {where}"


def agents(graph: Graph) -> Seen[Agent]:
    """Return every agent host. What somebody installed by hand leaves no trace in ARM and is not found."""
    return graph.once(_every_agent)


def agents_where(test: Callable[[frozenset[ArmId]], bool], graph: Graph) -> Seen[Agent]:
    """Return the agent hosts whose virtual networks pass a test: of no others is it asked what they run."""
    hosts = each_of(_KINDS, graph.all).where(lambda host: test(_vnets_of(host, graph)))
    return hosts.map(lambda host: _agent_on(host, graph))


def agents_in(vnets: Iterable[ArmId], graph: Graph) -> Seen[Agent]:
    """Return the agent hosts in some virtual networks."""
    hosts = each_of(list(product(vnets, _KINDS)), lambda place: hosts_in(place[1], place[0], graph))
    return hosts.each_once().map(lambda host: _agent_on(host, graph))


def _every_agent(graph: Graph) -> Seen[Agent]:
    return each_of(_KINDS, graph.all).map(lambda host: _agent_on(host, graph))


def _agent_on(host: AgentHost, graph: Graph) -> Agent | None:
    """Return the agent that a host runs, None if it runs none."""
    return graph.once(_by_host)(host)


def _by_host(graph: Graph) -> Remembered[AgentHost, Agent | None]:
    return Remembered(lambda host: Agent(host, _vnets_of(host, graph)) if runs_agent(host, graph) else None)


def _vnets_of(host: AgentHost, graph: Graph) -> frozenset[ArmId]:
    return frozenset(each.parent for each in subnets_of(host, graph) if each.parent)


_KINDS: tuple[type[AgentHost], ...] = (DevOpsPool, ScaleSet, VirtualMachine)


def runs_agent(host: AgentHost, graph: Graph) -> bool:
    """Tell whether an extension, a tag or its very kind shows that a host runs agents."""
    return services_on(host, graph).exists()


def services_on(host: AgentHost, graph: Graph) -> Seen[AgentService]:
    """Return whom the agents on a host ask for work; empty if it shows none."""
    match host:
        case DevOpsPool():
            return Seen((AgentService.PIPELINES,))
        case ScaleSet():
            return Seen((host,)).map(_tagged) | Seen((host,)).flat(_extended)
        case VirtualMachine():
            return graph.children(MachineExtension, host.id).map(lambda each: _installed(each.summary)).each_once()


def _tagged(scale_set: ScaleSet) -> AgentService | None:
    is_pool = any(key.lower() == _POOL_TAG for key, _ in known(scale_set.tags, scale_set.name))
    return AgentService.PIPELINES if is_pool else None


def _extended(scale_set: ScaleSet) -> Seen[AgentService]:
    return Seen(known(scale_set.extensions, scale_set.name)).map(lambda each: _installed(each.summary))


def retired_hosts(host: AgentHost, graph: Graph) -> tuple[str, ...]:
    """Return the hosts named in the extensions of an agent host that give out no agents any more, as far as read."""
    extensions: tuple[MachineExtension | ScaleSetExtension, ...] = ()
    if isinstance(host, ScaleSet):
        extensions = Seen((host,)).flat(lambda each: Seen(known(each.extensions))).found
    elif isinstance(host, VirtualMachine):
        extensions = graph.children(MachineExtension, host.id).found
    return Seen(extensions).flat(lambda each: Seen(known(known(each.summary).retired_hosts))).each_once().found


def _installed(summary: Maybe[SettingsSummary]) -> AgentService | None:
    agent = known(known(summary).agent)
    return None if agent is None else _SERVICES.get(agent)
