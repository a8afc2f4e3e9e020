"""Choices read from bytes: one kind of input for two drivers, Hypothesis by day and a coverage-guided one at night."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Reads choices off the front of some bytes. When they are used up, every choice is the first one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def below(self, bound: int) -> int:
        """Return a number from 0 to just below the bound."""
        width = 1 if bound <= 1 << 8 else 3
        return int.from_bytes(self._take(width)) % bound

    def flag(self) -> bool:
        """Return true or false."""
        return self.below(2) == 1

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several things."""
        return choices[self.below(len(choices))]

    def word(self) -> str:
        """Return up to 15 characters: two in three are printable, the others anything, unpaired surrogates too."""
        return "".join(map(self._character, range(self.below(16))))

    def rest(self) -> bytes:
        """Return what no choice was read from."""
        return self._take(len(self._data))

    def _character(self, _: int) -> str:
        kind = self.below(3)
        return chr(32 + self.below(95)) if kind else chr(self.below(0x3000) + self.pick((0, 0xD000, 0x1F000)))

    def _take(self, width: int) -> bytes:
        taken = self._data[self._at : self._at + width]
        self._at += width
        return taken
