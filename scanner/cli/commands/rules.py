"""`mlsec-scan rules`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import help as help_
from scanner.cli.declared import rules_folders
from scanner.system.streams import to_stdout


@click.command("rules", epilog=help_.RULES)
@click.option("--format", "kind", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@rules_folders("Also list rules of your own.")
def command(kind: str, folders: tuple[Path, ...]) -> None:
    """List the rules."""
    from scanner.engine import catalogue  # noqa: PLC0415 - help must not wait for imports
    from scanner.engine.pack import built_in_pack, load_packs  # noqa: PLC0415

    writers = {"text": catalogue.as_list, "json": catalogue.as_json, "markdown": catalogue.as_markdown}
    to_stdout(writers[kind](load_packs([built_in_pack(), *folders])), exact=kind == "json")
