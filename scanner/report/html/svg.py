"""A drawing in the words that its template needs: cut labels, class names, marks, a description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.report.html.geometry import Box, Drawing, Line, Point, Rect
from scanner.report.html.judged import State
from scanner.report.html.labels import columns, fitted
from scanner.report.html.layout import LANE_NAME, drawn
from scanner.report.html.picture import EdgeKind, Kind, Node, Picture
from scanner.report.html.wires import marked
from scanner.system.counting import counted
from scanner.system.plain import plain

_CHAR = 7
"""How wide a column of text is, in pixels, at the size that labels have: a little more than most fonts need."""

_SMALL_CHAR = 6
_ICON = 26
_LONGEST_QUERY = 200
_TALL = frozenset({Kind.WORKSPACE, Kind.STORAGE, Kind.VAULT, Kind.REGISTRY})
_FRAMES = frozenset({Kind.VNET, Kind.MANAGED_NETWORK, Kind.WAN_HUB})


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it stands."""

    at: Point
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A box as it is drawn: its tooltip, name, second line, and what to search for to see its results.

    `looks` are the class names that say how it stands: "broken high", "ok waived", "broken critical ghost".
    """

    rect: Rect
    kind: Kind
    state: State
    looks: str
    title: str
    name: Label
    detail: Label | None
    icon: Point | None
    badge: Point
    query: str
    remark: str


@dataclass(frozen=True, slots=True)
class Art:
    """All that the template draws, in the order in which it is drawn."""

    width: int
    height: int
    captions: tuple[tuple[Point, str], ...]
    note: Rect | None
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    marks: tuple[Line, ...]
    lanes: tuple[Label, ...]
    description: str


def art(picture: Picture) -> Art:
    """Return a picture ready for its template."""
    drawing: Drawing = drawn(picture)
    return Art(
        drawing.width,
        drawing.height,
        drawing.captions,
        drawing.note,
        tuple(_shape(each) for box in drawing.boxes for each in box.all),
        drawing.lines,
        tuple(marked(drawing.lines)),
        tuple(Label(at, fitted(network.name, LANE_NAME)) for at, network in drawing.lanes),
        _description(picture),
    )


def _shape(box: Box) -> Shape:
    node, rect = box.node, box.rect
    words = (_called(node), node.name, node.detail, _standing(node), *node.faults, *node.remarks)
    name, detail = _two_lines(box) if node.kind in _FRAMES | _TALL else _one_line(box)
    return Shape(
        rect,
        node.kind,
        node.state,
        _looks(node),
        ", ".join(each for each in words if each),
        name,
        detail,
        _icon(box),
        Point(rect.right - 1, rect.y + 1),
        _query(node),
        "" if node.state is State.BROKEN else "waived" if "waived" in node.remarks else "",
    )


_STATES = {State.OK: "", State.UNKNOWN: "unknown", State.BROKEN: "failed"}


def _called(node: Node) -> str:
    return f"missing {node.kind}" if node.ghost and node.kind is Kind.ENDPOINT else node.kind.value


def _standing(node: Node) -> str:
    """Say how a node stands: "failed, critical"."""
    return ", ".join(each for each in (_STATES[node.state], node.severity) if each)


def _looks(node: Node) -> str:
    return " ".join([node.state, *([node.severity] if node.severity else []), *node.remarks, *["ghost"] * node.ghost])


def _query(node: Node) -> str:
    """Return what to search for to see a node's results: nothing where there are none."""
    if (node.state is State.OK and not node.remarks) or node.kind is Kind.REST:
        return ""
    return plain(node.name if node.ghost else "/".join(node.id.names), _LONGEST_QUERY)


def line_looks(line: Line) -> str:
    """Return the class names of an edge: what it is, how it stands, how grave that is."""
    edge = line.edge
    return " ".join([edge.kind.slug, edge.state, *([edge.severity] if edge.severity else [])])


def _two_lines(box: Box) -> tuple[Label, Label | None]:
    rect, indent = box.rect, 44 if _icon(box) else 14
    width = rect.width - indent - 10
    name = Label(Point(rect.x + indent, rect.y + 21), fitted(box.node.name, width // (_CHAR + 1)))
    return name, Label(Point(rect.x + indent, rect.y + 37), fitted(box.node.detail, width // _SMALL_CHAR))


def _one_line(box: Box) -> tuple[Label, Label | None]:
    """Put the name on the left and the detail, which is short, on the right."""
    rect, node = box.rect, box.node
    left = _ICON if _icon(box) else 10
    detail = fitted(node.detail, 24)
    room = rect.width - left - 12 - columns(detail) * _SMALL_CHAR - (8 if detail else 0)
    baseline = rect.y + (19 if node.kind is Kind.SUBNET else rect.height // 2 + 4)
    name = Label(Point(rect.x + left, baseline), fitted(node.name, max(room // _CHAR, 6)))
    return name, Label(Point(rect.right - 10, baseline), detail) if detail else None


def _icon(box: Box) -> Point | None:
    """Return where the icon stands; networks, subnets, zones and counts have none."""
    if box.node.kind in _TALL:
        return Point(box.rect.x + 13, box.rect.middle - 10)
    if box.node.kind in _FRAMES or box.node.kind in {Kind.SUBNET, Kind.ZONE, Kind.REST}:
        return None
    return Point(box.rect.x + 6, box.rect.middle - 8)


def _description(picture: Picture) -> str:
    """Say in words what a picture shows: how much there is, then each edge that is not in order."""
    kinds = Counter(node.kind for node in picture.nodes if node.kind is not Kind.REST and not node.ghost)
    there = ", ".join(counted(count, kind) for kind, count in kinds.items())
    return ". ".join([f"There are {there}", *_faults(picture)]) + "."


def _faults(picture: Picture) -> Iterator[str]:
    names = {node.id: node.name for node in picture.nodes}
    for state, word in ((State.BROKEN, "Broken"), (State.UNKNOWN, "Unknown")):
        for edge in picture.edges:
            if edge.state is state:
                yield f"{word} {edge.kind}: {names[edge.source]} to {names[edge.target]}, {edge.says}"


def edge_title(line: Line) -> str:
    """Return the tooltip of an edge."""
    edge = line.edge
    graveness = f" ({edge.severity})" if edge.severity else ""
    words = {State.OK: "", State.UNKNOWN: "unknown: ", State.BROKEN: f"broken{graveness}: "}[edge.state]
    arrow = "↔" if edge.kind is EdgeKind.PEERING else "→"
    return f"{words}{edge.kind} {edge.source.name} {arrow} {edge.target.name}, {edge.says}"
