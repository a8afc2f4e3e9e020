from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scanner.simulator import Simulator

from .support import ESTATE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Serve the small estate, all rows on one page."""
    with Simulator(ESTATE) as serving:
        yield serving
