"""The command line: `mlsec-scan` itself, its commands, and what an error comes to."""

from __future__ import annotations

from typing import Any

import click

from scanner import __version__
from scanner.cli import help as help_
from scanner.cli.commands import (
    causes,
    comment,
    config,
    cost,
    diff,
    doctor,
    explain,
    fix,
    frameworks,
    history,
    init,
    permissions,
    pipeline,
    probe,
    rules,
    schema,
    trend,
    waive,
)
from scanner.cli.complaints import complain
from scanner.cli.context import options_of
from scanner.cli.declared import SECTIONS
from scanner.errors import PipeClosed, ScanError
from scanner.system.stopping import SIGNALLED

_USAGE_CODE = 2
_BROKEN_CODE = 4
_SIGPIPE = 13


@click.group(
    cls=help_.Sectioned,
    invoke_without_command=True,
    epilog=help_.SCAN,
    context_settings={"help_option_names": ["-h", "--help"]},
    params=[option for section in SECTIONS for option in section.options],
)
@click.version_option(__version__, prog_name="mlsec-scan")
@click.pass_context
def cli(context: click.Context, /, **_: Any) -> None:  # noqa: ANN401 - click hands over what the options declare
    """Prove that an Azure Machine Learning estate is closed to the internet and reachable over private paths only."""
    if context.invoked_subcommand is not None:
        return
    from scanner.cli.run import run  # noqa: PLC0415 - help must not wait for imports

    context.exit(run(options_of(context)))


for _each in (
    rules.command,
    explain.command,
    causes.command,
    fix.command,
    cost.command,
    frameworks.command,
    permissions.command,
    diff.command,
    config.command,
    pipeline.command,
    probe.command,
    comment.command,
    schema.command,
    doctor.command,
    waive.command,
    init.command,
    history.command,
    trend.command,
):
    cli.add_command(_each)


def run_cli() -> int:
    """Run the command line; return the exit code."""
    try:
        code = cli.main(prog_name="mlsec-scan", standalone_mode=False)
    except click.exceptions.ClickException as error:
        return _failed(f"{error.format_message()} {_hint(error)}", _USAGE_CODE)
    except ScanError as error:
        return _failed(str(error), error.exit_code)
    except PipeClosed:
        return SIGNALLED + _SIGPIPE
    except Exception as error:  # noqa: BLE001 - a bug of ours must not look like a verdict
        return _failed(f"internal error, please report it: {type(error).__name__}: {error}", _BROKEN_CODE)
    return code if isinstance(code, int) else 0


def _failed(message: str, code: int) -> int:
    complain(message)
    return code


def _hint(error: click.ClickException) -> str:
    """Say where all options stand."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"See {context.command_path if context is not None else 'mlsec-scan'} --help."
