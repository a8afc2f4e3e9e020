"""As much of a report as finds room: every block with its head, the first ones with what stands below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

_FEW = 3
"""Entries of a block where not all find room."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are shown first, and entries of some lines each that are shown if there is room.

    Where none of the entries finds room, `alone` stands for the head, if it has no more lines.
    """

    head: Sequence[str]
    entries: Sequence[Sequence[str]] = ()
    alone: Sequence[str] = ()

    @property
    def length(self) -> int:
        """The lines of the whole block."""
        return len(self.head) + sum(map(len, self.entries))


def fitted(blocks: Sequence[Block], room: int | None, more: Callable[[int], str]) -> Iterator[str]:
    """Yield as many lines as find room, None is any number; `more` says how many heads or entries were left out."""
    if room is None or sum(each.length for each in blocks) <= room:
        yield from (line for each in blocks for line in _whole(each))
        return
    kept = _with_heads(blocks, room)
    spare = room - sum(len(each.head) for each in kept) - (len(kept) < len(blocks))
    for each in kept:
        entries = [*_entries(each, spare, more)]
        is_bare = not entries and 0 < len(each.alone) <= len(each.head)
        lines = [*(each.alone if is_bare else each.head), *entries]
        spare -= len(lines) - len(each.head)
        yield from lines
    if len(kept) < len(blocks):
        yield more(len(blocks) - len(kept))


def _whole(block: Block) -> Iterator[str]:
    yield from block.head
    yield from (line for entry in block.entries for line in entry)


def _with_heads(blocks: Sequence[Block], room: int) -> Sequence[Block]:
    """Return the blocks whose heads find room, with a line left to tell of the others."""
    taken = 0
    for place, each in enumerate(blocks):
        taken += len(each.head)
        if taken > room - (place < len(blocks) - 1):
            return blocks[:place]
    return blocks


def _entries(block: Block, room: int, more: Callable[[int], str]) -> Iterable[str]:
    """Return as many entries as find room: all, or a few and how many there are beside them."""
    entries = block.entries
    for count in (*([len(entries)] if len(entries) <= _FEW else []), *range(min(_FEW, len(entries) - 1), 0, -1)):
        rest = len(entries) - count
        lines = [line for entry in entries[:count] for line in entry] + ([f"    {more(rest)}"] if rest else [])
        if len(lines) <= room:
            return lines
    return ()
