"""Which workspaces a resource serves: what they share is told apart from what is their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from scanner.estate.connectivity import peers_of
from scanner.estate.data import data_parts
from scanner.estate.solution import Solution, every_solution, solutions
from scanner.estate.zones import zones_of
from scanner.evidence import MissingEvidence, Seen
from scanner.graph import Graph
from scanner.model.arm import ArmId


class Serving:
    """Workspaces by what they use, as far as it was seen; others than those that are judged share what they use too."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._users: defaultdict[ArmId, set[ArmId]] = defaultdict(set)
        self.solutions = solutions(graph).found
        self.judged = tuple(each.id for each in self.solutions)
        for each in graph.once(every_solution).values():
            for part in _parts(each):
                self._users[part].add(each.id)

    def of(self, *parts: ArmId) -> tuple[ArmId, ...]:
        """Return the workspaces that use one of several things: a part, an endpoint, a zone or a network."""
        return tuple(sorted({user for part in parts for user in self._users.get(part, ())}))

    def counts(self, at: ArmId, users: tuple[ArmId, ...]) -> bool:
        """Tell whether a resource is looked at: one that is used, or lies where all of a subscription is judged."""
        scope = self._graph.settings.scope
        if set(users) & set(self.judged):
            return True
        if scope.resource_groups or scope.workspaces or scope.only:
            return False
        judged = {each.lower() for each in scope.subscriptions} or self._graph.subscriptions
        return at.subscription in judged and at.subscription not in {each.lower() for each in scope.context}


def _parts(solution: Solution) -> Iterable[ArmId]:
    yield solution.id
    for find in (_own, _data, _links, zones_of, _networks):
        yield from _seen(find, solution)


def _seen(find: Callable[[Solution], Seen[ArmId]], solution: Solution) -> tuple[ArmId, ...]:
    try:
        return find(solution).found
    except MissingEvidence:
        return ()


def _own(solution: Solution) -> Seen[ArmId]:
    return Seen(solution.parts())


def _data(solution: Solution) -> Seen[ArmId]:
    return data_parts(solution)


def _links(solution: Solution) -> Seen[ArmId]:
    return solution.every_own_link().map(lambda link: link.id)


def _networks(solution: Solution) -> Seen[ArmId]:
    """Return the AML VNets, the access VNets, and the networks that the former are peered with: their hubs."""
    aml = solution.aml_vnets
    return aml | solution.access_vnets | aml.flat(lambda vnet: peers_of(vnet, solution.graph))
