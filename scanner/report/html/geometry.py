"""Places on a picture, in pixels from its top left corner."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model.arm import ArmId
from scanner.report.html.picture import Edge, Node


@dataclass(frozen=True, slots=True)
class Point:
    """One place."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Rect:
    """A box: its top left corner and its size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> int:
        """Half its height, as a y."""
        return self.y + self.height // 2

    def overlaps(self, other: Rect) -> bool:
        """Tell whether two boxes share more than an edge."""
        beside = self.right <= other.x or other.right <= self.x
        return not (beside or self.bottom <= other.y or other.bottom <= self.y)

    def holds(self, other: Rect) -> bool:
        """Tell whether another box lies wholly in this one."""
        across = self.x <= other.x and other.right <= self.right
        return across and self.y <= other.y and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place, with what lies in it."""

    rect: Rect
    node: Node
    children: tuple[Box, ...] = ()

    @property
    def all(self) -> tuple[Box, ...]:
        """This box and every box in it."""
        return (self, *(each for child in self.children for each in child.all))


@dataclass(frozen=True, slots=True)
class Line:
    """An edge in its place: the `d` of an SVG path, and where its mark stands."""

    edge: Edge
    path: str
    mark: Point


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole picture in its place. `note` is a box of words that stands where no VNet is.

    `lanes` are where the lanes of zone links end below the zones, with the network that each leads to.
    """

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    captions: tuple[tuple[Point, str], ...]
    note: Rect | None = None
    lanes: tuple[tuple[Point, ArmId], ...] = ()
