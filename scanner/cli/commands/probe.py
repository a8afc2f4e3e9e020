"""`mlsec-scan probe FILE`."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import click

from scanner.cli import help as help_
from scanner.cli.declared import FILE, output_option


def _number(_context: click.Context, _option: click.Parameter, seconds: float) -> float:
    """Refuse "nan", which is beyond no bound."""
    if isnan(seconds):
        raise click.BadParameter("nan is no number of seconds")
    return seconds


_FORMS = ("text", "json", "junit")


@click.command("probe", epilog=help_.PROBE)
@click.argument("file", type=FILE)
@click.option(
    "--as", "named", metavar="NETWORK|outside", help="Where it stands.  [default: by Azure's metadata service]"
)
@click.option("--format", "kind", type=click.Choice(_FORMS), default="text", show_default=True, help="Of the answers.")
@output_option
@click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write the answers there too; repeatable.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 60),
    callback=_number,
    default=5,
    show_default=True,
    metavar="SECONDS",
    help="Of each name, connection and handshake.",
)
@click.option("--parallel", type=click.IntRange(1, 64), default=16, show_default=True, help="Targets at once.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one for each option
    context: click.Context,
    /,
    file: Path,
    named: str | None,
    kind: str,
    output: Path | None,
    report: tuple[str, ...],
    timeout: float,
    parallel: int,
    quiet: bool,  # noqa: FBT001 - a flag
) -> None:
    """Try what a scan predicts, from where this machine stands.

    FILE is what `mlsec-scan … --report probe=FILE` wrote.
    """
    from scanner.cli.probing import run_probe  # noqa: PLC0415 - help must not wait for imports

    more = tuple(map(_report, report))
    context.exit(
        run_probe(
            file, named=named, kind=kind, output=output, more=more, seconds=timeout, parallel=parallel, quiet=quiet
        )
    )


def _report(text: str) -> tuple[str, Path]:
    form, _, path = text.partition("=")
    if form not in _FORMS or not path:
        raise click.BadParameter(f"takes FORMAT=FILE, of {', '.join(_FORMS)}", param_hint="--report")
    return form, Path(path)
