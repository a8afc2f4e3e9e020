"""The subnets of AML and access VNets that hold machines."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.checks.selectors import parts, where
from scanner.engine import Selector
from scanner.estate.machines import machines_in
from scanner.estate.solution import Solution
from scanner.evidence import flat, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet, VirtualNetwork

# Azure runs what is in these, and keeps their rules itself (facts §8).
_AZURES_OWN = frozenset({"azurebastionsubnet", "gatewaysubnet"})


def _role_subnets(solution: Solution) -> Iterator[Subnet]:
    yield from flat(_role_vnets(solution), lambda vnet: _subnets_of(vnet, solution.graph))


def _role_vnets(solution: Solution) -> Iterator[ArmId]:
    """Yield the AML and access VNets, then raise MissingEvidence if a role could not be told."""
    yield from flat((_aml, _access), lambda role: role(solution))


def _aml(solution: Solution) -> tuple[ArmId, ...]:
    return solution.aml_vnets


def _access(solution: Solution) -> Iterator[ArmId]:
    return solution.access_vnets


def _subnets_of(vnet: ArmId, graph: Graph) -> Iterator[Subnet]:
    subnets = known(graph.get(VirtualNetwork, vnet).subnets, vnet.name)
    yield from (each for each in subnets if each.name.lower() not in _AZURES_OWN)


def _has_machines(subnet: Subnet, graph: Graph) -> bool:
    return any(True for _ in machines_in(subnet.id, graph))


machine_subnets: Selector[Subnet] = where(parts(_role_subnets), _has_machines)
