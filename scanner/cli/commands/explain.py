"""`mlsec-scan explain RULE`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import completion
from scanner.cli import help as help_
from scanner.cli.declared import rules_folders
from scanner.system.streams import to_stdout


@click.command("explain", epilog=help_.EXPLAIN)
@click.argument("rule", shell_complete=completion.rule_ids)
@rules_folders("Also look in rules of your own; repeatable.")
def command(rule: str, folders: tuple[Path, ...]) -> None:
    """Show a rule's page. It tells why, when the rule passes and fails, and how to fix what fails."""
    from scanner.config.names import require_known  # noqa: PLC0415 - help must not wait for imports
    from scanner.engine.catalogue import page_of  # noqa: PLC0415
    from scanner.engine.pack import built_in_pack, load_packs  # noqa: PLC0415

    rules = {each.id: each for each in load_packs([built_in_pack(), *folders])}
    require_known("rule", [rule], rules, "`mlsec-scan rules` lists them")
    to_stdout(page_of(rules[rule.lower()]))
