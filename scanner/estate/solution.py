"""A solution: one workspace with what belongs to it, and the roles that virtual networks play for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from itertools import chain

from scanner.estate.connectivity import are_connected, peers_of
from scanner.estate.hosts import has_hosts
from scanner.estate.links import LinkedParts
from scanner.estate.private_link import LIVE, vnet_of, zones_named_by
from scanner.estate.routes import is_hub_network
from scanner.evidence import MissingEvidence, exists, flat, gathered, known, matching, raise_any, readable
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import KubernetesCluster
from scanner.model.machine_learning import Compute, Workspace
from scanner.model.network import VirtualNetwork
from scanner.model.private_dns import ZoneLink


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
        return Isolation.CUSTOMER_VNET if any(True for _ in self._aml_vnet_ids()) else Isolation.PUBLIC

    # Roles of virtual networks

    @cached_property
    def aml_vnets(self) -> tuple[ArmId, ...]:
        """The AML VNets: of the workspace's endpoints, of its computes, of its serverless compute."""
        return tuple(sorted(set(self._aml_vnet_ids())))

    def _aml_vnet_ids(self) -> Iterator[ArmId]:
        if self.graph.settings.aml_vnets:
            yield from self._named(self.graph.settings.aml_vnets)
            return
        yield from (link.vnet for link in self.links(self.network_workspace) if link.status in LIVE)
        yield from map(vnet_of, self.compute_subnets())

    def compute_subnets(self) -> Iterator[ArmId]:
        """Yield the customer's subnets that serverless compute and the computes run in; none with a managed network."""
        if not self.has_managed_network:
            holders: Iterator[Workspace | Compute] = chain([self.network_workspace], self.computes())
            yield from readable(holders, _subnet_of)

    @property
    def access_vnets(self) -> Iterator[ArmId]:
        """Yield the VNets from which people or pipelines come in, then raise MissingEvidence if there may be more."""
        found, missing = self._access
        yield from found
        raise_any(missing)

    @cached_property
    def _access(self) -> tuple[list[ArmId], MissingEvidence | None]:
        if self.graph.settings.access_vnets:
            named, missing = gathered(self._named(self.graph.settings.access_vnets))
            return sorted(set(named)), missing
        near, missing = gathered(flat((self._own, self._peers, self._linked), lambda find: find()))
        found, undecided = matching(dict.fromkeys(near), lambda vnet: has_hosts(vnet, self.graph))
        return sorted(found), missing or undecided

    def _own(self) -> Iterator[ArmId]:
        yield from self.aml_vnets

    def _peers(self) -> Iterator[ArmId]:
        yield from flat(self.aml_vnets, self._peers_of)

    def _peers_of(self, vnet: ArmId) -> Iterator[ArmId]:
        """Yield the networks that one is peered with; nobody works in those that stand for Virtual WAN hubs."""
        yield from (each for each in peers_of(vnet, self.graph) if not is_hub_network(each, vnet, self.graph))

    def _linked(self) -> Iterator[ArmId]:
        """Yield the VNets that the zones of the solution's endpoints are linked to."""
        zones = flat(self.endpoints(), lambda endpoint: zones_named_by(endpoint, self.graph))
        links = flat(zones, lambda zone: self.graph.children(ZoneLink, zone))
        yield from readable(links, lambda link: known(link.virtual_network))

    def reaches(self, vnet: ArmId) -> bool:
        """Tell whether a VNet is an AML VNet or connected to one."""
        return exists(self.aml_vnets, lambda aml: vnet == aml or are_connected(vnet, aml, self.graph))

    def _named(self, names: Iterable[str]) -> Iterator[ArmId]:
        """Yield the VNets that the user named; an id needs no reading, a name does."""
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


def _subnet_of(holder: Workspace | Compute) -> ArmId | None:
    if isinstance(holder, Workspace):
        return known(holder.serverless_subnet, holder.name)
    return known(holder.subnet, holder.name) if holder.has_nodes else None


def solutions(graph: Graph) -> tuple[Solution, ...]:
    """Return the solutions to be judged, in id order of their workspaces."""
    return tuple(each for each in graph.once(every_solution).values() if graph.settings.scope.judges(each.id))


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
