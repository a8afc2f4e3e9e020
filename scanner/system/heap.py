"""How often Python looks for garbage in cycles, seldom while much is made that stays, and what becomes of it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 500_000
"""New objects between two looks. Not never: a graph and what it remembers hold each other."""
_HARDLY_EVER = 1_000_000
"""Looks at what is new between two at what was looked at before: what is there then is the graph, which stays."""


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Look seldom inside, and as often as before afterwards: each look walks what stays, where there is no garbage."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(_SELDOM, before[0]), max(_HARDLY_EVER, before[1]), max(_HARDLY_EVER, before[2]))
    try:
        yield
    finally:
        gc.set_threshold(*before)


LARGE = 20_000
"""Resources from which on it pays to look at everything for what a step of the scan left behind."""


def give_back(resources: int) -> None:
    """Let go of what a step left behind in cycles, and of the memory that it took, before the next takes more.

    Of what was asked for in large pieces, the C library keeps nearly all: malloc_trim(3) of the GNU one gives it back.
    """
    if resources < LARGE:
        return
    gc.collect()
    _of_the_c_library("malloc_trim", 0)


_M_ARENA_MAX = -8
_FEW = 2


def share_heaps() -> None:
    """Have threads that are made from now on take memory from the same few heaps.

    The GNU C library gives each its own, of which it keeps what was freed, for that thread alone: M_ARENA_MAX in
    mallopt(3), its number in malloc.h of glibc 2.36. Python lets one of them run at a time anyhow.
    """
    _of_the_c_library("mallopt", _M_ARENA_MAX, _FEW)


def _of_the_c_library(name: str, *arguments: int) -> None:
    """Call a function that only the GNU C library has, where it is there."""
    if sys.platform == "linux":
        from ctypes import CDLL  # noqa: PLC0415 - most of what we do needs it not

        function = getattr(CDLL(None), name, None)
        if function is not None:
            function(*arguments)
