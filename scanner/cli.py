"""The command line: parse, wire, exit code."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from scanner import __version__
from scanner.errors import PipeClosed, ScanError, one_line
from scanner.files import to_stdout

_FILE = click.Path(path_type=Path)
_USAGE_CODE = 2
_BROKEN_CODE = 4
_SIGPIPE = 13
_SIGNALLED = 128
"""Shells report the end by a signal as this and the signal's number."""

_EPILOG = """Exit codes: 0 nothing failed at or above --fail-on; 1 something did; 2 usage, configuration or rule pack;
3 nothing failed but something is unknown; 4 nothing could be scanned."""


@click.group(invoke_without_command=True, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--subscription", multiple=True, metavar="ID", help="Scan this subscription; repeatable.")
@click.option("--snapshot", type=_FILE, metavar="FILE", help="Judge a saved scan instead of Azure.")
@click.option("--demo", is_flag=True, help="Scan the bundled estate, served on loopback.")
@click.option(
    "--context-subscription", multiple=True, metavar="ID", help="Read, but do not judge what is in it; repeatable."
)
@click.option("--resource-group", default="", metavar="NAME", help="Judge only the workspaces in it.")
@click.option("--workspace", default="", metavar="NAME|ID", help="Judge only this workspace.")
@click.option("--cloud", default="public", metavar="public|usgov|china|URL", show_default=True, help="Which Azure.")
@click.option(
    "--profile",
    type=click.Choice(["current", "article"]),
    default="current",
    show_default=True,
    help="Which age of the guidance decides where they differ.",
)
@click.option("--rule", multiple=True, metavar="ID", help="Judge by this rule only; repeatable.")
@click.option("--skip-rule", multiple=True, metavar="ID", help="Leave this rule out; repeatable.")
@click.option("--control", multiple=True, metavar="NAME", help="Judge by the rules of this control only; repeatable.")
@click.option("--rules", multiple=True, type=_FILE, metavar="DIR", help="Load rules of your own; runs their code.")
@click.option("--config", type=_FILE, metavar="FILE", help="Configuration.  [default: ./mlsec.toml if present]")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of the report.")
@click.option("--output", type=_FILE, metavar="FILE", help="Write the report there instead of stdout.")
@click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write another report; repeatable.")
@click.option(
    "--fail-on",
    type=click.Choice(["info", "low", "medium", "high", "critical", "never"]),
    default="low",
    show_default=True,
    help="Exit with 1 when something of this severity or worse failed.",
)
@click.option("--allow-unknown", is_flag=True, help="Exit with 0 although something is unknown.")
@click.option("--save-snapshot", type=_FILE, metavar="FILE", help="Keep what was read, to be judged again.")
@click.option("--concurrency", type=click.IntRange(1, 128), default=32, show_default=True, help="Requests at once.")
@click.option("--timeout", type=click.FloatRange(min=1), metavar="SECONDS", help="Of the whole scan.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--verbose", is_flag=True, help="Tell of every request.")
@click.version_option(__version__, prog_name="mlsec-scan")
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - click hands over what the options declare
    """Prove that an Azure Machine Learning estate is closed to the internet and reachable over private paths only."""
    if context.invoked_subcommand is not None:
        return
    from scanner.run import Options, run  # noqa: PLC0415 - help must not wait for imports

    context.exit(run(Options(**options)))


@cli.command("rules")
@click.option("--format", "kind", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--rules", "folders", multiple=True, type=_FILE, metavar="DIR", help="Also list rules of your own.")
def list_rules(kind: str, folders: tuple[Path, ...]) -> None:
    """List the rules."""
    from scanner import catalogue  # noqa: PLC0415
    from scanner.pack import built_in_pack, load_packs  # noqa: PLC0415

    writers = {"text": catalogue.as_list, "json": catalogue.as_json, "markdown": catalogue.as_markdown}
    to_stdout(writers[kind](load_packs([built_in_pack(), *folders])))


@cli.command()
@click.argument("rule")
@click.option("--rules", "folders", multiple=True, type=_FILE, metavar="DIR", help="Also look in rules of your own.")
def explain(rule: str, folders: tuple[Path, ...]) -> None:
    """Show a rule's page: why, when it passes and fails, how to fix it."""
    from scanner.catalogue import page_of  # noqa: PLC0415
    from scanner.names import require_known  # noqa: PLC0415
    from scanner.pack import built_in_pack, load_packs  # noqa: PLC0415

    rules = {each.id: each for each in load_packs([built_in_pack(), *folders])}
    require_known("rule", [rule], rules, "`mlsec-scan rules` lists them")
    to_stdout(page_of(rules[rule.lower()]))


@cli.command()
@click.option("--subscription", multiple=True, metavar="ID", help="Where the role may be assigned; repeatable.")
def permissions(subscription: tuple[str, ...]) -> None:
    """Show the least-privilege custom role, as `az role definition create` takes it."""
    from scanner.permissions import as_role_definition  # noqa: PLC0415

    to_stdout(as_role_definition(subscription))


class _Stopped(BaseException):
    """A signal asked the process to end; what is being written is cleaned up on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = _SIGNALLED + number


def main() -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _on_signal)
    code = _run()
    sys.stderr.flush()
    # Threads may be waiting for Azure; nothing of theirs is needed any more.
    os._exit(code)


def _run() -> int:
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.ClickException as error:
        error.show()
        return _USAGE_CODE
    except ScanError as error:
        return _failed(one_line(error), error.exit_code)
    except _Stopped as stopped:
        return stopped.code
    except PipeClosed:
        return _SIGNALLED + _SIGPIPE
    except Exception as error:  # noqa: BLE001 - a bug of ours must not look like a verdict
        return _failed(f"internal error, please report it: {type(error).__name__}: {one_line(error)}", _BROKEN_CODE)
    return code if isinstance(code, int) else 0


def _failed(message: str, code: int) -> int:
    click.echo(f"mlsec-scan: {message}", err=True)
    return code


def _on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    raise _Stopped(number)
