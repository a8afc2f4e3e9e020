"""Pairs of an AML VNet and an access VNet, and the peerings that join them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from scanner.checks.selectors import parts
from scanner.engine import Selector
from scanner.estate.connectivity import peers_of
from scanner.estate.routes import is_hub_network, routes
from scanner.estate.solution import Solution, solutions
from scanner.evidence import MissingEvidence, flat, gathered, known, raise_any, readable
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Peering, VirtualNetwork


@dataclass(frozen=True, slots=True)
class VnetPair:
    """An AML VNet and one of its access VNets. ARM has no such thing, so its id is made up below the AML VNet's."""

    TYPE: ClassVar[str] = f"{VirtualNetwork.TYPE}/accessVnets"

    aml: ArmId
    access: ArmId

    @property
    def id(self) -> ArmId:
        """The id: the access VNet's name below the AML VNet, with what tells it from its namesakes elsewhere.

        A colon can be in no name of Azure's, so that no two pairs have the same.
        """
        away = [each for each in (self._subscription, self._group) if each]
        return ArmId(f"{self.aml}/accessVnets/{':'.join([*away, self.access.name])}")

    @property
    def _subscription(self) -> str:
        return "" if self.access.subscription == self.aml.subscription else self.access.subscription

    @property
    def _group(self) -> str:
        is_near = self.access.resource_group.lower() == self.aml.resource_group.lower() and not self._subscription
        return "" if is_near else self.access.resource_group

    @property
    def name(self) -> str:
        """Both names: "vnet-ml ↔ vnet-access"."""
        return f"{self.aml.name} ↔ {self.access.name}"


class Part(Enum):
    """What a peering does for a pair."""

    DIRECT = auto()
    RELAY = auto()


def pairs_of(solution: Solution) -> Iterator[VnetPair]:
    """Yield the pairs of a solution; an AML VNet that people come in from needs no way to itself."""
    yield from flat(solution.aml_vnets, lambda aml: (VnetPair(aml, each) for each in _others(solution)))


def _others(solution: Solution) -> Iterator[ArmId]:
    yield from (each for each in solution.access_vnets if each not in solution.aml_vnets)


def peerings_of(pair: VnetPair, graph: Graph) -> Iterator[tuple[Peering, Part]]:
    """Yield the peerings between a pair, or, where it has none, those of both with the hubs that they share.

    Raises MissingEvidence at the end for a side that could not be read.
    """
    direct = [(pair.aml, pair.access), (pair.access, pair.aml)]
    if pair.access in peers_of(pair.aml, graph):
        yield from ((each, Part.DIRECT) for each in _sides(direct, graph))
        return
    for hub in sorted(peers_of(pair.aml, graph) & peers_of(pair.access, graph)):
        if not is_hub_network(hub, pair.aml, graph):
            ways = [(pair.aml, hub), (hub, pair.aml), (pair.access, hub), (hub, pair.access)]
            yield from ((each, Part.RELAY) for each in _sides(ways, graph))


def _sides(ways: list[tuple[ArmId, ArmId]], graph: Graph) -> Iterator[Peering]:
    view = routes(graph)
    yield from readable(ways, lambda way: view.peering(*way))


def parts_played(peering: Peering, graph: Graph) -> frozenset[Part]:
    """Return what a peering does for the pairs of the judged solutions."""
    parts_of, missing = graph.once(_parts_by_peering)
    raise_any(missing)
    return frozenset(parts_of.get(peering.id, ()))


def _parts_by_peering(graph: Graph) -> tuple[dict[ArmId, set[Part]], MissingEvidence | None]:
    pairs = flat(solutions(graph), pairs_of)
    found, missing = gathered(flat(pairs, lambda pair: peerings_of(pair, graph)))
    parts_of: dict[ArmId, set[Part]] = defaultdict(set)
    for peering, part in found:
        parts_of[peering.id].add(part)
    return parts_of, missing


def uses_gateway_transit(peering: Peering, graph: Graph) -> bool:
    """Tell whether either side of a peering uses the gateways of the other."""
    sides = (peering, routes(graph).peering(known(peering.remote), vnet_declaring(peering)))
    return any(known(side.uses_remote_gateways, side.name) for side in sides if side is not None)


def vnet_declaring(peering: Peering) -> ArmId:
    """Return the VNet whose side a peering is."""
    return ArmId(str(peering.id).rpartition("/virtualNetworkPeerings/")[0])


def _receiving(solution: Solution) -> Iterator[Peering]:
    """Yield the sides that take traffic in for one of the pair; a hub's own side takes in what starts in a spoke."""
    for pair in pairs_of(solution):
        ends = {pair.aml, pair.access}
        yield from (each for each, _ in peerings_of(pair, solution.graph) if vnet_declaring(each) in ends)


vnet_pairs: Selector[VnetPair] = parts(pairs_of)
pair_peerings: Selector[Peering] = parts(
    lambda solution: (each for pair in pairs_of(solution) for each, _ in peerings_of(pair, solution.graph))
)
receiving_peerings: Selector[Peering] = parts(_receiving)
