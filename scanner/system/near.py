"""Which of the names that there are somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LEAST = 2
"""Letters that a name has to begin with."""

_MOST = 3


def near(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the names that were meant, none where none is near: all that begin so, else those that look like it.

    Of those that begin so none is nearer than another, and all are returned; of the others the `most` nearest. Both
    sides are in small letters.
    """
    listed = list(known)
    begun = [each for each in listed if len(name) >= _LEAST and each.startswith(name)]
    return begun or get_close_matches(name, listed, n=most)


def meant(names: list[str]) -> str:
    """Return the question that names those, "" for none."""
    if not names:
        return ""
    more = f" or one of {len(names) - _MOST} more" if len(names) > _MOST else ""
    listed = names[:_MOST]
    told = ", ".join(listed) if more or len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"
    return f"did you mean {told}{more}?"
