"""`mlsec-scan schema`."""

from __future__ import annotations

import click

from scanner.cli import help as help_
from scanner.system.streams import to_stdout


@click.command("schema", epilog=help_.SCHEMA)
def command() -> None:
    """Show the JSON Schema of the JSON report."""
    from scanner.report.json_v1 import schema_text  # noqa: PLC0415 - help must not wait for imports

    to_stdout(schema_text(), exact=True)
