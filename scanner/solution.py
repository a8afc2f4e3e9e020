"""A solution: one workspace with what belongs to it, and the roles that virtual networks play for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, TypeVar

from scanner.connectivity import are_connected, peers_of
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.hosts import host_vnets, require_all_hosts
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Compute, IsolationMode, Workspace, WorkspaceKind
from scanner.model.network import VirtualNetwork, ZoneGroup, ZoneLink
from scanner.model.resource import Resource
from scanner.model.services import ApplicationInsights, KeyVault, PrivateLinkTarget, Registry, StorageAccount
from scanner.private_link import LIVE, Link, links_of, vnet_of

R = TypeVar("R", bound=Resource)


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
    def has_managed_network(self) -> bool:
        """Whether Microsoft hosts the network of the computes."""
        network = known(self.network_workspace.managed_network)
        return network is not None and network.isolation_mode != IsolationMode.DISABLED

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
        if missing:
            raise missing

    def computes(self) -> Iterator[Compute]:
        """Yield the workspace's own computes."""
        return self.graph.children(Compute, self.id)

    def compute_named(self, name: str) -> Compute | None:
        """Return the compute of a name or id, which for a project may be its hub's; None if there is none."""
        wanted = name.rpartition("/")[2].lower()
        owners = dict.fromkeys((self.id, self.network_workspace.id))
        return next(
            (
                compute
                for owner in owners
                for compute in self.graph.children(Compute, owner)
                if compute.name.lower() == wanted
            ),
            None,
        )

    def links(self, target: Workspace | PrivateLinkTarget) -> Iterator[Link]:
        """Yield the customer's private endpoints of a target.

        With a managed network, an endpoint that cannot be read is taken for one of Microsoft's own, which lie in a
        subscription of Microsoft's.
        """
        for link in links_of(target, self.graph):
            if link.endpoint is not None or not self.has_managed_network:
                yield link

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
        if not self.has_managed_network:
            subnets = [known(self.network_workspace.serverless_subnet)]
            subnets += [known(compute.subnet) for compute in self.computes()]
            yield from (vnet_of(subnet) for subnet in subnets if subnet is not None)

    @cached_property
    def access_vnets(self) -> tuple[ArmId, ...]:
        """The VNets from which people or pipelines come in."""
        if self.graph.settings.access_vnets:
            return tuple(sorted(self._named(self.graph.settings.access_vnets)))
        candidates = {*self.aml_vnets, *self._peers(), *self._linked()}
        found = candidates & host_vnets(self.graph)
        if found != candidates:
            require_all_hosts(self.graph)
        return tuple(sorted(found))

    def _peers(self) -> Iterator[ArmId]:
        for vnet in self.aml_vnets:
            yield from peers_of(vnet, self.graph)

    def _linked(self) -> Iterator[ArmId]:
        for zone in self.zones:
            yield from (known(link.virtual_network) for link in self.graph.children(ZoneLink, zone))

    @cached_property
    def zones(self) -> tuple[ArmId, ...]:
        """The private DNS zones that the solution's endpoints keep their records in."""
        endpoints = {link.id for target in self.targets() for link in self.links(target) if link.endpoint}
        groups = (group for each in sorted(endpoints) for group in self.graph.children(ZoneGroup, each))
        return tuple(sorted({known(config.zone) for group in groups for config in known(group.zones)}))

    def reaches(self, vnet: ArmId) -> bool:
        """Tell whether a VNet is an AML VNet or connected to one."""
        return any(vnet == aml or are_connected(vnet, aml, self.graph) for aml in self.aml_vnets)

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


def solutions(graph: Graph) -> tuple[Solution, ...]:
    """Return the solutions to be judged, in id order of their workspaces."""
    return tuple(each for each in graph.once(_every_solution).values() if graph.settings.scope.judges(each.id))


def solution_of(part: ArmId, graph: Graph) -> Solution:
    """Return the solution whose workspace a compute, endpoint or deployment belongs to."""
    workspace = part
    while workspace.type != Workspace.TYPE.lower():
        if workspace.parent is None:
            raise MissingEvidence(f"{part} belongs to no workspace", (str(part),))
        workspace = workspace.parent
    found = graph.once(_every_solution).get(workspace)
    if found is None:
        raise MissingEvidence(f"the workspace {workspace} was not read", (str(workspace),))
    return found


def users_of(part: Resource, graph: Graph) -> Iterator[Solution]:
    """Yield the judged solutions that a storage account, vault, registry or component serves."""
    for solution in solutions(graph):
        workspace = solution.network_workspace
        named = (
            workspace.storage_account,
            workspace.key_vault,
            workspace.container_registry,
            workspace.application_insights,
        )
        if any(known(each) == part.id for each in named):
            yield solution


def _every_solution(graph: Graph) -> dict[ArmId, Solution]:
    return {workspace.id: Solution(workspace, graph) for workspace in graph.seen(Workspace)}
