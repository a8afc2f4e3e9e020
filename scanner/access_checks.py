"""How people get in: the ways there are, and the machines that Bastion hosts lead to."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.engine import Note, Notes, Problem, Selector
from scanner.entrances import entrances, in_reach
from scanner.evidence import exists, matching, readable
from scanner.graph import Graph
from scanner.hosts import subnets_of
from scanner.model.arm import ArmId
from scanner.model.compute import VirtualMachine
from scanner.model.network import BastionHost
from scanner.model.resource import Resource
from scanner.solution import Solution
from scanner.subjects import parts


def way_in(solution: Solution, _: Graph) -> Notes:
    """Name every way in; where there is none, what is there and of no use."""
    found, missing = matching(entrances(solution), lambda _: True)
    joined = [each for each in found if not each.lacks]
    yield from (Note(each.what, (each.at,)) for each in joined)
    if joined:
        return
    if missing is not None:
        raise missing
    far = "; ".join(f"{each.what}, but {each.lacks}" for each in found)
    message = f"no way into the AML VNet: {far}" if far else "no VPN, ExpressRoute or Bastion was found"
    yield Problem(message, tuple(each.at for each in found) or solution.aml_vnets)


def own_vnets(solution: Solution) -> frozenset[ArmId]:
    """Return the VNets whose machines are judged with a workspace: its AML VNets and access VNets."""
    return frozenset({*solution.aml_vnets, *solution.access_vnets})


def is_in(host: Resource, vnets: frozenset[ArmId], graph: Graph) -> bool:
    """Tell whether a host is in one of several virtual networks."""
    return exists(subnets_of(host, graph), lambda subnet: subnet.parent in vnets)


def _jump_hosts(solution: Solution) -> Iterator[VirtualMachine]:
    graph, vnets = solution.graph, own_vnets(solution)

    def is_reached(machine: VirtualMachine) -> bool:
        return is_in(machine, vnets, graph) and exists(
            graph.all(BastionHost), lambda bastion: in_reach(machine, bastion, graph)
        )

    yield from readable(graph.all(VirtualMachine), lambda machine: machine if is_reached(machine) else None)


jump_hosts: Selector[VirtualMachine] = parts(_jump_hosts)
