"""How failures went from run to run, as stacked bars: one bar a run, one piece a severity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.engine import Severity
from scanner.report.html.geometry import Point as Place
from scanner.report.html.geometry import Rect
from scanner.scan.trend import Point
from scanner.system.counting import counted

_RUNS = 60
"""So many of the last runs are drawn: more would be too thin to point at."""

_WIDTH, _HEIGHT = 960, 200
_LEFT, _TOP, _BOTTOM, _RIGHT = 48, 12, 26, 40
_WIDEST = 48
_GAP = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One run: where its tooltip is, what that says, and its pieces from the axis upwards."""

    whole: Rect
    says: str
    pieces: tuple[tuple[Severity, Rect], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """All that the template draws; `points` are those of the bars, for the table below."""

    width: int
    height: int
    base: int
    left: int
    most: int
    bars: tuple[Bar, ...]
    labels: tuple[tuple[Place, str], ...]
    points: tuple[Point, ...]
    description: str


def plot(points: tuple[Point, ...]) -> Plot | None:
    """Return the picture of the last runs, None where there is nothing to compare."""
    shown = points[-_RUNS:]
    if len(shown) < 2:  # noqa: PLR2004 - one run is no trend
        return None
    most, base = max(each.failures for each in shown), _HEIGHT - _BOTTOM
    step = min(_WIDEST, (_WIDTH - _LEFT - _RIGHT) // len(shown))
    places = [_LEFT + place * step for place in range(len(shown))]
    bars = tuple(_bar(each, x, step - _GAP, base, most) for each, x in zip(shown, places, strict=True))
    first, last = (Place(bars[end].whole.x, _HEIGHT - 8) for end in (0, -1))
    labels = [(first, _day(shown[0])), *([(last, _day(shown[-1]))] if last.x - first.x > 2 * _WIDEST else [])]
    return Plot(_WIDTH, _HEIGHT, base, _LEFT, most, bars, tuple(labels), shown, _description(shown))


def _bar(point: Point, x: int, width: int, base: int, most: int) -> Bar:
    whole = Rect(x, _TOP, width, base - _TOP)
    return Bar(whole, _says(point), tuple(_pieces(point, whole, most)))


def _pieces(point: Point, whole: Rect, most: int) -> Iterator[tuple[Severity, Rect]]:
    """Yield a piece for each severity that there is; heights are rounded where they end, so that they add up."""
    below = 0
    for severity in reversed(Severity):
        above = below + point.failed.get(severity, 0)
        if above > below:
            bottom, top = (whole.bottom - whole.height * count // most for count in (below, above))
            yield severity, Rect(whole.x, top, whole.width, bottom - top)
        below = above


def _says(point: Point) -> str:
    counts = [f"{count} {each}" for each in reversed(Severity) if (count := point.failed.get(each, 0))]
    failed = f"{point.failures} failed ({', '.join(counts)})" if counts else "nothing failed"
    name = f"run {point.run}" if point.run is not None else "this run"
    return f"{name}, {point.when:%Y-%m-%d %H:%M} UTC: {failed}, {point.unknown} unknown"


def _day(point: Point) -> str:
    return f"{point.when:%Y-%m-%d}"


def _description(points: tuple[Point, ...]) -> str:
    return f"{counted(len(points), 'run')}. First, {_says(points[0])}. Last, {_says(points[-1])}."
