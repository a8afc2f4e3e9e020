"""What all tests share."""

from __future__ import annotations

import signal
from collections import defaultdict
from collections.abc import Callable
from typing import TypeAlias

import pytest

from scanner.engine import Rule, Subject
from scanner.engine.pack import built_in_pack, load_packs
from tests import program
from tests.reads import MARK, ReadsOnly, Watch

Tell: TypeAlias = Callable[[str, str, str], None]
"""Puts a line into the summary of a test run: `tell(heading, name, text)`."""

_TOLD = "told"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --accept: write the expected texts instead of comparing them, for review in the diff."""
    parser.addoption("--accept", action="store_true", help="write expected texts instead of comparing them")
    parser.addoption("--every-pair", action="store_true", help="deny everything in every way: takes ten minutes of CPU")


def pytest_configure(config: pytest.Config) -> None:
    """Watch every simulator of the run: nothing may be written. Heed interrupts even where a shell ignores them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell does so for what it starts in the background, and programs that tests interrupt would inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", MARK)
    config.pluginmanager.register(ReadsOnly(Watch()), "reads-only")


def pytest_unconfigure() -> None:
    """End what tests of this process have left running for each other."""
    program.end()


@pytest.fixture(scope="session")
def pack() -> dict[str, Rule[Subject]]:
    """Return the built-in rules by id."""
    return {rule.id: rule for rule in load_packs([built_in_pack()])}


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Tell whether expected texts are to be written."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def every_pair(request: pytest.FixtureRequest) -> bool:
    """Tell whether each request is to be denied in each way, in place of a share of them."""
    return bool(request.config.getoption("--every-pair"))


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Return what notes a line for the end of the run; it reaches there from parallel workers too."""
    return lambda heading, name, text: record_property(_TOLD, (heading, name, text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what passing tests told, a table for each heading."""
    tables: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for report in terminalreporter.stats.get("passed", []):
        for heading, name, text in (value for key, value in report.user_properties if key == _TOLD):
            tables[heading].append((name, text))
    for heading, lines in tables.items():
        terminalreporter.section(heading)
        width = max(len(name) for name, _ in lines)
        terminalreporter.line("\n".join(f"{name:<{width}}  {text}" for name, text in sorted(lines)))
