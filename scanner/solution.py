"""A solution: one workspace with what belongs to it, and the roles that virtual networks play for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import ClassVar, TypeVar

from scanner.estate.connectivity import are_connected, peers_of
from scanner.estate.hosts import host_vnets, require_all_hosts
from scanner.estate.private_link import LIVE, Link, links_asking, links_of, vnet_of, zones_named_by
from scanner.evidence import MissingEvidence, exists, flat, gathered, known, matching, raise_any, readable
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import KubernetesCluster
from scanner.model.exposure import ConnectionStatus
from scanner.model.machine_learning import Compute, IsolationMode, ManagedNetwork, Workspace, WorkspaceKind
from scanner.model.network import PrivateEndpoint, VirtualNetwork, ZoneLink
from scanner.model.resource import Resource
from scanner.model.services import ApplicationInsights, KeyVault, PrivateLinkTarget, Registry, StorageAccount

R = TypeVar("R", bound=Resource)


WORKSPACE_GROUP = "amlworkspace"
"""The sub-resource of a workspace: it has only this one."""

STUDIO_GROUPS = ("blob", "file")
"""The sub-resources of storage that the studio's pages read themselves."""


class Isolation(StrEnum):
    """How a workspace is kept apart from the internet."""

    MANAGED_NETWORK = "managed-network"
    CUSTOMER_VNET = "customer-vnet"
    PUBLIC = "public"


