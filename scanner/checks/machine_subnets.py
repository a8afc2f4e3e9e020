"""The subnets of AML and access VNets that hold machines."""

from __future__ import annotations

from scanner.checks.selectors import parts, where
from scanner.engine import Selector
from scanner.estate.machines import machines_in
from scanner.estate.solution import Solution
from scanner.evidence import Seen, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet, VirtualNetwork

# Azure runs what is in these, and keeps their rules itself (facts §8).
_AZURES_OWN = frozenset({"azurebastionsubnet", "gatewaysubnet"})


def _role_subnets(solution: Solution) -> Seen[Subnet]:
    vnets = solution.aml_vnets | solution.access_vnets
    return vnets.flat(lambda vnet: _subnets_of(vnet, solution.graph))


def _subnets_of(vnet: ArmId, graph: Graph) -> Seen[Subnet]:
    subnets = Seen(known(graph.get(VirtualNetwork, vnet).subnets, vnet.name))
    return subnets.where(lambda each: each.name.lower() not in _AZURES_OWN)


def _has_machines(subnet: Subnet, graph: Graph) -> bool:
    return machines_in(subnet.id, graph).exists()


machine_subnets: Selector[Subnet] = where(parts(_role_subnets), _has_machines)
