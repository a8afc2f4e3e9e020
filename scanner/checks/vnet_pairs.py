"""Pairs of an AML VNet and an access VNet, and the peerings that join them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from scanner.checks.selectors import parts
from scanner.engine import Selector
from scanner.estate.connectivity import peers_of
from scanner.estate.routes import is_hub_network, routes
from scanner.estate.solution import Solution, solutions
from scanner.evidence import MissingEvidence, Seen, known
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


def pairs_of(solution: Solution) -> Seen[VnetPair]:
    """Return the pairs of a solution; an AML VNet that people come in from needs no way to itself."""
    return solution.aml_vnets.flat(lambda aml: _others(solution).map(lambda each: VnetPair(aml, each)))


def _others(solution: Solution) -> Seen[ArmId]:
    aml = solution.aml_vnets
    return solution.access_vnets.where(lambda each: not aml.exists(lambda own: own == each))


def peerings_of(pair: VnetPair, graph: Graph) -> Seen[tuple[Peering, Part]]:
    """Return the peerings between a pair, or, where it has none, those of both with the hubs that they share."""
    direct = [(pair.aml, pair.access), (pair.access, pair.aml)]
    near = peers_of(pair.aml, graph)
    if near.exists(lambda peer: peer == pair.access):
        return _sides(direct, graph).map(lambda each: (each, Part.DIRECT))
    far = peers_of(pair.access, graph)
    shared = near.where(lambda hub: far.exists(lambda each: each == hub) and not is_hub_network(hub, pair.aml, graph))
    return shared.flat(lambda hub: _relays(pair, hub, graph))


def _relays(pair: VnetPair, hub: ArmId, graph: Graph) -> Seen[tuple[Peering, Part]]:
    ways = [(pair.aml, hub), (hub, pair.aml), (pair.access, hub), (hub, pair.access)]
    return _sides(ways, graph).map(lambda each: (each, Part.RELAY))


def _sides(ways: list[tuple[ArmId, ArmId]], graph: Graph) -> Seen[Peering]:
    view = routes(graph)
    return Seen(tuple(ways)).map(lambda way: view.peering(*way))


def parts_played(peering: Peering, graph: Graph) -> Seen[Part]:
    """Return what a peering does for the pairs of the judged solutions."""
    played = graph.once(_every_part)
    return played.map(lambda each: each[1] if each[0].id == peering.id else None)


def _every_part(graph: Graph) -> Seen[tuple[Peering, Part]]:
    every = solutions(graph).flat(pairs_of).flat(lambda pair: peerings_of(pair, graph))
    return every.each_once()


def uses_gateway_transit(peering: Peering, graph: Graph) -> bool:
    """Tell whether either side of a peering uses the gateways of the other."""
    sides = (peering, routes(graph).peering(known(peering.remote), vnet_declaring(peering)))
    return any(known(side.uses_remote_gateways, side.name) for side in sides if side is not None)


def vnet_declaring(peering: Peering) -> ArmId:
    """Return the VNet whose side a peering is."""
    if peering.id.parent is None:
        raise MissingEvidence(f"{peering.id} is not the id of a peering", (str(peering.id),))
    return peering.id.parent


def _receiving(solution: Solution) -> Seen[Peering]:
    """Return the sides that take traffic in for one of the pair; a hub's own side takes in what starts in a spoke."""
    return pairs_of(solution).flat(lambda pair: _received(pair, solution.graph))


def _received(pair: VnetPair, graph: Graph) -> Seen[Peering]:
    ends = {pair.aml, pair.access}
    return peerings_of(pair, graph).map(lambda each: each[0] if vnet_declaring(each[0]) in ends else None)


def _declared(solution: Solution) -> Seen[Peering]:
    return pairs_of(solution).flat(lambda pair: peerings_of(pair, solution.graph).map(lambda each: each[0]))


vnet_pairs: Selector[VnetPair] = parts(pairs_of)
pair_peerings: Selector[Peering] = parts(_declared)
receiving_peerings: Selector[Peering] = parts(_receiving)
