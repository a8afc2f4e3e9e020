"""What the command line offers is what there is a reporter for."""

from __future__ import annotations

import click

from scanner.cli.commands.main import cli
from scanner.cli.formats import REPORTERS as FORMATS


def test_command_line_offers_every_reporter() -> None:
    (option,) = (each for each in cli.params if each.name == "format")

    assert isinstance(option.type, click.Choice)
    assert set(option.type.choices) == set(FORMATS)
