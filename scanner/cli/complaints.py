"""How an error reaches the user: one line on stderr, in which nothing is secret and nothing is a command."""

from __future__ import annotations

import click

from scanner.errors import one_line


def tell(line: str) -> None:
    """Say on stderr what is being done, on one line."""
    from scanner.system.plain import plain  # noqa: PLC0415 - as below

    click.echo(plain(line), err=True)


def complain(message: str) -> None:
    """Say what is wrong, or worth knowing, on one line."""
    from scanner.collect.redaction.secrets import scrubbed  # noqa: PLC0415 - nothing failed, in most runs
    from scanner.system.plain import plain  # noqa: PLC0415

    click.echo(f"mlsec-scan: {plain(one_line(scrubbed(message)))}", err=True)
