"""The machines that are known to run Azure Pipelines agents (facts §9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from scanner.estate.hosts import subnets_of
from scanner.evidence import Maybe, MissingEvidence, exists, flat, gathered, known, raise_any, readable
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import AgentKind, DevOpsPool, MachineExtension, ScaleSet, SettingsSummary, VirtualMachine

# Azure DevOps puts this tag on the scale sets that it runs (facts §9, from memory).
_POOL_TAG = "__azuredevopselasticpool"
_AGENTS = frozenset({AgentKind.SCALE_SET, AgentKind.SCRIPT})

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


def agents(graph: Graph) -> Iterator[Agent]:
    """Yield every agent host that was seen, then raise MissingEvidence if there may be more.

    What somebody installed by hand leaves no trace in ARM and is not found.
    """
    found, missing = graph.once(_every_agent)
    yield from found
    raise_any(missing)


def agents_in(vnets: Iterable[ArmId], graph: Graph) -> Iterator[Agent]:
    """Yield the agent hosts in some virtual networks, then raise MissingEvidence if there may be more."""
    by_vnet = graph.once(_agents_by_vnet)
    yield from dict.fromkeys(agent for vnet in vnets for agent in by_vnet.get(vnet, ()))
    raise_any(graph.once(_every_agent)[1])


def _agents_by_vnet(graph: Graph) -> dict[ArmId, list[Agent]]:
    found: dict[ArmId, list[Agent]] = defaultdict(list)
    for agent in graph.once(_every_agent)[0]:
        for vnet in agent.vnets:
            found[vnet].append(agent)
    return found


def _every_agent(graph: Graph) -> tuple[list[Agent], MissingEvidence | None]:
    kinds: tuple[type[AgentHost], ...] = (DevOpsPool, ScaleSet, VirtualMachine)
    hosts = flat(kinds, graph.all)
    return gathered(readable(hosts, lambda host: _agent(host, graph) if runs_agent(host, graph) else None))


def _agent(host: AgentHost, graph: Graph) -> Agent:
    return Agent(host, frozenset(each.parent for each in subnets_of(host, graph) if each.parent))


def runs_agent(host: AgentHost, graph: Graph) -> bool:
    """Tell whether an extension, a tag or its very kind shows that a host runs agents."""
    match host:
        case DevOpsPool():
            return True
        case ScaleSet():
            tagged = any(key.lower() == _POOL_TAG for key, _ in known(host.tags, host.name))
            return tagged or exists(known(host.extensions, host.name), lambda each: _installs(each.summary))
        case VirtualMachine():
            return exists(graph.children(MachineExtension, host.id), lambda each: _installs(each.summary))


def _installs(summary: Maybe[SettingsSummary]) -> bool:
    return known(known(summary).agent) in _AGENTS
