"""What the results say of the nodes of a picture, and of what lies in them without a place of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scanner.engine import Severity
from scanner.model.arm import ArmId
from scanner.model.network import Peering
from scanner.model.private_dns import ZoneLink
from scanner.report.html.judged import Judged, State, worst
from scanner.report.html.picture import Node, Picture

_EDGES = frozenset({Peering.TYPE.lower(), ZoneLink.TYPE.lower()})


def told(picture: Picture, judged: Judged) -> Picture:
    """Return a picture whose nodes tell how grave their failures are, and of faults in what is not drawn.

    A machine's extension is part of the machine, an online endpoint of the workspace. Sides of peerings and links of
    zones are drawn, as edges.
    """
    drawn = {node.id for node in picture.nodes}
    return replace(
        picture,
        outer=_told(picture.outer, judged, drawn),
        inner=_told(picture.inner, judged, drawn),
        services=_told(picture.services, judged, drawn),
        zones=_told(picture.zones, judged, drawn),
    )


def _told(nodes: Iterable[Node], judged: Judged, drawn: set[ArmId]) -> tuple[Node, ...]:
    return tuple(_node(each, judged, drawn) for each in nodes)


def _node(node: Node, judged: Judged, drawn: set[ArmId]) -> Node:
    """Return a node, and what is in it, with all that is said of it."""
    parts = [each for each in judged.parts.get(node.id, ()) if _place(each, drawn) == node.id]
    failed = [each for each in (node.id, *parts) if each in judged.failed]
    return replace(
        node,
        children=_told(node.children, judged, drawn),
        state=worst(node.state, *map(judged.node, parts)),
        severity=node.severity or max((judged.failed[each] for each in failed), key=_rank, default=None),
        faults=tuple(f"{_part(each)} {_WORDS[judged.node(each)]}" for each in parts),
        remarks=tuple(_remarks(node.id, failed, judged)),
    )


def _rank(severity: Severity) -> int:
    return severity.rank


def _remarks(arm_id: ArmId, failed: list[ArmId], judged: Judged) -> Iterator[str]:
    """Yield what was accepted of a node, and that all which failed of it was known before."""
    if arm_id in judged.waived:
        yield "waived"
    if failed and judged.known.issuperset(failed):
        yield "known"


_WORDS = {State.BROKEN: "failed", State.UNKNOWN: "unknown", State.OK: "in order"}


def _place(part: ArmId, drawn: set[ArmId]) -> ArmId | None:
    """Return the nearest node that a part lies in; None for what is drawn itself, as a node or an edge."""
    owner = None if part in drawn or part.type in _EDGES else part.parent
    while owner is not None and owner not in drawn:
        owner = owner.parent
    return owner


def _part(arm_id: ArmId) -> str:
    """Return what a part is called with its kind: "extension CustomScript"."""
    return f"{arm_id.type.rpartition('/')[2].removesuffix('s')} {arm_id.name}"
