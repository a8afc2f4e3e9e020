"""`mlsec-scan config`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import help as help_
from scanner.cli.context import options_of
from scanner.cli.declared import FILE


@click.command("config", epilog=help_.CONFIG)
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Only tell whether the files are in order.")
@click.option("--format", "kind", type=click.Choice(["toml", "json"]), default="toml", show_default=True)
@click.pass_context
def command(context: click.Context, /, files: tuple[Path, ...], kind: str, *, check: bool) -> None:
    """Show or check the configuration.

    Each value comes with its origin: the command line, FILE (./mlsec.toml where none is named), or built-in.
    """
    from scanner.cli import configuring  # noqa: PLC0415 - help must not wait for imports

    if check:
        configuring.check_configs(options_of(context), files)
    else:
        configuring.show_config(options_of(context), configuring.require_one(files), kind)
