"""`mlsec-scan doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import help as help_
from scanner.cli.context import options_of
from scanner.cli.declared import output_option, text_or_json


@click.command("doctor", epilog=help_.DOCTOR)
@text_or_json
@output_option
@click.pass_context
def command(context: click.Context, /, kind: str, output: Path | None) -> None:
    """Tell what a scan would meet. Sign-in, cloud, proxy, what is seen, which permissions are missing and matter."""
    from scanner.cli.doctoring import run_doctor  # noqa: PLC0415 - help must not wait for imports

    context.exit(run_doctor(options_of(context), kind, output))
