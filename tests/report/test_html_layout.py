"""Where things stand in a picture: nothing overlaps, nothing leaves its box, the same picture is drawn the same."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.arm import ArmId
from scanner.report.html import as_html
from scanner.report.html.build import pictures
from scanner.report.html.geometry import Box, Drawing, Rect
from scanner.report.html.judged import State
from scanner.report.html.labels import columns, fitted
from scanner.report.html.layout import drawn
from scanner.report.html.picture import Edge, EdgeKind, Kind, Node, Picture
from scanner.scan.outcome import Scan
from tests.report.estates import demo, many, reference

SCANS = {"demo": demo, "many": many, "reference": reference}


def _overlaps(boxes: tuple[Box, ...]) -> list[tuple[str, str]]:
    here = [(one.node.name, other.node.name) for one, other in combinations(boxes, 2) if one.rect.overlaps(other.rect)]
    return here + [pair for box in boxes for pair in _overlaps(box.children)]


def _outside(boxes: tuple[Box, ...]) -> list[str]:
    here = [child.node.name for box in boxes for child in box.children if not box.rect.holds(child.rect)]
    return here + [name for box in boxes for name in _outside(box.children)]


def _off_canvas(drawing: Drawing) -> list[str]:
    canvas = Rect(0, 0, drawing.width, drawing.height)
    return [each.node.name for box in drawing.boxes for each in box.all if not canvas.holds(each.rect)]


@pytest.mark.parametrize("scan", SCANS)
def test_no_box_overlaps_its_sibling_or_leaves_its_parent(scan: str) -> None:
    drawings = [drawn(each) for each in pictures(SCANS[scan]())]

    assert drawings != []
    assert [_overlaps(each.boxes) for each in drawings] == [[]] * len(drawings)
    assert [_outside(each.boxes) for each in drawings] == [[]] * len(drawings)
    assert [_off_canvas(each) for each in drawings] == [[]] * len(drawings)


# Any picture at all


def _id(name: str) -> ArmId:
    return ArmId(f"/subscriptions/s/resourceGroups/rg/providers/Microsoft.X/things/{name}")


def _networks(prefix: str) -> st.SearchStrategy[tuple[Node, ...]]:
    """Return VNets whose subnets hold so many endpoints each: a list of lists of numbers."""
    sizes = st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=4)
    return sizes.map(lambda vnets: tuple(_vnet(f"{prefix}{place}", subnets) for place, subnets in enumerate(vnets)))


def _vnet(name: str, sizes: list[int]) -> Node:
    subnets = tuple(
        Node(_id(f"{name}-{place}"), Kind.SUBNET, f"{name}-{place}", "", State.OK, _endpoints(f"{name}-{place}", size))
        for place, size in enumerate(sizes)
    )
    return Node(_id(name), Kind.VNET, name, "AML VNet", State.OK, subnets)


def _endpoints(name: str, size: int) -> tuple[Node, ...]:
    return tuple(Node(_id(f"{name}-{place}"), Kind.ENDPOINT, f"{name}-{place}", "blob") for place in range(size))


def _nodes(prefix: str, kind: Kind, most: int) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.integers(0, most).map(
        lambda count: tuple(Node(_id(f"{prefix}{place}"), kind, f"{prefix}{place}") for place in range(count))
    )


@st.composite
def any_picture(draw: Callable[..., tuple[Node, ...]]) -> Picture:
    """Draw a picture in which whatever can be joined is joined."""
    outer, inner = draw(_networks("out")), draw(_networks("in"))
    services, zones = draw(_nodes("svc", Kind.STORAGE, 6)), draw(_nodes("zone", Kind.ZONE, 15))
    ends = [each for vnet in inner for subnet in vnet.children for each in subnet.children]
    edges = (
        *(Edge(EdgeKind.PRIVATE_LINK, end.id, service.id, "", State.OK) for end in ends for service in services[:1]),
        *(Edge(EdgeKind.PEERING, one.id, two.id, "", State.OK) for one, two in combinations((*outer, *inner), 2)),
        *(Edge(EdgeKind.ZONE_LINK, zone.id, vnet.id, "", State.OK) for zone in zones for vnet in (*outer, *inner)),
    )
    return Picture(_id("mlw"), "customer-vnet", outer, inner, services, zones, edges)


@given(any_picture())
def test_any_picture_has_its_boxes_apart_and_all_its_edges(picture: Picture) -> None:
    drawing = drawn(picture)

    assert _overlaps(drawing.boxes) == []
    assert _outside(drawing.boxes) == []
    assert _off_canvas(drawing) == []
    assert len(drawing.lines) == len(picture.edges)
    assert {each.node.id for box in drawing.boxes for each in box.all} == {node.id for node in picture.nodes}


@given(any_picture())
def test_each_network_has_a_lane_of_its_own_outside_every_box(picture: Picture) -> None:
    drawing = drawn(picture)
    links = [each for each in drawing.lines if each.edge.kind is EdgeKind.ZONE_LINK]
    lanes = {(line.edge.target, line.mark.x) for line in links}

    assert len({lane for _, lane in lanes}) == len({target for target, _ in lanes}) == len(lanes)
    assert [lane for _, lane in lanes for box in drawing.boxes if box.rect.x <= lane <= box.rect.right] == []


def test_what_is_broken_is_drawn_over_the_rest() -> None:
    order = [line.edge.state for each in pictures(demo())[:1] for line in drawn(each).lines]

    assert order == sorted(order, key=list(State).index)
    assert {State.OK, State.BROKEN} <= set(order)


def test_link_that_is_missing_does_not_colour_the_lane_that_others_use() -> None:
    lines = [line for each in pictures(demo()) for line in drawn(each).lines if line.edge.kind is EdgeKind.ZONE_LINK]
    (missing, *_) = [line for line in lines if line.edge.state is State.BROKEN]
    (other, *_) = [line for line in lines if line.edge.target == missing.edge.target and line.edge.state is State.OK]

    assert "V" not in missing.path
    assert "V" in other.path
    assert missing.mark.x == other.mark.x


@pytest.mark.parametrize("scan", [demo, many])
def test_same_scan_gives_the_same_page(scan: Callable[[], Scan]) -> None:
    assert as_html(scan()) == as_html(scan())


@given(st.text(max_size=60), st.integers(3, 30))
def test_label_fits_its_width(text: str, width: int) -> None:
    assert columns(fitted(text, width)) <= width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("stmlprodwe001", 13, "stmlprodwe001"),
        ("stmlprodwe001", 12, "stmlpr…we001"),
        ("子网子网子网", 6, "子…网"),
        ("a\u202eb", 20, "a\\u202eb"),
    ],
)
def test_long_label_keeps_both_its_ends(text: str, width: int, shown: str) -> None:
    assert fitted(text, width) == shown
