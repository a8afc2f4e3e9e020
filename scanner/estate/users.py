"""Which judged solutions a zone, subnet or virtual network serves, by index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from scanner.evidence import MissingEvidence, matching
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.solution import Solution, solutions


class Users:
    """The judged solutions by what they use. `of` tells the ids that a solution uses, as far as they are known."""

    def __init__(self, graph: Graph, of: Callable[[Solution], Iterable[ArmId]]) -> None:
        self._by_part: dict[ArmId, list[Solution]] = defaultdict(list)
        self._unsure: list[tuple[Solution, MissingEvidence]] = []
        for solution in solutions(graph):
            parts, missing = matching(_each(solution, of), lambda _: True)
            for part in dict.fromkeys(parts):
                self._by_part[part].append(solution)
            self._unsure += [(solution, missing)] if missing is not None else []

    def of(self, part: ArmId) -> Iterator[Solution]:
        """Yield the solutions that use a part, then raise MissingEvidence if another one may."""
        users = self._by_part.get(part, [])
        yield from users
        for solution, missing in self._unsure:
            if solution not in users:
                raise MissingEvidence(missing.why, missing.involves)


def _each(solution: Solution, of: Callable[[Solution], Iterable[ArmId]]) -> Iterator[ArmId]:
    yield from of(solution)


def users_of_aml_vnet(vnet: ArmId, graph: Graph) -> Iterator[Solution]:
    """Yield the solutions that a VNet is an AML VNet of."""
    return graph.once(_by_aml_vnet).of(vnet)


def users_of_access_vnet(vnet: ArmId, graph: Graph) -> Iterator[Solution]:
    """Yield the solutions that a VNet is an access VNet of."""
    return graph.once(_by_access_vnet).of(vnet)


def users_of_compute_subnet(subnet: ArmId, graph: Graph) -> Iterator[Solution]:
    """Yield the solutions whose computes are in a subnet."""
    return graph.once(_by_compute_subnet).of(subnet)


def _by_aml_vnet(graph: Graph) -> Users:
    return Users(graph, lambda solution: solution.aml_vnets)


def _by_access_vnet(graph: Graph) -> Users:
    return Users(graph, lambda solution: solution.access_vnets)


def _by_compute_subnet(graph: Graph) -> Users:
    return Users(graph, lambda solution: solution.compute_subnets())
