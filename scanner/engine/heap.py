"""How often Python looks for garbage in cycles: seldom while much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 200_000
"""New objects between two looks. Not never: an exception that is kept holds its frames in a cycle."""


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Look seldom inside, and as often as before afterwards: each look walks the graph, where there is no garbage."""
    before = gc.get_threshold()
    gc.set_threshold(max(_SELDOM, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
