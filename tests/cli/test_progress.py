from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO

import pytest
from rich.console import Console
from rich.status import Status
from rich.text import Text

from scanner.cli.progress import Display


@dataclass
class Screen:
    """A terminal whose status line is kept, and a clock that is moved by hand."""

    seconds: float = 0.0
    console: Console = field(default_factory=lambda: Console(file=StringIO(), force_terminal=True, width=200))

    def __post_init__(self) -> None:
        self.status = Status("", console=self.console)
        self.display = Display(self.console, self.status, lambda: self.seconds)

    @property
    def line(self) -> str:
        """The status line, without its markup."""
        return Text.from_markup(str(self.status.status)).plain


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_what_is_read_is_shown(screen: Screen) -> None:
    screen.display.asked("Microsoft.Network/virtualNetworks")
    screen.display.listed("Microsoft.Network/natGateways", 7)

    assert screen.line == "7 resources; reading Microsoft.Network/natGateways"


@pytest.mark.parametrize(
    ("scope", "limit"),
    [
        ("2222", "Azure's read limit of subscription 2222, 25 a second"),
        ("", "Azure's read limit of the tenant, 25 a second"),
        ("graph", "Resource Graph's query limit, 15 in 5 s"),
        ("[red]", "Azure's read limit of subscription [red], 25 a second"),
    ],
)
def test_waiting_is_shown_as_waiting_with_its_length(screen: Screen, scope: str, limit: str) -> None:
    screen.display.waiting(scope, 12.4)

    assert screen.line == f"0 resources; waiting 12 s for {limit}"


def test_the_wait_that_ends_last_is_shown_until_it_is_over(screen: Screen) -> None:
    screen.display.waiting("2222", 30.0)
    screen.display.waiting("3333", 5.0)
    screen.seconds = 10.0
    screen.display.asked("x")
    during = screen.line
    screen.seconds = 29.5
    screen.display.asked("y")

    assert during == "0 resources; waiting 20 s for Azure's read limit of subscription 2222, 25 a second"
    assert screen.line == "0 resources; reading y"


def test_a_pause_too_short_to_be_read_is_not_shown(screen: Screen) -> None:
    screen.display.asked("x")
    screen.display.waiting("2222", 0.5)

    assert screen.line == "0 resources; reading x"
