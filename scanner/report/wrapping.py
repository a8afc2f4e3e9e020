"""Lines wrapped to a width, with words left whole: ids and names are copied from a terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

_UNBROKEN: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
_LEAST = 20
"""Columns that a line may take, however far it is indented."""


def wrapped(message: str, width: int, indent: int = 8) -> list[str]:
    """Wrap a message; words, such as ids, are never broken."""
    space = " " * indent
    return [space + line for line in unbroken(message, max(width - indent, _LEAST))]


def unbroken(message: str, width: int) -> list[str]:
    """Wrap a message to so many columns, whole words only."""
    return wrap(message, max(width, 1), **_UNBROKEN)