class Solution:
    """A workspace and its parts. Every property raises MissingEvidence where what it needs could not be seen."""

    TYPE: ClassVar[str] = Workspace.TYPE

    def __init__(self, workspace: Workspace, graph: Graph) -> None:
        self.workspace = workspace
        self.graph = graph

    @property
    def id(self) -> ArmId:
        """The workspace's id: as a subject, a solution is its workspace."""
        return self.workspace.id

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self.workspace.name

    @cached_property
    def network_workspace(self) -> Workspace:
        """The workspace whose network settings hold: a project inherits those of its hub."""
        if known(self.workspace.kind) != WorkspaceKind.PROJECT:
            return self.workspace
        hub = known(self.workspace.hub)
        if hub is None:
            raise MissingEvidence("a project whose hub Azure did not name", (str(self.id),))
        return self.graph.get(Workspace, hub)

    @cached_property
    def isolation(self) -> Isolation:
        """How the workspace is isolated."""
        if self.has_managed_network:
            return Isolation.MANAGED_NETWORK
        return Isolation.CUSTOMER_VNET if any(True for _ in self._aml_vnet_ids()) else Isolation.PUBLIC

    @cached_property
    def managed_network(self) -> ManagedNetwork | None:
        """The network that Microsoft hosts for the computes, if they are in one."""
        network = known(self.network_workspace.managed_network, f"workspace {self.network_workspace.name}")
        return None if network is None or network.isolation_mode == IsolationMode.DISABLED else network

    @property
    def has_managed_network(self) -> bool:
        """Whether Microsoft hosts the network of the computes."""
        return self.managed_network is not None

    # What the workspace stands on

    @cached_property
    def storage_account(self) -> StorageAccount | None:
        """The default storage account."""
        return self._part(StorageAccount, known(self.network_workspace.storage_account))

    @cached_property
    def key_vault(self) -> KeyVault | None:
        """The key vault."""
        return self._part(KeyVault, known(self.network_workspace.key_vault))

    @cached_property
    def registry(self) -> Registry | None:
        """The container registry; None until the first image is needed."""
        return self._part(Registry, known(self.network_workspace.container_registry))

    @cached_property
    def application_insights(self) -> ApplicationInsights | None:
        """The Application Insights component."""
        return self._part(ApplicationInsights, known(self.network_workspace.application_insights))

    def _part(self, kind: type[R], arm_id: ArmId | None) -> R | None:
        return None if arm_id is None else self.graph.get(kind, arm_id)

    def parts(self) -> tuple[ArmId, ...]:
        """Return the ids of what the workspace names as its own."""
        workspace = self.network_workspace
        named = (
            workspace.storage_account,
            workspace.key_vault,
            workspace.container_registry,
            workspace.application_insights,
        )
        return tuple(part for part in map(known, named) if part is not None)

    def targets(self) -> Iterator[Workspace | PrivateLinkTarget]:
        """Yield what private endpoints of this solution lead to; raise at the end for a part that was not readable."""
        yield self.network_workspace
        missing = None
        for part in ("storage_account", "key_vault", "registry"):
            try:
                target = getattr(self, part)
                yield from [target] if target is not None else []
            except MissingEvidence as problem:
                missing = problem
        raise_any(missing)

    def computes(self) -> Iterator[Compute]:
        """Yield the workspace's own computes."""
        return self.graph.children(Compute, self.id)

    def compute_named(self, name: str) -> Compute | None:
        """Return the compute of a name or id, which for a project may be its hub's; None if there is none."""
        wanted = name.rpartition("/")[2].lower()
        return next((each for each in self.usable_computes() if each.name.lower() == wanted), None)

    def usable_computes(self) -> Iterator[Compute]:
        """Yield the computes that the workspace's jobs can run on: its own and, for a project, its hub's."""
        for owner in dict.fromkeys((self.id, self.network_workspace.id)):
            yield from self.graph.children(Compute, owner)

    def links(self, target: Workspace | PrivateLinkTarget) -> Iterator[Link]:
        """Yield the customer's private endpoints of a target.

        Where the target serves a managed network, of this workspace or another, an endpoint in a subscription that was
        not read is taken for one of Microsoft's own.
        """
        for link in links_of(target, self.graph):
            if link.endpoint is not None or not self._is_microsofts(link):
                yield link

    def hosted_links(self, target: Workspace | PrivateLinkTarget) -> Iterator[Link]:
        """Yield the endpoints of a target that are taken for Microsoft's own, in a managed network."""
        unread = (link for link in links_of(target, self.graph) if link.endpoint is None)
        yield from (link for link in unread if self._is_microsofts(link))

    def approved(self, target: Workspace | PrivateLinkTarget, group: str) -> Iterator[Link]:
        """Yield the customer's approved endpoints for a sub-resource, then raise MissingEvidence if there may be more.

        The virtual network of each is known.
        """

        def serves(link: Link) -> bool:
            return link.status is ConnectionStatus.APPROVED and group in link.groups and bool(link.vnet.key)

        yield from readable(self.links(target), lambda link: link if serves(link) else None)

    def _is_microsofts(self, link: Link) -> bool:
        elsewhere = link.id.subscription not in self.graph.subscriptions
        return elsewhere and link.target in self.graph.once(_in_managed_networks)

    def every_link(self) -> Iterator[Link]:
        """Yield the customer's private endpoints of the workspace and of what it stands on.

        Those that lead to a resource that could not be read come from their own side; MissingEvidence follows.
        """
        targets, missing = gathered(self.targets())
        seen: set[ArmId] = set()
        for target in targets:
            links, unseen = gathered(self.links(target))
            yield from links
            seen.update(link.id for link in links)
            missing = missing or unseen
        for named in _named_by(self.network_workspace):
            yield from (link for link in links_asking(named, self.graph) if link.id not in seen)
        raise_any(missing)

    def endpoints(self) -> Iterator[PrivateEndpoint]:
        """Yield the customer's private endpoints themselves, then raise MissingEvidence for one that was not read."""
        yield from readable(self.every_link(), _endpoint_of)

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
        found = host_vnets(self.graph).intersection(near)
        if found != set(near):
            _, unlisted = matching([self.graph], require_all_hosts)
            missing = missing or unlisted
        return sorted(found), missing

    def _own(self) -> Iterator[ArmId]:
        yield from self.aml_vnets

    def _peers(self) -> Iterator[ArmId]:
        yield from flat(self.aml_vnets, lambda vnet: peers_of(vnet, self.graph))

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


def _endpoint_of(link: Link) -> PrivateEndpoint:
    if link.endpoint is None:
        raise MissingEvidence(link.why, (str(link.id),))
    return link.endpoint


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


def _named_by(workspace: Workspace) -> Iterator[ArmId]:
    """Yield the ids of a workspace and of what it names as its own, as far as they are known."""
    yield workspace.id
    for part in (workspace.storage_account, workspace.key_vault, workspace.container_registry):
        if isinstance(part, ArmId):
            yield part


def _in_managed_networks(graph: Graph) -> frozenset[ArmId]:
    """Return the ids of every workspace that has a managed network, and of what those stand on."""
    every = graph.once(every_solution).values()
    managed, _ = matching(every, lambda solution: solution.has_managed_network)
    return frozenset(each for solution in managed for each in _named_by(solution.network_workspace))


def every_solution(graph: Graph) -> dict[ArmId, Solution]:
    """Return all solutions, to be judged or not, by the ids of their workspaces; ask it by `graph.once`."""
    return {workspace.id: Solution(workspace, graph) for workspace in graph.seen(Workspace)}
