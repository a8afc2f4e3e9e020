"""The command line: parse, wire, exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from scanner import __version__, completion
from scanner import help as help_
from scanner.errors import PipeClosed, ScanError, one_line
from scanner.files import to_stdout
from scanner.stopping import SIGNALLED

if TYPE_CHECKING:
    from scanner.options import Options

_FILE = click.Path(path_type=Path)
_USAGE_CODE = 2
_BROKEN_CODE = 4
_SIGPIPE = 13


@click.group(
    cls=help_.Sectioned,
    invoke_without_command=True,
    epilog=help_.SCAN,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--subscription", multiple=True, metavar="ID|@FILE", help="Scan this subscription, or those in FILE; repeatable."
)
@click.option("--management-group", multiple=True, metavar="NAME", help="Scan all subscriptions below it; repeatable.")
@click.option("--all-subscriptions", is_flag=True, help="Scan all in which you hold a role.")
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
@click.option(
    "--rule",
    multiple=True,
    metavar="ID",
    shell_complete=completion.rule_ids,
    help="Judge by this rule only; repeatable.",
)
@click.option(
    "--skip-rule",
    multiple=True,
    metavar="ID",
    shell_complete=completion.rule_ids,
    help="Leave this rule out; repeatable.",
)
@click.option(
    "--control",
    multiple=True,
    metavar="NAME",
    shell_complete=completion.controls,
    help="Judge by the rules of this control only; repeatable.",
)
@click.option("--rules", multiple=True, type=_FILE, metavar="DIR", help="Load rules of your own; runs their code.")
@click.option("--config", type=_FILE, metavar="FILE", help="Configuration.  [default: ./mlsec.toml if present]")
@click.option(
    "--format",
    type=click.Choice(["text", "json", "sarif", "sarif-alerts", "junit", "markdown", "html", "csv"]),
    default="text",
    show_default=True,
    help="Of the report.",
)
@click.option("--output", type=_FILE, metavar="FILE", help="Write the report there instead of stdout.")
@click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write another report; repeatable.")
@click.option("--history", metavar="FILE|URL", help="Keep this run in SQLite or PostgreSQL.")
@click.option("--baseline", type=_FILE, metavar="FILE", help="JSON report; what failed there does not count.")
@click.option(
    "--fail-on",
    type=click.Choice(["info", "low", "medium", "high", "critical", "never"]),
    default="low",
    show_default=True,
    help="Exit with 1 when something of this severity or worse failed.",
)
@click.option("--allow-unknown/--no-allow-unknown", help="Exit with 0 although something is unknown.")
@click.option("--save-snapshot", type=_FILE, metavar="FILE", help="Keep what was read, to be judged again.")
@click.option(
    "--via",
    type=click.Choice(["auto", "graph", "arm"]),
    default="auto",
    show_default=True,
    help="Read through Azure Resource Graph or by ARM alone.",
)
@click.option("--fresh/--no-fresh", help="Read again by ARM what failures stand on; Resource Graph lags by minutes.")
@click.option("--concurrency", type=click.IntRange(1, 128), default=32, show_default=True, help="Requests at once.")
@click.option("--processes", type=click.IntRange(1, 64), help="To judge in.  [default: as many as pay]")
@click.option("--dask-scheduler", default="", metavar="ADDRESS", help="Collect and judge on this Dask cluster.")
@click.option("--timeout", type=click.FloatRange(min=1), metavar="SECONDS", help="Of the whole scan.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--verbose", is_flag=True, help="Tell of every request.")
@click.version_option(__version__, prog_name="mlsec-scan")
@click.pass_context
def cli(context: click.Context, /, **_: Any) -> None:  # noqa: ANN401 - click hands over what the options declare
    """Prove that an Azure Machine Learning estate is closed to the internet and reachable over private paths only."""
    if context.invoked_subcommand is not None:
        return
    from scanner.run import run  # noqa: PLC0415 - help must not wait for imports

    context.exit(run(_options(context)))


@cli.command("rules", epilog=help_.RULES)
@click.option("--format", "kind", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--rules", "folders", multiple=True, type=_FILE, metavar="DIR", help="Also list rules of your own.")
def list_rules(kind: str, folders: tuple[Path, ...]) -> None:
    """List the rules."""
    from scanner import catalogue  # noqa: PLC0415
    from scanner.pack import built_in_pack, load_packs  # noqa: PLC0415

    writers = {"text": catalogue.as_list, "json": catalogue.as_json, "markdown": catalogue.as_markdown}
    to_stdout(writers[kind](load_packs([built_in_pack(), *folders])))


@cli.command(epilog=help_.EXPLAIN)
@click.argument("rule", shell_complete=completion.rule_ids)
@click.option("--rules", "folders", multiple=True, type=_FILE, metavar="DIR", help="Also look in rules of your own.")
def explain(rule: str, folders: tuple[Path, ...]) -> None:
    """Show a rule's page. It tells why, when the rule passes and fails, and how to fix what fails."""
    from scanner.catalogue import page_of  # noqa: PLC0415
    from scanner.names import require_known  # noqa: PLC0415
    from scanner.pack import built_in_pack, load_packs  # noqa: PLC0415

    rules = {each.id: each for each in load_packs([built_in_pack(), *folders])}
    require_known("rule", [rule], rules, "`mlsec-scan rules` lists them")
    to_stdout(page_of(rules[rule.lower()]))


