"""`mlsec-scan doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import help as help_
from scanner.cli.behind import READING, behind
from scanner.cli.context import options_here
from scanner.cli.declared import output_option, text_or_json


@click.command("doctor", epilog=help_.DOCTOR, params=behind(READING, own=("--format", "--output")))
@text_or_json
@output_option
@click.pass_context
def command(context: click.Context, /, kind: str, output: Path | None, **_: Any) -> None:  # noqa: ANN401 - a scan's
    """Tell what a scan would meet. Sign-in, cloud, proxy, what is seen, which permissions are missing and matter."""
    from scanner.cli.doctoring import run_doctor  # noqa: PLC0415 - help must not wait for imports

    context.exit(run_doctor(options_here(context), kind, output))
