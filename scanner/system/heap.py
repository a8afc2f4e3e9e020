"""How often Python looks for garbage in cycles: seldom while much is made that stays."""

from __future__ import annotations

import gc
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
