"""`mlsec-scan trend`."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli import help as help_
from scanner.cli.context import options_of
from scanner.cli.declared import last_option, output_option, scope_option, text_or_json


@click.command("trend", epilog=help_.TREND)
@click.argument("where", required=False, metavar="[FILE|URL]")
@scope_option
@last_option
@text_or_json
@output_option
@click.pass_context
def command(context: click.Context, /, **ask: Any) -> None:  # noqa: ANN401 - named as in Ask
    """Show how the counts went. A line a run, and how long failures stay until they are fixed."""
    from scanner.cli.looking_back import Ask, tell_trend  # noqa: PLC0415 - help must not wait for imports

    tell_trend(options_of(context), Ask(**ask))
