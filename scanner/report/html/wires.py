"""Gives every edge of a picture its way: curves between boxes, and lanes that zone links run along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.model.arm import ArmId
from scanner.report.html.geometry import Box, Line, Point, Rect
from scanner.report.html.judged import State
from scanner.report.html.picture import Edge, EdgeKind

_PEERING_Y = 12
_MOST_PEERINGS = 2
_LINK_Y = 40
_BEND = 46
_PORT = 9


@dataclass(frozen=True, slots=True)
class Lanes:
    """The vertical lanes of zone links, one for each network, in the gutter that begins at `x`; `step` apart.

    Networks of the outer column come first, so that none of their lanes runs behind a box.
    """

    outer: tuple[ArmId, ...]
    inner: tuple[ArmId, ...]
    x: int
    step: int

    def of(self, network: ArmId) -> int:
        """Return the x of a network's lane."""
        return self.x + self.step * ((*self.outer, *self.inner).index(network) + 2)


def wired(edges: Iterable[Edge], boxes: Iterable[Box], lanes: Lanes) -> tuple[Line, ...]:
    """Place the edges, those that are broken last: they are drawn over the others."""
    rects = {each.node.id: each.rect for box in boxes for each in box.all}
    ports = _Ports()
    lines = [_line(edge, rects, lanes, ports) for edge in edges]
    return tuple(sorted(lines, key=lambda line: list(State).index(line.edge.state)))


class _Ports:
    """Hands out places on the left side of a box, one below the other."""

    def __init__(self) -> None:
        self._taken: dict[ArmId, int] = {}

    def next(self, box: ArmId) -> int:
        """Return how far below the first place the next one lies."""
        self._taken[box] = self._taken.get(box, -1) + 1
        return self._taken[box] * _PORT


def _line(edge: Edge, rects: dict[ArmId, Rect], lanes: Lanes, ports: _Ports) -> Line:
    start, end = rects[edge.source], rects[edge.target]
    match edge.kind:
        case EdgeKind.PRIVATE_LINK:
            offset = min(ports.next(edge.target), end.height - 2 * _PORT)
            return _across(edge, Point(start.right, start.middle), Point(end.x, end.y + _PORT + offset))
        case EdgeKind.ZONE_LINK:
            return _along(edge, start, end, lanes)
        case EdgeKind.PEERING:
            return _peering(edge, start, end, ports)


def _across(edge: Edge, start: Point, end: Point) -> Line:
    """Draw a curve from left to right."""
    bend = max((end.x - start.x) // 2, _BEND)
    path = f"M{start.x} {start.y} C{start.x + bend} {start.y} {end.x - bend} {end.y} {end.x} {end.y}"
    return Line(edge, path, Point((start.x + end.x) // 2, (start.y + end.y) // 2))


def _peering(edge: Edge, one: Rect, other: Rect, ports: _Ports) -> Line:
    """Draw a curve between two columns, or a bow on the left of one."""
    left, right = sorted((one, other), key=lambda each: (each.x, each.y))
    arrives = edge.source if right is one else edge.target
    start_y = left.y + _PEERING_Y + _PORT
    end_y = right.y + _PEERING_Y + min(ports.next(arrives), _MOST_PEERINGS * _PORT)
    if left.x != right.x:
        return _across(edge, Point(left.right, start_y), Point(right.x, end_y))
    x = left.x - _BEND // 3
    path = f"M{left.x} {start_y} C{x} {start_y} {x} {end_y} {left.x} {end_y}"
    return Line(edge, path, Point(left.x - _BEND // 4, (start_y + end_y) // 2))


def _along(edge: Edge, zone: Rect, network: Rect, lanes: Lanes) -> Line:
    """Draw the way of a zone link: along the zone's row, up the network's lane, and into its side."""
    lane = lanes.of(edge.target)
    side = network.right if edge.target in lanes.outer else network.x
    y = network.y + _LINK_Y
    path = f"M{zone.right} {zone.middle} H{lane} V{y} H{side}"
    return Line(edge, path, Point(lane, zone.middle))


def marked(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that carry a mark: zone links where they join, and whatever is not in order."""
    yield from (line for line in lines if line.edge.kind is EdgeKind.ZONE_LINK or line.edge.state is not State.OK)
