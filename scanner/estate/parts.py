"""What a workspace stands on: its hub, its managed network, its accounts, its computes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar, TypeVar

from scanner.evidence import MissingEvidence, Seen, each_of, known, raise_any, seeing
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Compute, IsolationMode, ManagedNetwork, Workspace, WorkspaceKind
from scanner.model.monitoring import LogWorkspace
from scanner.model.resource import Resource
from scanner.model.services import ApplicationInsights, KeyVault, PrivateLinkTarget, Registry, StorageAccount

R = TypeVar("R", bound=Resource)


class Parts:
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

    @cached_property
    def log_workspace(self) -> LogWorkspace | None:
        """The Log Analytics workspace that the component keeps its data in; None for a classic component."""
        component = self.application_insights
        return None if component is None else self._part(LogWorkspace, known(component.workspace, component.name))

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

    @seeing
    def targets(self) -> Iterator[Workspace | PrivateLinkTarget]:
        """Return what private endpoints of this solution lead to; what is missing is a part that was not readable."""
        yield self.network_workspace
        missing = None
        for part in ("storage_account", "key_vault", "registry"):
            try:
                target = getattr(self, part)
                yield from [target] if target is not None else []
            except MissingEvidence as problem:
                missing = problem.kept()
        raise_any(missing)

    def computes(self) -> Seen[Compute]:
        """Return the workspace's own computes."""
        return self.graph.children(Compute, self.id)

    def compute_named(self, name: str) -> Compute | None:
        """Return the compute of a name or id, which for a project may be its hub's; None if there is none."""
        wanted = name.rpartition("/")[2].lower()
        found = self.usable_computes().where(lambda each: each.name.lower() == wanted)
        return next(iter(found.found or found.whole()), None)

    def usable_computes(self) -> Seen[Compute]:
        """Return the computes that the workspace's jobs can run on: its own and, for a project, its hub's."""
        owners = dict.fromkeys((self.id, self.network_workspace.id))
        return each_of(owners, lambda owner: self.graph.children(Compute, owner))

    def compute_subnets(self) -> Seen[ArmId]:
        """Return the customer's subnets that computes and serverless compute run in; none with a managed network."""
        if self.has_managed_network:
            return Seen()
        computes = self.computes()
        holders: tuple[Workspace | Compute, ...] = (self.network_workspace, *computes.found)
        return Seen(holders, computes.missing).map(_subnet_of)


def named_by(workspace: Workspace) -> Iterator[ArmId]:
    """Yield the ids of a workspace and of what it names as its own, as far as they are known."""
    yield workspace.id
    for part in (workspace.storage_account, workspace.key_vault, workspace.container_registry):
        if isinstance(part, ArmId):
            yield part


def _subnet_of(holder: Workspace | Compute) -> ArmId | None:
    if isinstance(holder, Workspace):
        return known(holder.serverless_subnet, holder.name)
    return known(holder.subnet, holder.name) if holder.has_nodes else None
