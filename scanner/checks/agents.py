"""Checks of Azure Pipelines agents: where they are, how they are let in, and what their extensions show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from scanner.checks.access import own_vnets
from scanner.checks.selectors import parts, where
from scanner.domain.public_access import is_open, listed_ranges, wide
from scanner.engine import Doubt, Note, Notes, Problem, Selector
from scanner.estate.agents import agents, agents_in
from scanner.estate.entrances import area_of, client_gateways, require_area_read
from scanner.estate.hosts import hosts_in
from scanner.estate.solution import Solution
from scanner.evidence import Maybe, exists, flat, gathered, known, matching, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import MachineExtension, ScaleSet, SettingsSummary, VirtualMachine
from scanner.model.exposure import Toggle
from scanner.model.fields import Network
from scanner.model.machine_learning import Workspace
from scanner.model.services import PrivateLinkTarget


def private_agents(solution: Solution, graph: Graph) -> Notes:
    """Look for agents in a reachable VNet; without any, say by what hosted ones may come in."""
    near, _ = matching(agents_in(area_of(solution), graph), lambda agent: exists(agent.vnets, solution.reaches))
    if near:
        yield from (Note(agent.says, (agent.host.id,)) for agent in near)
        return
    every, missing = gathered(agents(graph))
    far, unsure = matching(every, lambda agent: exists(agent.vnets, solution.reaches))
    yield from (Note(agent.says, (agent.host.id,)) for agent in far)
    if not far:
        raise_any(missing, unsure)
        require_area_read(solution)
        yield from _hosted(solution, "".join(f"; {agent.says} is not connected" for agent in every))


def _hosted(solution: Solution, far: str) -> Notes:
    listing, missing = matching(solution.targets(), lambda each: bool(ranges_of(each)))
    if listing:
        names = ", ".join(each.name for each in listing)
        message = f"no agent in a connected VNet; what is in use is weak: the allow-list of {names}{far}"
        yield Problem(message, tuple(each.id for each in listing))
        return
    gateways, unseen = gathered(client_gateways(solution))
    raise_any(missing, unseen if not gateways else None)
    if gateways:
        message = f"no agent in a connected VNet{far}; hosted agents may come in as clients of {gateways[0].name}"
        yield Doubt(message, (gateways[0].id,))
    else:
        yield Problem(f"no agent in a connected VNet, and no other way in for pipelines{far}", solution.aml_vnets)


def ranges_of(service: Workspace | PrivateLinkTarget) -> tuple[Network, ...]:
    """Return the public ranges that a service's list lets in; none while public access is off or has no list."""
    if not isinstance(service, Workspace):
        return listed_ranges(known(service.firewall)) if is_open(known(service.public_network_access)) else ()
    if known(service.public_network_access) is Toggle.DISABLED:
        return ()
    return (*listed_ranges(known(service.firewall)), *known(service.ip_allow_list))


def wide_ranges(service: Workspace | PrivateLinkTarget, _: Graph) -> Notes:
    """Yield a problem for each range that is too wide to be a team's own."""
    for each in wide(ranges_of(service)):
        yield Problem(f"lets in {each}, {each.num_addresses:,} addresses", (service.id,))


# Machines


def _machines(solution: Solution) -> Iterator[VirtualMachine | ScaleSet]:
    """Yield the machines and scale sets in a solution's VNets."""
    kinds: tuple[type[VirtualMachine | ScaleSet], ...] = (VirtualMachine, ScaleSet)
    places = product(sorted(own_vnets(solution)), kinds)
    yield from flat(places, lambda place: hosts_in(place[1], place[0], solution.graph))


def _agent_machines(solution: Solution) -> Iterator[VirtualMachine | ScaleSet]:
    """Yield the agents that are machines of one's own: those of a managed pool are Microsoft's."""
    for agent in agents_in(sorted(own_vnets(solution)), solution.graph):
        if isinstance(agent.host, VirtualMachine | ScaleSet):
            yield agent.host


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


def _extensions(machine: VirtualMachine | ScaleSet, graph: Graph) -> Iterator[Extension]:
    match machine:
        case VirtualMachine():
            for each in graph.children(MachineExtension, machine.id):
                yield Extension(each.id, machine.id, each.summary)
        case ScaleSet():
            for template in known(machine.extensions, machine.name):
                yield Extension(ArmId(f"{machine.id}/extensions/{known(template.name)}"), machine.id, template.summary)


def _every_extension(solution: Solution) -> Iterator[Extension]:
    yield from flat(_machines(solution), lambda machine: _extensions(machine, solution.graph))


agent_machines: Selector[VirtualMachine | ScaleSet] = parts(_agent_machines)
extensions: Selector[Extension] = parts(_every_extension)
services_with_allow_list: Selector[Workspace | PrivateLinkTarget] = where(
    parts(Solution.targets), lambda service, _: bool(ranges_of(service))
)
