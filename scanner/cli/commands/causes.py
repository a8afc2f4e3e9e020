"""`mlsec-scan causes`."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli import help as help_
from scanner.cli.context import options_here
from scanner.cli.declared import JUDGING
from scanner.system.streams import to_stdout


@click.command(
    "causes",
    epilog=help_.CAUSES,
    params=[*JUDGING, click.Option(["--format", "form"], type=click.Choice(("text", "json")), default="text")],
)
@click.pass_context
def command(context: click.Context, /, form: str, **_: Any) -> None:  # noqa: ANN401 - click hands over every option
    """Show what failures come from, found by mending each fault."""
    from scanner.cli.judged import judged  # noqa: PLC0415 - help must not wait for imports
    from scanner.report.causes import as_causes_json, as_causes_text  # noqa: PLC0415

    finished = judged(options_here(context))
    to_stdout(as_causes_json(finished) if form == "json" else as_causes_text(finished), exact=form == "json")
