"""`mlsec-scan comment FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import help as help_
from scanner.cli.declared import FILE


@click.command("comment", epilog=help_.COMMENT)
@click.argument("report", type=FILE, metavar="FILE")
@click.option(
    "--name", default="mlsec-scan", show_default=True, metavar="NAME", help="Tells it from others by mlsec-scan."
)
def command(report: Path, name: str) -> None:
    """Comment on the pull request. A Markdown report becomes one comment, which is kept up to date."""
    from scanner.cli.commenting import comment  # noqa: PLC0415 - help must not wait for imports

    comment(report, name)
