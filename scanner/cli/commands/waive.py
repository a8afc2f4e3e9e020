"""`mlsec-scan waive RULE SUBJECT`."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli import completion
from scanner.cli import help as help_
from scanner.cli.behind import WAIVING, behind
from scanner.cli.context import options_here


@click.command("waive", epilog=help_.WAIVE, params=behind(WAIVING, own=["rule"]))
@click.argument("rule", shell_complete=completion.rule_ids)
@click.argument("subject")
@click.option("--reason", required=True, metavar="TEXT", help="Why the failure is accepted.")
@click.option(
    "--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="For how long, from today (UTC)."
)
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    rule: str,
    subject: str,
    reason: str,
    days: int,
    **_: Any,  # noqa: ANN401 - click hands over every option
) -> None:
    """Accept a failure for a while. It is written into mlsec.toml, whose comments stay; one for the same is renewed.

    SUBJECT is a name as reports print it, which stands for every resource of that name, or an ARM id, or a glob of one.
    """
    from scanner.cli.waiving import waive  # noqa: PLC0415 - help must not wait for imports

    waive(options_here(context), rule, subject, reason, days)
