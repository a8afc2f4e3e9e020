"""Which workspaces an edit may matter to: so that no more of an estate is judged again than that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from scanner.engine.change import Approve, Change, Edit
from scanner.engine.evaluate import evaluate
from scanner.estate.hosts import hosts_in
from scanner.estate.private_link import vnet_of
from scanner.estate.solution import Solution, solutions
from scanner.estate.zones import zones_of
from scanner.evidence import MissingEvidence, known
from scanner.fix.bench import Judgement, judgement, rules_of
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import VirtualMachine
from scanner.model.network import Subnet, VirtualNetwork


class Neighbourhoods:
    """An estate cut into what belongs to single workspaces, or to some together."""

    def __init__(self, judged: Judgement) -> None:
        self._judged = judged
        self._users: defaultdict[ArmId, set[ArmId]] = defaultdict(set)
        for solution in solutions(judged.graph).found:
            for part in _parts(solution):
                self._users[part].add(solution.id)
        self._whole = frozenset(each.id for each in solutions(judged.graph).found)
        self._cut: dict[frozenset[ArmId], Judgement] = {self._whole: judged}

    def around(self, change: Change) -> Judgement:
        """Return the estate judged for the workspaces alone that a change may matter to."""
        places = [change.at, *(at for each in change.edits for at in _targets(each))]
        wanted = frozenset(user for at in places for user in self._users_of(at)) or self._whole
        if wanted not in self._cut:
            self._cut[wanted] = self._judge(wanted)
        return self._cut[wanted]

    def _judge(self, workspaces: frozenset[ArmId]) -> Judgement:
        settings = self._judged.graph.settings
        narrowed = replace(settings, scope=replace(settings.scope, only=workspaces))
        graph = self._judged.graph.edited({}, narrowed)
        return judgement(evaluate(rules_of(self._judged), graph), graph)

    def _users_of(self, target: ArmId) -> set[ArmId]:
        return {user for at in _up(target) for user in self._users.get(at, ())}


def _targets(edit: Edit) -> tuple[ArmId, ...]:
    return (edit.target, edit.endpoint) if isinstance(edit, Approve) else (edit.target,)


def _up(target: ArmId) -> Iterator[ArmId]:
    at: ArmId | None = target
    while at is not None:
        yield at
        at = at.parent


def _parts(solution: Solution) -> Iterator[ArmId]:
    """Yield everything that stands near a workspace, as far as it can be seen."""
    yield solution.id
    with suppress(MissingEvidence):
        yield solution.network_workspace.id
        yield from solution.parts()
    yield from (each.id for each in solution.targets().found)
    yield from (each.id for each in solution.computes().found)
    yield from (each.id for each in solution.every_link().found)
    yield from zones_of(solution).found
    vnets = {*solution.aml_vnets.found, *solution.access_vnets.found}
    vnets |= {vnet_of(each) for each in solution.compute_subnets().found}
    for vnet in vnets:
        yield vnet
        yield from _of_network(vnet, solution.graph)


def _of_network(vnet: ArmId, graph: Graph) -> Iterator[ArmId]:
    """Yield the groups and tables of a network's subnets, and the interfaces of its machines."""
    with suppress(MissingEvidence):
        for machine in hosts_in(VirtualMachine, vnet, graph).found:
            yield machine.id
            yield from (known(each.id) for each in known(machine.interfaces))
    with suppress(MissingEvidence):
        subnets: tuple[Subnet, ...] = known(graph.get(VirtualNetwork, vnet).subnets)
        for each in subnets:
            yield from filter(None, (known(each.network_security_group), known(each.route_table)))
