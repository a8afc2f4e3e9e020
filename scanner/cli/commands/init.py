"""`mlsec-scan init`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import help as help_
from scanner.cli.behind import JUDGING, behind
from scanner.cli.context import options_here
from scanner.cli.declared import FILE


@click.command("init", epilog=help_.INIT, params=behind(JUDGING, own=["--output"]))
@click.option(
    "--output", type=FILE, metavar="FILE", default=Path("mlsec.toml"), show_default=True, help="Write it there."
)
@click.pass_context
def command(context: click.Context, /, output: Path, **_: Any) -> None:  # noqa: ANN401 - a scan's
    """Write a first mlsec.toml from a scan. It names what was found, and proposes the rest behind comment marks."""
    from scanner.cli.initialising import run_init  # noqa: PLC0415 - help must not wait for imports

    run_init(options_here(context), output)
