"""Who writes: whoever runs the tests, and an ordinary user where that is root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.system.users import NOBODY, as_nobody

Does: TypeAlias = Callable[[Callable[[], object]], object]
"""Runs a check as somebody."""


@pytest.fixture(params=["whoever runs the tests", "an ordinary user"])
def does(request: pytest.FixtureRequest) -> Does:
    """Return what runs a check, once as each."""
    if request.param == "whoever runs the tests":
        return lambda check: check()
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user already")
    return as_nobody


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder in which either may write."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(made, NOBODY, NOBODY)
    yield made
    shutil.rmtree(made)
