"""Text that has to fit a width: a browser does not cut SVG text."""

from __future__ import annotations

import unicodedata

from scanner.system.plain import plain

_ELLIPSIS = "…"


def columns(text: str) -> int:
    """Return how wide a text is, in columns: ideographs take two."""
    return sum(2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1 for char in text)


def fitted(text: str, width: int) -> str:
    """Return a harmless text of at most `width` columns; what does not fit is cut from its middle.

    Names in Azure differ at their ends: stmlprodwe001 and stmlprodwe002.
    """
    text = plain(text)
    if columns(text) <= width:
        return text
    tail = _within(text[::-1], (width - 1) // 2)[::-1]
    return _within(text, width - 1 - columns(tail)) + _ELLIPSIS + tail


def _within(text: str, width: int) -> str:
    """Return as much of the beginning of a text as fits."""
    used = 0
    for place, char in enumerate(text):
        used += columns(char)
        if used > width:
            return text[:place]
    return text
