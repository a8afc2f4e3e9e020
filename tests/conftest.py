"""What all tests share."""

from __future__ import annotations

import pytest

from scanner.engine import Rule, Subject
from scanner.pack import built_in_pack, load_packs


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --accept: write the expected texts instead of comparing them, for review in the diff."""
    parser.addoption("--accept", action="store_true", help="write expected texts instead of comparing them")


@pytest.fixture(scope="session")
def pack() -> dict[str, Rule[Subject]]:
    """Return the built-in rules by id."""
    return {rule.id: rule for rule in load_packs([built_in_pack()])}


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Tell whether expected texts are to be written."""
    return bool(request.config.getoption("--accept"))
