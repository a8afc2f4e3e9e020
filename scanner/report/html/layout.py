"""Gives every node of a picture its place, the same for the same picture.

Left to right: the VNets that people come in from, the VNets that hold the solution, the services. Below: the zones,
a row each. Boxes of one column are stacked, so none can overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scanner.model.arm import ArmId
from scanner.report.html.geometry import Box, Drawing, Line, Point, Rect
from scanner.report.html.labels import columns
from scanner.report.html.picture import EdgeKind, Kind, Node, Picture
from scanner.report.html.wires import Lanes, wired

MARGIN = 16
LANE_NAME = 24
"""So many columns of a network's name stand below the zones, upright at its lane."""

_CAPTION = 28
_OUTER_WIDTH = 290
_INNER_WIDTH = 310
_SERVICE_WIDTH = 200
_GAP = 28
_PAD = 10
_VNET_HEAD = 48
_SUBNET_HEAD = 28
_ITEM = 26
_ITEM_GAP = 4
_REST = 22
_SERVICE = 52
_ZONE = 24
_LANE = 13
_FEWEST_LANES = 6
_LINKS_WIDTH = 150
_LETTER = 7
_NOTE_HEIGHT = 64


def drawn(picture: Picture) -> Drawing:
    """Place a picture."""
    gutter = _LANE * max(_FEWEST_LANES, len(picture.outer) + len(picture.inner) + 3)
    top = MARGIN + _CAPTION
    left, inner_x = MARGIN, MARGIN + _OUTER_WIDTH + gutter
    service_x = inner_x + _INNER_WIDTH + _LINKS_WIDTH
    outer = _column(picture.outer, Point(left, top), _OUTER_WIDTH)
    inner = _column(_by_service(picture), Point(inner_x, top), _INNER_WIDTH)
    note = None if outer else Rect(left, top, _OUTER_WIDTH, _NOTE_HEIGHT)
    tall = max(_bottom(outer), _bottom(inner), top + len(picture.services) * (_SERVICE + _GAP), _NOTE_HEIGHT + top)
    services = _spread(picture.services, Rect(service_x, top, _SERVICE_WIDTH, tall - top))
    below = max(_bottom(outer), top + _NOTE_HEIGHT) + _GAP
    zones = _rows(picture.zones, Point(left, below + _CAPTION))
    boxes = (*outer, *inner, *services, *zones)
    lanes = Lanes(
        tuple(each.node.id for each in outer), tuple(each.node.id for each in inner), left + _OUTER_WIDTH, _LANE
    )
    lines = wired(picture.edges, boxes, lanes)
    ends = tuple(_ends(lines, lanes, _bottom(zones)))
    return Drawing(
        service_x + _SERVICE_WIDTH + MARGIN,
        max(tall, _bottom(zones) + _tallest(ends)) + MARGIN,
        boxes,
        lines,
        _captions(picture, (left, inner_x, service_x), below),
        note,
        ends,
    )


def _ends(lines: Iterable[Line], lanes: Lanes, below: int) -> Iterator[tuple[Point, ArmId]]:
    """Yield where the name of each network stands that a zone link leads to: under the zones, at its lane."""
    for network in sorted({line.edge.target for line in lines if line.edge.kind is EdgeKind.ZONE_LINK}):
        yield Point(lanes.of(network), below + 8), network


def _tallest(ends: Iterable[tuple[Point, ArmId]]) -> int:
    """Return how much room the names of lanes take, which stand upright."""
    return max((8 + _LETTER * min(columns(network.name), LANE_NAME) for _, network in ends), default=0)


def _captions(picture: Picture, starts: tuple[int, int, int], below: int) -> tuple[tuple[Point, str], ...]:
    """Return the headings: one above each column, and one above the zones."""
    words = ("Where people and pipelines come in", "Where the solution lives", "What it stands on")
    heads = tuple((Point(x, MARGIN + 12), text) for x, text in zip(starts, words, strict=True))
    zones = ((Point(starts[0], below + 12), "Private DNS zones and their links"),)
    return (*heads, *(zones if picture.zones else ()))


def _bottom(boxes: Iterable[Box]) -> int:
    return max((each.rect.bottom for each in boxes), default=0)


def _by_service(picture: Picture) -> tuple[Node, ...]:
    """Return the inner networks with the endpoints in the order of the services that they lead to: fewer crossings."""
    order = {service.id: place for place, service in enumerate(picture.services)}
    leads = {
        edge.source: order.get(edge.target, len(order)) for edge in picture.edges if edge.kind is EdgeKind.PRIVATE_LINK
    }
    return tuple(_sorted_inside(each, leads) for each in picture.inner)


def _sorted_inside(node: Node, leads: dict[ArmId, int]) -> Node:
    inside = [_sorted_inside(each, leads) for each in node.children]
    if any(each.id in leads for each in inside):
        inside.sort(key=lambda each: (leads.get(each.id, len(leads)), each.id))
    return replace(node, children=tuple(inside))


# Boxes


def _column(nodes: Sequence[Node], at: Point, width: int) -> tuple[Box, ...]:
    """Stack networks, each as tall as what is in it."""
    boxes, y = [], at.y
    for node in nodes:
        box = _network(node, Point(at.x, y), width)
        boxes.append(box)
        y = box.rect.bottom + _GAP
    return tuple(boxes)


def _network(node: Node, at: Point, width: int) -> Box:
    inside, y = [], at.y + _VNET_HEAD
    for each in node.children:
        child = _subnet(each, Point(at.x + _PAD, y), width - 2 * _PAD)
        inside.append(child)
        y = child.rect.bottom + _PAD
    return Box(Rect(at.x, at.y, width, y - at.y), node, tuple(inside))


def _subnet(node: Node, at: Point, width: int) -> Box:
    if node.kind is Kind.REST:
        return Box(Rect(at.x, at.y, width, _REST), node)
    inside = []
    for place, each in enumerate(node.children):
        y = at.y + _SUBNET_HEAD + place * (_ITEM + _ITEM_GAP)
        inside.append(Box(Rect(at.x + 6, y, width - 12, _ITEM), each))
    height = _SUBNET_HEAD + len(inside) * (_ITEM + _ITEM_GAP) + (4 if inside else 0)
    return Box(Rect(at.x, at.y, width, height), node, tuple(inside))


def _spread(nodes: Sequence[Node], room: Rect) -> tuple[Box, ...]:
    """Spread the services evenly over the height of the networks."""
    share = room.height // max(len(nodes), 1)
    return tuple(
        Box(Rect(room.x, room.y + place * share + (share - _SERVICE) // 2, room.width, _SERVICE), node)
        for place, node in enumerate(nodes)
    )


def _rows(zones: Sequence[Node], at: Point) -> tuple[Box, ...]:
    return tuple(
        Box(Rect(at.x, at.y + place * (_ZONE + _ITEM_GAP), _OUTER_WIDTH, _ZONE), zone)
        for place, zone in enumerate(zones)
    )
