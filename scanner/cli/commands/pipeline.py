"""`mlsec-scan pipeline SYSTEM`."""

from __future__ import annotations

import click

from scanner.cli import help as help_
from scanner.system.streams import to_stdout


@click.command("pipeline", epilog=help_.PIPELINE)
@click.argument("system", type=click.Choice(["azure", "azure-plan"]))
def command(system: str) -> None:
    """Show a pipeline template. It scans, publishes the results and keeps the reports."""
    from scanner.cli.pipelines import Pipeline, template  # noqa: PLC0415 - help must not wait for imports

    to_stdout(template(Pipeline(system)))
