"""How many of something, in words: one function, so that no text says "1 resources"."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """Return "1 resource" or "2 resources"; `many` where it is not `one` with an s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
