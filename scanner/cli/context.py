"""The options of a scan as click holds them, for the command that runs: those before its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from scanner.cli.options import Options


def options_of(context: click.Context) -> Options:
    """Return the options of the scan, and which of them were given on the command line."""
    from scanner.cli.options import Options  # noqa: PLC0415 - help must not wait for imports

    scan = context.find_root()
    given = (key for key in scan.params if scan.get_parameter_source(key) is ParameterSource.COMMANDLINE)
    return Options(**scan.params, given=frozenset(given))
