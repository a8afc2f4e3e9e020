"""How people get in: the ways there are, and the machines that Bastion hosts lead to."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.checks.selectors import parts
from scanner.engine import Note, Notes, Problem, Selector
from scanner.estate.bastions import is_reached
from scanner.estate.entrances import entrances, near_entrances, require_area_read
from scanner.estate.hosts import hosts_in
from scanner.estate.solution import Solution
from scanner.evidence import flat, gathered, raise_any, readable
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import VirtualMachine


def way_in(solution: Solution, _: Graph) -> Notes:
    """Name every way in; where there is none, what is there and of no use."""
    near = list(near_entrances(solution))
    found, missing = (near, None) if near else gathered(entrances(solution))
    joined = [each for each in found if not each.lacks]
    yield from (Note(each.what, (each.at,)) for each in joined)
    if joined:
        return
    raise_any(missing)
    require_area_read(solution)
    far = "; ".join(f"{each.what}, but {each.lacks}" for each in found)
    message = f"no way into the AML VNet: {far}" if far else "no VPN, ExpressRoute or Bastion was found"
    yield Problem(message, tuple(each.at for each in found) or solution.aml_vnets)


def own_vnets(solution: Solution) -> frozenset[ArmId]:
    """Return the VNets whose machines are judged with a workspace: its AML VNets and access VNets."""
    return frozenset({*solution.aml_vnets, *solution.access_vnets})


def _jump_hosts(solution: Solution) -> Iterator[VirtualMachine]:
    graph = solution.graph
    machines = flat(sorted(own_vnets(solution)), lambda vnet: hosts_in(VirtualMachine, vnet, graph))
    yield from readable(machines, lambda machine: machine if is_reached(machine, graph) else None)


jump_hosts: Selector[VirtualMachine] = parts(_jump_hosts)
