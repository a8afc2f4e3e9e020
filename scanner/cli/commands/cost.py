"""`mlsec-scan cost`."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli import completion
from scanner.cli import help as help_
from scanner.cli.behind import JUDGING, behind
from scanner.cli.context import options_here
from scanner.cli.declared import FILE

_OWN = [
    click.Option(
        ["--currency"],
        default="USD",
        metavar="CODE",
        show_default=True,
        shell_complete=completion.currencies,
        help="Of the prices: EUR, GBP …",
    ),
    click.Option(["--offline"], is_flag=True, help="Ask nobody: prices kept from before, or the program's table."),
    click.Option(["--gb"], metavar="N", help="Estimate traffic: so many GB a month through each thing."),
    click.Option(
        ["--region"],
        default="",
        metavar="NAME",
        shell_complete=completion.regions,
        help="Prices of this region.  [default: each one's own]",
    ),
    click.Option(
        ["--format", "form"],
        type=click.Choice(("text", "json", "csv", "html")),
        default="text",
        show_default=True,
        help="Of the report.",
    ),
    click.Option(["--output", "to"], type=FILE, metavar="FILE", help="Write the report there instead of stdout."),
    # For a mirror of the prices, and for tests: https, or http on loopback.
    click.Option(["--prices"], metavar="URL", hidden=True),
]
_NAMES = tuple(str(each.name) for each in _OWN)


@click.command("cost", epilog=help_.COST, params=[*behind(JUDGING, own=("--format", "--output")), *_OWN])
@click.pass_context
def command(context: click.Context, /, **given: Any) -> None:  # noqa: ANN401 - click hands over every option
    """Show what the controls cost, and what could be saved. A sum a month, and rates of traffic."""
    from scanner.cli.costing import Ask, tell_costs  # noqa: PLC0415 - help must not wait for imports
    from scanner.cli.judged import judged  # noqa: PLC0415
    from scanner.scan.scanning import Effort  # noqa: PLC0415

    ask = Ask(**{name: given[name] for name in _NAMES})
    tell_costs(lambda: judged(options_here(context), Effort.NONE), ask)
