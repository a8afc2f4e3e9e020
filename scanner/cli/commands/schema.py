"""`mlsec-scan schema`."""

from __future__ import annotations

import click

from scanner.cli import help as help_
from scanner.system.streams import to_stdout


@click.command("schema", epilog=help_.SCHEMA)
@click.argument("of", type=click.Choice(("report", "cost")), default="report")
def command(of: str) -> None:
    """Show the JSON Schema of the JSON report, or of costs."""
    from scanner.report.cost_json import cost_schema_text  # noqa: PLC0415 - help must not wait for imports
    from scanner.report.json_v1 import schema_text  # noqa: PLC0415

    to_stdout(cost_schema_text() if of == "cost" else schema_text(), exact=True)
