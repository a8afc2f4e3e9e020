"""Gives every edge of a picture its way: curves between boxes, and lanes that zone links run along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


def wired(edges: Sequence[Edge], boxes: Iterable[Box], lanes: Lanes) -> tuple[Line, ...]:
    """Place the edges, those that are broken last: they are drawn over the others."""
    plan = _Plan({each.node.id: each.rect for box in boxes for each in box.all}, lanes, _in_use(edges), _Ports())
    lines = [_line(edge, plan) for edge in edges]
    return tuple(sorted(lines, key=lambda line: list(State).index(line.edge.state)))


def _in_use(edges: Iterable[Edge]) -> frozenset[ArmId]:
    """Return the networks that at least one zone link leads to that works."""
    return frozenset(each.target for each in edges if each.kind is EdgeKind.ZONE_LINK and each.state is State.OK)


class _Ports:
    """Hands out places on the left side of a box, one below the other."""

    def __init__(self) -> None:
        self._taken: dict[ArmId, int] = {}

    def next(self, box: ArmId) -> int:
        """Return how far below the first place the next one lies."""
        self._taken[box] = self._taken.get(box, -1) + 1
        return self._taken[box] * _PORT


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is needed to place an edge: the boxes, the lanes, which networks have a lane in use, the ports taken."""

    rects: dict[ArmId, Rect]
    lanes: Lanes
    in_use: frozenset[ArmId]
    ports: _Ports


def _line(edge: Edge, plan: _Plan) -> Line:
    start, end = plan.rects[edge.source], plan.rects[edge.target]
    match edge.kind:
        case EdgeKind.PRIVATE_LINK:
            offset = min(plan.ports.next(edge.target), end.height - 2 * _PORT)
            return _across(edge, Point(start.right, start.middle), Point(end.x, end.y + _PORT + offset))
        case EdgeKind.ZONE_LINK:
            return _along(edge, start, end, plan)
        case EdgeKind.PEERING:
            return _peering(edge, start, end, plan.ports)


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


def _along(edge: Edge, zone: Rect, network: Rect, plan: _Plan) -> Line:
    """Draw the way of a zone link: along the zone's row, up the network's lane, and into its side.

    One that is not in order ends at a lane that others use: else all of them would look like it.
    """
    lane = plan.lanes.of(edge.target)
    path = f"M{zone.right} {zone.middle} H{lane}"
    if edge.state is State.OK or edge.target not in plan.in_use:
        side = network.right if edge.target in plan.lanes.outer else network.x
        path += f" V{network.y + _LINK_Y} H{side}"
    return Line(edge, path, Point(lane, zone.middle))


def marked(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that carry a mark: zone links where they join, and whatever is not in order."""
    yield from (line for line in lines if line.edge.kind is EdgeKind.ZONE_LINK or line.edge.state is not State.OK)