@cli.command(epilog=help_.PERMISSIONS)
@click.option("--subscription", multiple=True, metavar="ID", help="Where the role may be assigned; repeatable.")
@click.option("--management-group", multiple=True, metavar="NAME", help="The same, for all below it; repeatable.")
def permissions(subscription: tuple[str, ...], management_group: tuple[str, ...]) -> None:
    """Show the least-privilege custom role. It is JSON, as `az role definition create` takes it."""
    from scanner.permissions import as_role_definition  # noqa: PLC0415

    to_stdout(as_role_definition(subscription, management_group))


@cli.command(epilog=help_.DIFF)
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Of the report.",
)
@click.option("--output", type=_FILE, metavar="FILE", help="Write the report there instead of stdout.")
@click.pass_context
def diff(context: click.Context, /, old: Path, new: Path, kind: str, output: Path | None) -> None:
    """Tell what changed between two scans.

    OLD and NEW are JSON reports, or snapshots, which are judged by today's rules.
    """
    from scanner.comparing import run_diff  # noqa: PLC0415

    context.exit(run_diff(old, new, _options(context), kind, output))


@cli.command("config", epilog=help_.CONFIG)
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Only tell whether the files are in order.")
@click.option("--format", "kind", type=click.Choice(["toml", "json"]), default="toml", show_default=True)
@click.pass_context
def show_configuration(context: click.Context, /, files: tuple[Path, ...], kind: str, *, check: bool) -> None:
    """Show or check the configuration.

    Each value comes with its origin: the command line, FILE (./mlsec.toml where none is named), or built-in.
    """
    from scanner import configuring  # noqa: PLC0415

    if check:
        configuring.check_configs(_options(context), files)
    else:
        configuring.show_config(_options(context), configuring.require_one(files), kind)


@cli.command(epilog=help_.PIPELINE)
@click.argument("system", type=click.Choice(["azure"]))
def pipeline(system: str) -> None:
    """Show a pipeline template. It scans, publishes the results and keeps the reports."""
    from scanner.pipelines import Pipeline, template  # noqa: PLC0415

    to_stdout(template(Pipeline(system)))


_LAST = click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="Only so many runs.")
_SCOPE = click.option("--scope", type=int, metavar="NUMBER", help="Only this scope.")
_TEXT_OR_JSON = click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text", show_default=True)
_OUTPUT = click.option("--output", type=_FILE, metavar="FILE", help="Write the report there instead of stdout.")


@cli.command(epilog=help_.HISTORY)
@click.argument("where", required=False, metavar="[FILE|URL]")
@click.option("--rule", default="", metavar="ID", shell_complete=completion.rule_ids, help="Only this rule.")
@click.option("--subject", default="", metavar="TEXT", help="Only ids that hold this, or fit this glob.")
@_SCOPE
@_LAST
@_TEXT_OR_JSON
@_OUTPUT
@click.pass_context
def history(context: click.Context, /, **ask: Any) -> None:  # noqa: ANN401 - named as in Ask
    """Tell what opened and closed. It also tells how long each failure stayed, run by run."""
    from scanner.looking_back import Ask, tell_history  # noqa: PLC0415

    tell_history(_options(context), Ask(**ask))


@cli.command(epilog=help_.TREND)
@click.argument("where", required=False, metavar="[FILE|URL]")
@_SCOPE
@_LAST
@_TEXT_OR_JSON
@_OUTPUT
@click.pass_context
def trend(context: click.Context, /, **ask: Any) -> None:  # noqa: ANN401 - named as in Ask
    """Show how the counts went. A line a run, and how long failures stay until they are fixed."""
    from scanner.looking_back import Ask, tell_trend  # noqa: PLC0415

    tell_trend(_options(context), Ask(**ask))


def _options(context: click.Context) -> Options:
    """Return the options of the scan: those before the command's name, and which of them were given."""
    from scanner.options import Options  # noqa: PLC0415

    scan = context.find_root()
    given = (key for key in scan.params if scan.get_parameter_source(key) is ParameterSource.COMMANDLINE)
    return Options(**scan.params, given=frozenset(given))


def run_cli() -> int:
    """Run the command line; return the exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.ClickException as error:
        error.show()
        return _USAGE_CODE
    except ScanError as error:
        return _failed(str(error), error.exit_code)
    except PipeClosed:
        return SIGNALLED + _SIGPIPE
    except Exception as error:  # noqa: BLE001 - a bug of ours must not look like a verdict
        return _failed(f"internal error, please report it: {type(error).__name__}: {error}", _BROKEN_CODE)
    return code if isinstance(code, int) else 0


def _failed(message: str, code: int) -> int:
    from scanner.collect.secrets import scrubbed  # noqa: PLC0415 - nothing failed, in most runs
    from scanner.report.plain import plain  # noqa: PLC0415

    click.echo(f"mlsec-scan: {plain(one_line(scrubbed(message)))}", err=True)
    return code
