"""No input that an estate's owner controls makes judging and reporting grow out of proportion.

Calls are counted, not seconds. `python -m tests.bench.inputs` measures the seconds.
"""

from __future__ import annotations

import pytest

from tests.bench.counted import calls
from tests.bench.inputs import INPUTS, work_on

pytestmark = pytest.mark.slow

_FEW = 40


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Fill what is read once and kept: templates, pages, tables."""
    work_on(next(iter(INPUTS)), 1)()


@pytest.mark.parametrize("name", INPUTS)
def test_input_that_is_twice_as_large_is_about_twice_the_work(name: str) -> None:
    few, more, most = (calls(work_on(name, size)) for size in (_FEW, 2 * _FEW, 4 * _FEW))

    # From 2n to 4n twice as much is added as from n to 2n; four times where all are compared with all.
    assert most - more <= 2.5 * (more - few) + 0.01 * few
