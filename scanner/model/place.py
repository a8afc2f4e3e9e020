"""Where something stands in a file."""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file of code. `line` and `column` count from 1, columns in UTF-16 code units, as SARIF does.

    `file` is relative to the working folder where it lies below it, with slashes on every system.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def shown(path: Path) -> str:
    """Return a path as reports name it: from the working folder where it lies below that, with slashes."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - a link keeps its name, and `..` goes
    try:
        found = whole.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        found = whole.as_posix()
    return found.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class CodeEdit:
    """A change of a file of code: the bytes from `start` to `end` of `text`, what it holds now, become `new`.

    `block` names what is edited, as the code calls it.
    """

    place: Place
    text: bytes
    start: int
    end: int
    new: bytes
    block: str


class Positions:
    """Lines and columns of the offsets in a text, in characters."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._text = text
        self._starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]

    def at(self, offset: int) -> Place:
        """Return where an offset is."""
        line = bisect_right(self._starts, offset)
        before = self._text[self._starts[line - 1] : offset]
        return Place(self.file, line, len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1)
