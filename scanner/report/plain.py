"""Making foreign text harmless: names and tags come from Azure, and somebody may have chosen them to deceive."""

from __future__ import annotations

import unicodedata

_LONGEST = 2000


def plain(text: str) -> str:
    r"""Return text on one line; control, format and bidirectional characters become escapes such as \x1b."""
    shown = "".join(char if _is_harmless(char) else _escaped(char) for char in text[:_LONGEST])
    return shown if len(text) <= _LONGEST else f"{shown}…"


def _is_harmless(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
