"""Which solutions a result belongs to, so that a reader can look at one workspace alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.engine import Result
from scanner.model.arm import ArmId
from scanner.report.html.picture import Kind, Picture
from scanner.scan.outcome import Scan, SolutionSummary


@dataclass(frozen=True, slots=True)
class Home:
    """A solution as the page knows it: its place in the scan, and its name, told apart if need be."""

    place: int
    label: str
    summary: SolutionSummary
    picture: Picture | None
    ids: frozenset[ArmId]

    @property
    def token(self) -> str:
        """Its mark on results."""
        return f"w{self.place}"

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
    names = Counter(ArmId(each.workspace).name for each in scan.solutions)
    return tuple(
        _home(place, each, drawn.get(ArmId(each.workspace)), shared=names[ArmId(each.workspace).name] > 1)
        for place, each in enumerate(scan.solutions)
    )


def _home(place: int, summary: SolutionSummary, picture: Picture | None, *, shared: bool) -> Home:
    workspace = ArmId(summary.workspace)
    label = f"{workspace.name} ({workspace.resource_group}, {workspace.subscription})" if shared else workspace.name
    return Home(place, label, summary, picture, frozenset(_ids(summary, picture)))


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


class Finder:
    """Finds the solutions that results belong to; each resource is looked up once."""

    def __init__(self, every: Iterable[Home]) -> None:
        self._homes: dict[ArmId, list[Home]] = {}
        for home in every:
            for arm_id in home.ids:
                self._homes.setdefault(arm_id, []).append(home)
        self._found: dict[ArmId, tuple[Home, ...]] = {}

    def of(self, result: Result) -> tuple[Home, ...]:
        """Return the solutions that a result's subject, or what it lies in, belongs to, in the order of the scan."""
        if result.subject is None:
            return ()
        subject = result.subject.id
        if subject not in self._found:
            found = {home.place: home for each in _lineage(subject) for home in self._homes.get(each, ())}
            self._found[subject] = tuple(found[place] for place in sorted(found))
        return self._found[subject]


def homes_of(result: Result, every: Iterable[Home]) -> tuple[Home, ...]:
    """Return the solutions that one result belongs to."""
    return Finder(every).of(result)


def _lineage(arm_id: ArmId | None) -> Iterator[ArmId]:
    while arm_id is not None:
        yield arm_id
        arm_id = arm_id.parent
