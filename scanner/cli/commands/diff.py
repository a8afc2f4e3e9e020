"""`mlsec-scan diff OLD NEW`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import help as help_
from scanner.cli.behind import AGAIN, behind
from scanner.cli.context import options_here
from scanner.cli.declared import FILE, output_option


@click.command("diff", epilog=help_.DIFF, params=behind(AGAIN, own=("--format", "--output")))
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Of the report.",
)
@output_option
@click.pass_context
def command(context: click.Context, /, old: Path, new: Path, kind: str, output: Path | None, **_: Any) -> None:  # noqa: ANN401
    """Tell what changed between two scans.

    OLD and NEW are JSON reports, or snapshots, which are judged by today's rules.
    """
    from scanner.cli.comparing import run_diff  # noqa: PLC0415 - help must not wait for imports

    context.exit(run_diff(old, new, options_here(context), kind, output))
