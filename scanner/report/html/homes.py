"""Which solutions a result belongs to, so that a reader can look at one workspace alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.engine import Result
from scanner.model.arm import ArmId
from scanner.report.html.picture import Kind, Picture
from scanner.scan.outcome import Scan, SolutionSummary


@dataclass(frozen=True, slots=True)
class Home:
    """A solution as the page knows it: `token` is its mark on results, `label` its name, told apart if need be."""

    token: str
    label: str
    summary: SolutionSummary
    picture: Picture | None
    ids: frozenset[ArmId]

    @property
    def vnets(self) -> tuple[ArmId, ...]:
        """The AML VNets and the access VNets, each once."""
        return tuple(dict.fromkeys(map(ArmId, (*self.summary.aml_vnets, *self.summary.access_vnets))))

    def named(self, group: str) -> frozenset[str]:
        """Return the names, in lower case, of what offers a sub-resource: workspace, blob, vault and so on."""
        named = {
            "workspace": self._workspaces,
            "vault": self.summary.key_vaults,
            "registry": self.summary.registries,
        }
        return frozenset(ArmId(each).name.lower() for each in named.get(group, self.summary.storage_accounts))

    @property
    def _workspaces(self) -> tuple[str, ...]:
        """The workspace's id, and its hub's, which has the endpoints."""
        services = self.picture.services if self.picture else ()
        return (self.summary.workspace, *(str(each.id) for each in services if each.kind is Kind.WORKSPACE))


def homes(scan: Scan, pictures: tuple[Picture, ...]) -> tuple[Home, ...]:
    """Return the solutions of a scan in its order."""
    drawn = {each.workspace: each for each in pictures}
    names = [ArmId(each.workspace).name for each in scan.solutions]
    return tuple(
        _home(place, each, drawn.get(ArmId(each.workspace)), shared=names.count(ArmId(each.workspace).name) > 1)
        for place, each in enumerate(scan.solutions)
    )


def _home(place: int, summary: SolutionSummary, picture: Picture | None, *, shared: bool) -> Home:
    workspace = ArmId(summary.workspace)
    label = f"{workspace.name} ({workspace.resource_group}, {workspace.subscription})" if shared else workspace.name
    return Home(f"w{place}", label, summary, picture, frozenset(_ids(summary, picture)))


def _ids(summary: SolutionSummary, picture: Picture | None) -> Iterator[ArmId]:
    yield ArmId(summary.workspace)
    for named in (
        summary.aml_vnets,
        summary.access_vnets,
        summary.storage_accounts,
        summary.key_vaults,
        summary.registries,
    ):
        yield from map(ArmId, named)
    yield from (node.id for node in (picture.nodes if picture else ()))


def homes_of(result: Result, every: Iterable[Home]) -> tuple[Home, ...]:
    """Return the solutions that a result's subject, or what it lies in, belongs to."""
    if result.subject is None:
        return ()
    lineage = frozenset(_lineage(result.subject.id))
    return tuple(home for home in every if lineage & home.ids)


def _lineage(arm_id: ArmId | None) -> Iterator[ArmId]:
    while arm_id is not None:
        yield arm_id
        arm_id = arm_id.parent
