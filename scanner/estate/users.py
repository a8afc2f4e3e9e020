"""Which solutions a service, zone, subnet or virtual network serves, by index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from scanner.estate.data import data_parts, may_hold_data
from scanner.estate.solution import Solution, every_solution, solutions
from scanner.evidence import MissingEvidence, Seen
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.model.monitoring import LogWorkspace
from scanner.model.resource import Resource
from scanner.model.services import PrivateLinkTarget


class Users:
    """Solutions by what they use. `of` tells the ids that a solution uses, as far as they are known."""

    def __init__(self, among: Seen[Solution], of: Callable[[Solution], Seen[ArmId]]) -> None:
        self._others = among.missing
        self._by_part: dict[ArmId, list[Solution]] = defaultdict(list)
        self._unsure: list[tuple[Solution, MissingEvidence]] = []
        for solution in among.found:
            parts = Seen((solution,)).flat(of)
            for part in dict.fromkeys(parts.found):
                self._by_part[part].append(solution)
            self._unsure += [(solution, parts.missing)] if parts.missing is not None else []

    def of(self, part: ArmId) -> Seen[Solution]:
        """Return the solutions that use a part; another one may where what it uses is not known."""
        users = self._by_part.get(part, [])
        unsure = next((missing for each, missing in self._unsure if each not in users), None)
        return Seen(tuple(users), unsure or self._others)


def users_of(part: Resource, graph: Graph) -> Seen[Solution]:
    """Return the judged solutions that a storage account, vault, registry or component serves."""
    return graph.once(_judged_by_part).of(part.id)


def users_of_data(service: Resource, graph: Graph) -> Seen[Solution]:
    """Return the judged solutions whose data lies in a service."""
    return graph.once(_judged_by_data).of(service.id)


def every_user_of(part: Resource, graph: Graph) -> Seen[Solution]:
    """Return all solutions that a resource serves, or whose data or telemetry lies in it."""
    if isinstance(part, LogWorkspace):
        return graph.once(_by_logs).of(part.id)
    return graph.once(_by_part if may_hold_data(part.id) else _by_own_part).of(part.id)


def users_of_target(target: Workspace | PrivateLinkTarget, graph: Graph) -> Seen[Solution]:
    """Return the judged solutions that have a resource as their own, or as the workspace whose network they share."""
    return graph.once(_by_target).of(target.id)


def users_of_aml_vnet(vnet: ArmId, graph: Graph) -> Seen[Solution]:
    """Return the solutions that a VNet is an AML VNet of."""
    return graph.once(_by_aml_vnet).of(vnet)


def users_of_access_vnet(vnet: ArmId, graph: Graph) -> Seen[Solution]:
    """Return the solutions that a VNet is an access VNet of."""
    return graph.once(_by_access_vnet).of(vnet)


def users_of_compute_subnet(subnet: ArmId, graph: Graph) -> Seen[Solution]:
    """Return the solutions whose computes are in a subnet."""
    return graph.once(_by_compute_subnet).of(subnet)


def _judged_by_part(graph: Graph) -> Users:
    return Users(solutions(graph), lambda solution: Seen(solution.parts()))


def _judged_by_data(graph: Graph) -> Users:
    return Users(solutions(graph), data_parts)


def _by_own_part(graph: Graph) -> Users:
    return Users(_every(graph), lambda solution: Seen(solution.parts()))


def _by_part(graph: Graph) -> Users:
    return Users(_every(graph), lambda solution: Seen(solution.parts()) | data_parts(solution))


def _by_logs(graph: Graph) -> Users:
    return Users(_every(graph), lambda each: Seen((each,)).map(lambda solution: _id_of(solution.log_workspace)))


def _id_of(part: Resource | None) -> ArmId | None:
    return None if part is None else part.id


def _every(graph: Graph) -> Seen[Solution]:
    return Seen(tuple(graph.once(every_solution).values()), graph.all(Workspace).missing)


def _by_target(graph: Graph) -> Users:
    return Users(solutions(graph), lambda solution: Seen((solution.network_workspace.id, *solution.parts())))


def _by_aml_vnet(graph: Graph) -> Users:
    return Users(solutions(graph), lambda solution: solution.aml_vnets)


def _by_access_vnet(graph: Graph) -> Users:
    return Users(solutions(graph), lambda solution: solution.access_vnets)


def _by_compute_subnet(graph: Graph) -> Users:
    return Users(solutions(graph), Solution.compute_subnets)
