"""`mlsec-scan config`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import help as help_
from scanner.cli.behind import behind
from scanner.cli.context import options_here
from scanner.cli.declared import FILE, SECTIONS


@click.command("config", epilog=help_.CONFIG, params=behind((), own=["--format"], sections=SECTIONS))
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Only tell whether the files are in order.")
@click.option("--format", "kind", type=click.Choice(["toml", "json"]), default="toml", show_default=True)
@click.pass_context
def command(context: click.Context, /, files: tuple[Path, ...], kind: str, *, check: bool, **_: Any) -> None:  # noqa: ANN401
    """Show or check the configuration.

    Each value comes with its origin: the command line, FILE (./mlsec.toml where none is named), or built-in.
    """
    from scanner.cli import configuring  # noqa: PLC0415 - help must not wait for imports

    options = options_here(context)
    if check:
        configuring.check_configs(options, files)
    else:
        configuring.show_config(options, configuring.require_one(files), kind)
