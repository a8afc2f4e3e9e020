"""Lines of a terminal: fitted to its width, painted where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.report.words import Status
from scanner.report.wrapping import unbroken

_COLOURS = {
    Status.FAIL: "31",
    Status.WAIVED: "35",
    Status.UNKNOWN: "33",
    Status.PASS: "32",
    Status.NOT_APPLICABLE: "2",
}


def paint(text: str, status: Status, *, colour: bool) -> str:
    """Return a text in the colour of a status."""
    return f"\x1b[{_COLOURS[status]}m{text}\x1b[0m" if colour else text


@dataclass(frozen=True, slots=True)
class Paper:
    """What lines are written on: its width in columns, and whether it takes colour."""

    width: int
    colour: bool = False

    def lines(self, message: str, depth: int = 0, status: Status | None = None) -> Iterator[str]:
        """Yield a message at a depth, later lines one deeper, painted where it has a status.

        On narrow paper a step of depth is one column wide, else two.
        """
        step = 2 if self.width >= _WIDE else 1
        first, after = " " * (step * depth), " " * (step * (depth + 1))
        for number, line in enumerate(unbroken(message, self.width - len(after))):
            painted = paint(line, status, colour=self.colour) if status is not None else line
            yield (after if number else first) + painted


_WIDE = 60
