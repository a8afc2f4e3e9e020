"""A solution: one workspace with what belongs to it, and the roles that virtual networks play for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from scanner.estate.connected_groups import connected_with
from scanner.estate.connectivity import are_connected, peers_of
from scanner.estate.hosts import has_hosts
from scanner.estate.links import LinkedParts
from scanner.estate.private_link import LIVE, vnet_of, zones_named_by
from scanner.estate.routes import is_hub_network
from scanner.evidence import MissingEvidence, Seen, each_of, known, seeing
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import KubernetesCluster
from scanner.model.machine_learning import Compute, Workspace
from scanner.model.network import VirtualNetwork
from scanner.model.private_dns import ZoneLink
from scanner.model.resource import Resource

R = TypeVar("R", bound=Resource)

_HINT = "; [roles] access_vnets in mlsec.toml says which networks people come in from"


class Isolation(StrEnum):
    """How a workspace is kept apart from the internet."""

    MANAGED_NETWORK = "managed-network"
    CUSTOMER_VNET = "customer-vnet"
    PUBLIC = "public"


class Solution(LinkedParts):
    """A workspace, its parts and endpoints, and its virtual networks by the roles that they play."""

    @cached_property
    def isolation(self) -> Isolation:
        """How the workspace is isolated."""
        if self.has_managed_network:
            return Isolation.MANAGED_NETWORK
        return Isolation.CUSTOMER_VNET if self.aml_vnets.exists() else Isolation.PUBLIC

    # Roles of virtual networks

    @cached_property
    def aml_vnets(self) -> Seen[ArmId]:
        """The AML VNets in order: of the workspace's endpoints, of its computes, of its serverless compute."""
        if self.graph.settings.aml_vnets:
            return _in_order(self._named(self.graph.settings.aml_vnets))
        linked = self.own_links(self.network_workspace).map(lambda link: link.vnet if link.status in LIVE else None)
        return _in_order(linked | self.compute_subnets().map(vnet_of))

    @cached_property
    def access_vnets(self) -> Seen[ArmId]:
        """The VNets from which people or pipelines come in, in order."""
        if self.graph.settings.access_vnets:
            return _in_order(self._named(self.graph.settings.access_vnets))
        # Of what is missing, what lies around the AML VNets is named first: people seldom come in from within them.
        near = self.aml_vnets.flat(self._peers_of) | self._linked() | self.aml_vnets
        found = near.where(lambda vnet: has_hosts(vnet, self.graph))
        return _in_order(Seen(found.found, self._with_hint(found.missing)))

    def _with_hint(self, missing: MissingEvidence | None) -> MissingEvidence | None:
        """Add what settles from which networks people come in, where those of others cannot be read."""
        elsewhere = {ArmId(each).subscription for each in missing.involves} if missing is not None else set()
        if missing is None or not elsewhere - self.graph.subscriptions:
            return missing
        return MissingEvidence(f"{missing.why.removesuffix('.')}{_HINT}", missing.involves, missing.gap)

    def _peers_of(self, vnet: ArmId) -> Seen[ArmId]:
        """Return the networks that one is joined with; nobody works in those that stand for Virtual WAN hubs."""
        peers = peers_of(vnet, self.graph).where(lambda each: not is_hub_network(each, vnet, self.graph))
        return peers | Seen((vnet,)).flat(lambda each: connected_with(each, self.graph))

    def _linked(self) -> Seen[ArmId]:
        """Return the VNets that the zones of the solution's endpoints are linked to."""
        zones = self.endpoints().flat(lambda endpoint: zones_named_by(endpoint, self.graph))
        links = zones.each_once().flat(lambda zone: self.graph.children(ZoneLink, zone))
        return links.map(lambda link: known(link.virtual_network))

    def reaches(self, vnet: ArmId) -> bool:
        """Tell whether a VNet is an AML VNet or connected to one."""
        return self.aml_vnets.exists(lambda aml: vnet == aml or are_connected(vnet, aml, self.graph))

    @seeing
    def _named(self, names: Iterable[str]) -> Iterator[ArmId]:
        """Return the VNets that the user named; an id needs no reading, a name does."""
        for name in names:
            if name.startswith("/"):
                yield ArmId(name)
            else:
                yield from self._called(name)

    def _called(self, name: str) -> list[ArmId]:
        found = [vnet.id for vnet in self.graph.seen(VirtualNetwork) if vnet.name.lower() == name.lower()]
        if not found:
            raise MissingEvidence(f"no virtual network called {name!r} was read")
        return found


def _in_order(vnets: Seen[ArmId]) -> Seen[ArmId]:
    return Seen(tuple(sorted(set(vnets.found))), vnets.missing)


def solutions(graph: Graph) -> Seen[Solution]:
    """Return the solutions to be judged, in id order of their workspaces."""
    return graph.once(_judged)


def _judged(graph: Graph) -> Seen[Solution]:
    found = (each for each in graph.once(every_solution).values() if graph.settings.scope.judges(each.id))
    return Seen(tuple(found), in_judged(Workspace, graph).missing)


def in_judged(kind: type[R], graph: Graph) -> Seen[R]:
    """Return what of a kind lies in the subscriptions that are judged: those that were named, else all that is seen."""
    scope = graph.settings.scope
    named = {each.lower() for each in scope.subscriptions}
    if not named:
        return graph.all(kind)
    scopes = (ArmId(f"/subscriptions/{each}") for each in sorted(named - {each.lower() for each in scope.context}))
    return each_of(scopes, lambda each: graph.all(kind, each))


def solution_of(part: ArmId, graph: Graph) -> Solution:
    """Return the solution whose workspace a compute, endpoint or deployment belongs to."""
    workspace = part
    while workspace.type != Workspace.TYPE.lower():
        if workspace.parent is None:
            raise MissingEvidence(f"{part} belongs to no workspace", (str(part),))
        workspace = workspace.parent
    found = graph.once(every_solution).get(workspace)
    if found is None:
        raise MissingEvidence(f"the workspace {workspace} was not read", (str(workspace),))
    return found


def aks_cluster_of(compute: Compute, graph: Graph) -> KubernetesCluster | None:
    """Return the AKS cluster that a compute stands for; None if it is something else."""
    attached = known(compute.attached)
    if attached is None or attached.type != KubernetesCluster.TYPE.lower():
        return None
    return graph.get(KubernetesCluster, attached)


def every_solution(graph: Graph) -> dict[ArmId, Solution]:
    """Return all solutions, to be judged or not, by the ids of their workspaces; ask it by `graph.once`."""
    return {workspace.id: Solution(workspace, graph) for workspace in graph.seen(Workspace)}
