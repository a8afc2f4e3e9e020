"""`mlsec-scan rules`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import help as help_
from scanner.cli.declared import rules_folders
from scanner.system.streams import to_stdout


@click.command("rules", epilog=help_.RULES)
@click.option("--format", "kind", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@rules_folders("Also list rules of your own; repeatable.")
def command(kind: str, folders: tuple[Path, ...]) -> None:
    """List the rules. As JSON each comes with its page, its sources and the permissions that it needs."""
    from scanner.engine import catalogue  # noqa: PLC0415 - help must not wait for imports
    from scanner.engine.pack import built_in_pack, load_packs  # noqa: PLC0415

    rules = load_packs([built_in_pack(), *folders])
    if kind == "json":
        from scanner.collect.azure.role import actions_by_rule  # noqa: PLC0415
        from scanner.engine.reads import reads_of_rules  # noqa: PLC0415

        to_stdout(catalogue.as_json(rules, actions_by_rule(reads_of_rules())), exact=True)
    else:
        to_stdout({"text": catalogue.as_list, "markdown": catalogue.as_markdown}[kind](rules))
