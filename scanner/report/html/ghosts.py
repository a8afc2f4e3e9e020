"""The private endpoints that are missing: drawn where they should be, as what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.engine import Severity
from scanner.evidence import MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Workspace
from scanner.model.services import PrivateLinkTarget
from scanner.report.html.judged import State
from scanner.report.html.networks import Seen, private_rules
from scanner.report.html.picture import Edge, EdgeKind, Kind, Node, Picture
from scanner.report.html.residents import seen

_GROUPS = {
    Kind.WORKSPACE: ("amlworkspace",),
    Kind.STORAGE: ("blob", "file"),
    Kind.VAULT: ("vault",),
    Kind.REGISTRY: ("registry",),
}
"""The sub-resources for which every solution needs an endpoint."""


@dataclass(frozen=True, slots=True)
class _Lacking:
    """An endpoint that is missing: what it would lead to, and how grave that is."""

    target: ArmId
    group: str
    severity: Severity


def with_ghosts(picture: Picture, seen_: Seen) -> Picture:
    """Return a picture with a ghost for each endpoint that is missing, and where it would lead.

    There is one only where a result about private endpoints failed on the service and every endpoint of it was seen.
    """
    lacking = list(_lacking(picture, seen_))
    place = next((each for each in picture.inner if each.kind is Kind.VNET), None)
    if not lacking or place is None:
        return picture
    home = ArmId(f"{place.id}/missing/endpoints")
    ghosts = tuple(_ghost(home, each) for each in lacking)
    subnet = Node(home, Kind.SUBNET, "missing endpoints", "", children=ghosts, ghost=True)
    grown = replace(place, children=(*place.children, subnet))
    edges = (_edge(ghost, each) for ghost, each in zip(ghosts, lacking, strict=True))
    inner = tuple(grown if each is place else each for each in picture.inner)
    return replace(picture, inner=inner, edges=(*picture.edges, *edges))


def _lacking(picture: Picture, seen_: Seen) -> Iterator[_Lacking]:
    kinds = {each.id: each.kind for each in picture.services}
    for target in seen(seen_.solution.targets()):
        # What is judged of a project is its own result, and the endpoint is its hub's.
        subject = seen_.solution.id if isinstance(target, Workspace) else target.id
        severity = seen_.judged.unlinked.get(subject)
        if severity is not None:
            for group in _GROUPS.get(kinds.get(target.id, Kind.REST), ()):
                if _is_missing(target, group, seen_):
                    yield _Lacking(target.id, group, severity)


def _is_missing(target: Workspace | PrivateLinkTarget, group: str, seen_: Seen) -> bool:
    """Tell whether nothing leads to a sub-resource, approved or not; False where that is not known."""
    try:
        links = seen_.solution.links(target).whole()
        there = any(group in link.groups for link in links)
    except MissingEvidence:
        return False
    hosted = {(where.resource, str(where.subresource).lower()) for _, where in private_rules(seen_)}
    return not there and (target.id, group) not in hosted


def _ghost(home: ArmId, each: _Lacking) -> Node:
    arm_id = ArmId(f"{home}/{each.target.name}/{each.group}")
    return Node(arm_id, Kind.ENDPOINT, each.target.name, each.group, State.BROKEN, severity=each.severity, ghost=True)


def _edge(ghost: Node, each: _Lacking) -> Edge:
    says = f"no endpoint for {each.group}"
    return Edge(EdgeKind.PRIVATE_LINK, ghost.id, each.target, says, State.BROKEN, each.severity)
