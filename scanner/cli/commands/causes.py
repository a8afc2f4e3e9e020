"""`mlsec-scan causes`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import help as help_
from scanner.cli.behind import JUDGING, behind
from scanner.cli.context import options_here
from scanner.cli.declared import output_option, text_or_json
from scanner.system.files import deliver


@click.command("causes", epilog=help_.CAUSES, params=behind(JUDGING, own=("--format", "--output")))
@text_or_json
@output_option
@click.pass_context
def command(context: click.Context, /, kind: str, output: Path | None, **_: Any) -> None:  # noqa: ANN401 - a scan's
    """Show what failures come from, found by mending each fault."""
    from scanner.cli.judged import judged  # noqa: PLC0415 - help must not wait for imports
    from scanner.report.causes import as_causes_json, as_causes_text  # noqa: PLC0415

    finished = judged(options_here(context))
    deliver(as_causes_json(finished) if kind == "json" else as_causes_text(finished), output, exact=kind == "json")
