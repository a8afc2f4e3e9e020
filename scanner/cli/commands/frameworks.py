"""`mlsec-scan frameworks`."""

from __future__ import annotations

import click

from scanner.cli import help as help_
from scanner.cli.declared import text_or_json
from scanner.system.streams import to_stdout


@click.command("frameworks", epilog=help_.FRAMEWORKS)
@text_or_json
def command(kind: str) -> None:
    """List the frameworks that --framework takes."""
    from scanner.frameworks import catalogue  # noqa: PLC0415 - help must not wait for imports

    writers = {"text": catalogue.as_list, "json": catalogue.as_json}
    to_stdout(writers[kind](), exact=kind == "json")
