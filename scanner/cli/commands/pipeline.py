"""`mlsec-scan pipeline SYSTEM`."""

from __future__ import annotations

import click

from scanner.cli import help as help_
from scanner.system.streams import to_stdout


@click.command("pipeline", epilog=help_.PIPELINE)
@click.argument("system", type=click.Choice(["azure", "azure-plan", "azure-probe"]))
def command(system: str) -> None:
    """Show a pipeline template.

    `azure` scans, publishes the results and keeps the reports; `azure-probe` tries on your agents what a scan predicts.
    """
    from scanner.cli.pipelines import Pipeline, template  # noqa: PLC0415 - help must not wait for imports

    to_stdout(template(Pipeline(system)))
