"""Which virtual networks Virtual Network Manager joins without a peering: those of its connected groups.

Source: https://learn.microsoft.com/azure/virtual-network-manager/concept-connectivity-configuration (2023-03-22; of the
hub, 2021-11-02). The peerings that a hub-and-spoke configuration makes are peerings like any other.
"""

from __future__ import annotations

from scanner.estate.network_managers import in_force
from scanner.evidence import Seen, known
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.network import VirtualNetwork
from scanner.model.network_manager import (
    ConnectivityConfiguration,
    EffectiveConnectivity,
    GroupConnectivity,
    GroupItem,
    GroupMembership,
    Topology,
    YesNo,
    on_network,
    taken_of,
)


def connected_with(vnet: ArmId, graph: Graph) -> Seen[ArmId]:
    """Return the networks that one is in a connected group with. Raises MissingEvidence if it may be in one unseen."""
    return graph.once(_groups)(vnet)


def _groups(graph: Graph) -> Remembered[ArmId, Seen[ArmId]]:
    return Remembered(lambda vnet: _find(vnet, graph))


def _find(vnet: ArmId, graph: Graph) -> Seen[ArmId]:
    row = in_force(EffectiveConnectivity, vnet, "connectivity", graph)
    snapshots = known(row.configurations, vnet.name) if row is not None else ()
    if not snapshots:
        return Seen()
    configurations = Seen(snapshots).map(lambda each: graph.get(ConnectivityConfiguration, each))
    # Who else is in a group shows on the others alone.
    others = graph.all(EffectiveConnectivity).where(lambda each: _network_of(each) != vnet)
    return configurations.flat(
        lambda each: others.where(lambda other: _joins(each, vnet, other, graph)).map(_network_of)
    ).each_once()


def _network_of(row: EffectiveConnectivity) -> ArmId:
    """Return the network that a row lies on: its id ends with "/providers/{type}/default"."""
    return ArmId(row.id.scope)


def _joins(configuration: ConnectivityConfiguration, vnet: ArmId, other: EffectiveConnectivity, graph: Graph) -> bool:
    """Tell whether a configuration puts a network and another one into a connected group."""
    there = _network_of(other)
    if taken_of(configuration.id) not in map(taken_of, known(other.configurations, there.name)):
        return False
    if known(configuration.topology) is Topology.MESH:
        return known(configuration.is_global) is YesNo.YES or _region(vnet, graph) == _region(there, graph)
    return any(
        _is_joined(each, configuration, vnet, there, graph)
        for each in known(configuration.groups)
        if known(each.connectivity) is GroupConnectivity.DIRECT
    )


def _is_joined(
    item: GroupItem, configuration: ConnectivityConfiguration, vnet: ArmId, other: ArmId, graph: Graph
) -> bool:
    """Tell whether two are spokes of one directly connected network group, or one is their hub."""
    hubs = {known(each.vnet) for each in known(configuration.hubs)}
    if not all(each in hubs or _is_in(item, each, graph) for each in (vnet, other)):
        return False
    return known(item.is_global) is YesNo.YES or _region(vnet, graph) == _region(other, graph)


def _is_in(item: GroupItem, vnet: ArmId, graph: Graph) -> bool:
    membership = graph.find(GroupMembership, on_network(GroupMembership, vnet))
    return membership is not None and known(item.group) in known(membership.groups, vnet.name)


def _region(vnet: ArmId, graph: Graph) -> str:
    return known(graph.get(VirtualNetwork, vnet).location, vnet.name).lower()
