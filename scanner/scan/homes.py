"""Which workspaces a result is about: those that its subject, or what its reasons name, belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from scanner.engine import Doubt, Note, Problem, Result
from scanner.estate.hosts import every_host_in
from scanner.estate.private_link import zones_named_by
from scanner.estate.solution import Solution, solutions
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.scan.outcome import Scan, SolutionSummary
from scanner.scan.stand_ins import told


class Homes:
    """The workspaces of a scan, by what belongs to them."""

    def __init__(self, scan: Scan) -> None:
        self.workspaces = tuple(told(ArmId(each.workspace), scan.stand_ins) for each in scan.solutions)
        self._places: dict[ArmId, set[int]] = defaultdict(set)
        found = _solutions(scan.graph)
        for place, summary in enumerate(scan.solutions):
            for arm_id in (*_summarised(summary), *_belongings(found.get(self.workspaces[place]))):
                self._places[arm_id].add(place)

    def of(self, result: Result) -> tuple[ArmId, ...]:
        """Return the ids of workspaces, in the order of the scan; none where nothing tells of any.

        A zone or a registry may belong to many. Of a subject that belongs to none, such as a machine that people work
        on, its reasons decide.
        """
        if result.subject is None:
            return ()
        places = self._of((result.subject.id,)) or self._of(_involved(result))
        return tuple(self.workspaces[each] for each in sorted(places))

    def _of(self, ids: Iterable[ArmId]) -> set[int]:
        return {place for arm_id in ids for each in _lineage(arm_id) for place in self._places.get(each, ())}


def _solutions(graph: Graph | None) -> dict[ArmId, Solution]:
    return {each.id: each for each in solutions(graph).found} if graph is not None else {}


def _summarised(summary: SolutionSummary) -> Iterator[ArmId]:
    yield ArmId(summary.workspace)
    for ids in (
        summary.aml_vnets,
        summary.access_vnets,
        summary.storage_accounts,
        summary.key_vaults,
        summary.registries,
    ):
        yield from map(ArmId, ids)


def _belongings(solution: Solution | None) -> Iterator[ArmId]:
    """Yield the hub, parts, attached computes, hosts in the networks, endpoints and their zones, as far as seen."""
    if solution is None:
        return
    yield from _read(lambda: (solution.network_workspace.id,))
    yield from _read(solution.parts)
    yield from (each.attached for each in solution.computes().found if isinstance(each.attached, ArmId))
    for vnet in _read(lambda: _networks(solution)):
        yield from every_host_in(vnet, solution.graph)
    yield from _read(lambda: tuple(_of_endpoints(solution)))


def _networks(solution: Solution) -> tuple[ArmId, ...]:
    return tuple({*solution.aml_vnets.found, *solution.access_vnets.found})


def _of_endpoints(solution: Solution) -> Iterator[ArmId]:
    for endpoint in solution.endpoints().found:
        yield endpoint.id
        yield from zones_named_by(endpoint, solution.graph).found


def _read(read: Callable[[], tuple[ArmId, ...]]) -> tuple[ArmId, ...]:
    try:
        return read()
    except MissingEvidence:
        return ()


def _involved(result: Result) -> Iterator[ArmId]:
    reasons: tuple[Problem | Doubt | Note, ...] = (*result.problems, *result.doubts, *result.notes)
    for reason in reasons:
        yield from reason.involves


def _lineage(arm_id: ArmId | None) -> Iterator[ArmId]:
    """Yield a resource and what it is a child of."""
    while arm_id is not None:
        yield arm_id
        arm_id = arm_id.parent
