"""`mlsec-scan fix`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from scanner.cli import completion
from scanner.cli import help as help_
from scanner.cli.behind import JUDGING, behind
from scanner.cli.context import options_here
from scanner.cli.declared import FILE
from scanner.system.files import deliver

PLANS = ("az", "terraform", "bicep", "json")

_OWN = [
    click.Option(["--cause", "causes"], multiple=True, metavar="ID", help="What hangs on this cause; repeatable."),
    click.Option(
        ["--rule", "only"],
        multiple=True,
        metavar="ID|GLOB",
        help="What fails this rule; repeatable.",
        shell_complete=completion.rule_ids,
    ),
    click.Option(["--all", "everything"], is_flag=True, help="Every failure."),
    click.Option(["--format", "form"], type=click.Choice(PLANS), default="az", show_default=True, help="Of the plan."),
    click.Option(["--output", "to"], type=FILE, metavar="FILE", help="Write the plan there instead of stdout."),
]


@click.command(
    "fix", epilog=help_.FIX, params=[*behind(JUDGING, own=("--rule", "--all", "--format", "--output")), *_OWN]
)
@click.pass_context
def command(  # noqa: PLR0913 - one for each option of its own
    context: click.Context,
    /,
    *,
    causes: tuple[str, ...],
    only: tuple[str, ...],
    everything: bool,
    form: str,
    to: Path | None,
    **_: Any,  # noqa: ANN401 - click hands over every option
) -> None:
    """Show a verified plan that mends failures. It runs nothing."""
    from scanner.cli.fixing import planned  # noqa: PLC0415 - help must not wait for imports
    from scanner.cli.judged import judged  # noqa: PLC0415
    from scanner.fix.formats import WRITERS  # noqa: PLC0415
    from scanner.fix.terraform import as_terraform  # noqa: PLC0415

    scanned = partial(judged, options_here(context))
    plan, code = planned(scanned, causes, only, everything=everything, form=form)
    deliver(as_terraform(plan, code) if form == "terraform" else WRITERS[form](plan), to, exact=True)
