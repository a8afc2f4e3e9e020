"""Which machines Bastion hosts reach, worked out once for all solutions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from scanner.estate.connectivity import peers_of
from scanner.estate.hosts import hosts_in, subnets_of
from scanner.estate.routes import is_hub_network
from scanner.evidence import MissingEvidence, Seen, each_of, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import VirtualMachine
from scanner.model.entrances import BastionHost
from scanner.model.network import PeeringState, VirtualNetwork


def vnets_with(host: BastionHost | VirtualMachine, graph: Graph) -> frozenset[ArmId]:
    """Return the virtual networks that a host is in."""
    return frozenset(each.parent for each in subnets_of(host, graph) if each.parent)


def homes_of(bastion: BastionHost, graph: Graph) -> list[ArmId]:
    """Return the virtual networks that a Bastion host is in, in order. Raises MissingEvidence if none can be told."""
    homes = sorted(vnets_with(bastion, graph))
    if not homes:
        raise MissingEvidence(f"it is not known in which virtual network {bastion.name} is", (str(bastion.id),))
    return homes


def machines_reached(bastion: BastionHost, graph: Graph) -> Seen[VirtualMachine]:
    """Return the machines in a Bastion host's own VNet and, but for Developer, in its connected peers.

    Source: facts §8, from memory.
    """
    return _reached_vnets(bastion, graph).flat(lambda vnet: hosts_in(VirtualMachine, vnet, graph))


def is_reached(machine: VirtualMachine, graph: Graph) -> bool:
    """Tell whether any Bastion host reaches a machine."""
    return each_of(sorted(vnets_with(machine, graph)), graph.once(_reaching)).exists()


def _reaching(graph: Graph) -> Callable[[ArmId], Seen[BastionHost]]:
    """Remember the Bastion hosts that reach the machines of a virtual network: its own, and those of its peers."""

    def find(vnet: ArmId) -> Seen[BastionHost]:
        near = peers_of(vnet, graph).where(lambda peer: not is_hub_network(peer, vnet, graph))
        beyond = near.flat(lambda peer: hosts_in(BastionHost, peer, graph))
        return hosts_in(BastionHost, vnet, graph) | beyond.where(lambda each: _spans(each, vnet, graph))

    return cache(find)


def _spans(bastion: BastionHost, vnet: ArmId, graph: Graph) -> bool:
    return _reached_vnets(bastion, graph).exists(lambda each: each == vnet)


def _reached_vnets(bastion: BastionHost, graph: Graph) -> Seen[ArmId]:
    homes = Seen(tuple(homes_of(bastion, graph)))
    if known(bastion.virtual_network, bastion.name) is not None:
        return homes
    return homes | homes.flat(lambda home: _peers_joined(home, graph))


def _peers_joined(home: ArmId, graph: Graph) -> Seen[ArmId]:
    vnet = graph.get(VirtualNetwork, home)
    connected = Seen(known(vnet.peerings, vnet.name)).where(lambda each: known(each.state) is PeeringState.CONNECTED)
    return connected.map(lambda each: known(each.remote))
