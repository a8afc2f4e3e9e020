"""How people get in: the ways there are, and the machines that Bastion hosts lead to."""

from __future__ import annotations

from scanner.checks.selectors import parts
from scanner.engine import Note, Notes, Problem, Selector
from scanner.estate.bastions import is_reached
from scanner.estate.entrances import entrances, near_entrances, require_area_read
from scanner.estate.hosts import hosts_in
from scanner.estate.solution import Solution
from scanner.evidence import Seen, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import VirtualMachine


def way_in(solution: Solution, _: Graph) -> Notes:
    """Name every way in; where there is none, what is there and of no use."""
    near = near_entrances(solution)
    every = near if near.found else entrances(solution)
    joined = [each for each in every.found if not each.lacks]
    yield from (Note(each.what, (each.at,)) for each in joined)
    if joined:
        return
    raise_any(every.missing)
    require_area_read(solution)
    far = "; ".join(f"{each.what}, but {each.lacks}" for each in every.found)
    message = f"no way into the AML VNet: {far}" if far else "no VPN, ExpressRoute or Bastion was found"
    yield Problem(message, tuple(each.at for each in every.found) or solution.aml_vnets.found)


def own_vnets(solution: Solution) -> Seen[ArmId]:
    """Return the VNets whose machines are judged with a workspace, in order: its AML VNets and access VNets."""
    vnets = solution.access_vnets | solution.aml_vnets
    return Seen(tuple(sorted(vnets.found)), vnets.missing)


def _jump_hosts(solution: Solution) -> Seen[VirtualMachine]:
    graph = solution.graph
    machines = own_vnets(solution).flat(lambda vnet: hosts_in(VirtualMachine, vnet, graph))
    return machines.where(lambda machine: is_reached(machine, graph))


jump_hosts: Selector[VirtualMachine] = parts(_jump_hosts)
