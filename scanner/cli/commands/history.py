"""`mlsec-scan history`."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli import completion
from scanner.cli import help as help_
from scanner.cli.context import options_of
from scanner.cli.declared import last_option, output_option, scope_option, text_or_json


@click.command("history", epilog=help_.HISTORY)
@click.argument("where", required=False, metavar="[FILE|URL]")
@click.option("--rule", default="", metavar="ID", shell_complete=completion.rule_ids, help="Only this rule.")
@click.option("--subject", default="", metavar="TEXT", help="Only ids that hold this, or fit this glob.")
@scope_option
@last_option
@text_or_json
@output_option
@click.pass_context
def command(context: click.Context, /, **ask: Any) -> None:  # noqa: ANN401 - named as in Ask
    """Tell what opened and closed. It also tells how long each failure stayed, run by run."""
    from scanner.cli.looking_back import Ask, tell_history  # noqa: PLC0415 - help must not wait for imports

    tell_history(options_of(context), Ask(**ask))
