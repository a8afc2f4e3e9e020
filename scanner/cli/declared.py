"""The options of a scan under their headings, as click declares them and `--help` shows them.

Only words and types: nothing is imported but click, so that `--help` is there at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from scanner.cli import completion
from scanner.config.choices import FAIL_ON, FORMATS, GROUPS, ONLY, PROFILES, SEVERITIES, WAYS

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of `--help` and the options below it."""

    heading: str
    options: tuple[click.Option, ...]


_SOURCE = Section(
    "Source",
    (
        click.Option(
            ["--subscription"],
            multiple=True,
            metavar="ID|NAME|@FILE",
            help="Scan this subscription, or those in FILE; repeatable.  [default: the Azure CLI's]",
        ),
        click.Option(
            ["--management-group"], multiple=True, metavar="NAME", help="Scan all subscriptions below it; repeatable."
        ),
        click.Option(["--all-subscriptions"], is_flag=True, help="Scan all in which you hold a role."),
        click.Option(["--snapshot"], type=FILE, metavar="FILE", help="Judge a saved scan instead of Azure."),
        click.Option(
            ["--plan"],
            multiple=True,
            type=FILE,
            metavar="FILE",
            help="Judge a Terraform plan, as JSON; with a snapshot or subscription, what it would do to it; "
            "repeatable.",
        ),
        click.Option(
            ["--state"],
            multiple=True,
            type=FILE,
            metavar="FILE",
            help="Judge Terraform state instead of Azure; repeatable.",
        ),
        click.Option(
            ["--template"],
            multiple=True,
            type=FILE,
            metavar="FILE",
            help="Judge an ARM template, or Bicep, instead of Azure; repeatable.",
        ),
        click.Option(
            ["--parameters"],
            multiple=True,
            type=FILE,
            metavar="FILE",
            help="Of the template, in the order of several; repeatable.",
        ),
        click.Option(
            ["--source"],
            multiple=True,
            metavar="DIR|OUTER//DIR",
            help="The plan's or state's .tf files, for lines and waivers; repeatable.",
        ),
        click.Option(["--accept-edited"], is_flag=True, help="Accept a snapshot that was edited."),
        click.Option(["--demo"], is_flag=True, help="Scan the bundled estate, served on loopback."),
        click.Option(
            ["--context-subscription"],
            multiple=True,
            metavar="ID|NAME",
            help="Read, but do not judge what is in it; repeatable.",
        ),
        click.Option(["--no-neighbours"], is_flag=True, help="Read no neighbouring subscriptions unasked."),
        click.Option(
            ["--cloud"], default="public", metavar="public|usgov|china|URL", show_default=True, help="Which Azure."
        ),
        click.Option(["--save-snapshot"], type=FILE, metavar="FILE", help="Keep what was read, to be judged again."),
    ),
)

_SCOPE = Section(
    "Scope",
    (
        click.Option(
            ["--resource-group"],
            multiple=True,
            metavar="NAME|GLOB",
            help="Judge only the workspaces in it; repeatable.",
        ),
        click.Option(
            ["--workspace"],
            multiple=True,
            metavar="NAME|ID|GLOB",
            help="Judge only this workspace; repeatable.",
        ),
    ),
)

_RULES = Section(
    "Rules",
    (
        click.Option(
            ["--profile"],
            type=click.Choice(PROFILES),
            default="current",
            show_default=True,
            help="Which age of the guidance decides where they differ.",
        ),
        click.Option(
            ["--rule"],
            multiple=True,
            metavar="ID|GLOB",
            shell_complete=completion.rule_ids,
            help="Judge by this rule only; repeatable.",
        ),
        click.Option(
            ["--skip-rule"],
            multiple=True,
            metavar="ID|GLOB",
            shell_complete=completion.rule_ids,
            help="Leave this rule out; repeatable.",
        ),
        click.Option(
            ["--control"],
            multiple=True,
            metavar="NAME",
            shell_complete=completion.controls,
            help="Judge by the rules of this control only; repeatable.",
        ),
        click.Option(
            ["--rules"],
            multiple=True,
            type=FILE,
            metavar="DIR",
            help="Load rules of your own; runs their code; repeatable.",
        ),
        click.Option(
            ["--config"], type=FILE, metavar="FILE", help="Configuration.  [default: ./mlsec.toml if present]"
        ),
        click.Option(["--no-config"], is_flag=True, help="Ignore ./mlsec.toml."),
        click.Option(["--policy"], type=FILE, metavar="FILE", help="What configuration and options may not loosen."),
    ),
)

_REPORTS = Section(
    "Reports",
    (
        click.Option(
            ["--format"],
            type=click.Choice(FORMATS),
            metavar="FORMAT",
            default="text",
            show_default=True,
            help=f"Of the report: {', '.join(FORMATS)}.",
        ),
        click.Option(["--output"], type=FILE, metavar="FILE", help="Write the report there instead of stdout."),
        click.Option(["--report"], multiple=True, metavar="FORMAT=FILE", help="Write another report; repeatable."),
        click.Option(
            ["--framework"],
            multiple=True,
            metavar="ID",
            shell_complete=completion.frameworks,
            help="Show results by this framework's controls; repeatable.",
        ),
        click.Option(
            ["--framework-file"],
            multiple=True,
            type=FILE,
            metavar="FILE",
            help="Likewise by a framework of your own; repeatable.",
        ),
        click.Option(
            ["--evidence"],
            multiple=True,
            type=FILE,
            metavar="FILE",
            help="Show what a probe found beside the results, which stay as they are; repeatable.",
        ),
        click.Option(["--history"], metavar="FILE|URL", help="Keep this run in SQLite or PostgreSQL."),
    ),
)

_SHOWN = Section(
    "What the text report shows",
    (
        click.Option(["--all", "whole"], is_flag=True, help="Every result under its control, passes too."),
        click.Option(["--only"], type=click.Choice(ONLY), help="Only what failed, or is unknown."),
        click.Option(["--min-severity"], type=click.Choice(SEVERITIES), help="Only what is at least so severe."),
        click.Option(
            ["--group-by"], type=click.Choice(GROUPS), default="severity", show_default=True, help="Of the failures."
        ),
        click.Option(
            ["--top"], type=click.IntRange(min=1), metavar="N", help="So many groups, each whole.  [default: what fits]"
        ),
    ),
)

_GATE = Section(
    "Gate",
    (
        click.Option(
            ["--baseline"],
            type=FILE,
            metavar="FILE",
            help="JSON report; what failed, or was unknown there, does not count.",
        ),
        click.Option(
            ["--fail-on"],
            type=click.Choice(FAIL_ON),
            default="low",
            show_default=True,
            help="Exit with 1 when something of this severity or worse failed.",
        ),
        click.Option(
            ["--gate"],
            type=click.Choice(["new", "all"]),
            default="new",
            show_default=True,
            help="Of a plan with an estate: what counts.",
        ),
        click.Option(["--allow-unknown/--no-allow-unknown"], help="Exit with 0 although something is unknown."),
        click.Option(["--allow-empty/--no-allow-empty"], help="Exit with 0 although no workspace was judged."),
    ),
)

_RUNNING = Section(
    "Speed",
    (
        click.Option(
            ["--via"],
            type=click.Choice(WAYS),
            default="auto",
            show_default=True,
            help="Read through Azure Resource Graph or by ARM alone.",
        ),
        click.Option(
            ["--fresh/--no-fresh"], help="Read again by ARM what failures stand on; Resource Graph lags by minutes."
        ),
        click.Option(
            ["--concurrency"], type=click.IntRange(1, 128), default=32, show_default=True, help="Requests at once."
        ),
        click.Option(["--processes"], type=click.IntRange(1, 64), help="To judge in.  [default: as many as pay]"),
        click.Option(
            ["--dask-scheduler"], default="", metavar="ADDRESS", help="Collect and judge on this Dask cluster."
        ),
        # For mlsec.toml: hardly an estate needs it.
        click.Option(["--answer-mib"], type=click.IntRange(1, 4096), default=64, hidden=True),
        click.Option(["--timeout"], type=click.FloatRange(min=1), metavar="SECONDS", help="Of the whole scan."),
        click.Option(["--quiet"], is_flag=True, help="Show no progress."),
        click.Option(["--verbose"], is_flag=True, help="Tell of every request."),
    ),
)

SECTIONS = (_SOURCE, _SCOPE, _RULES, _REPORTS, _SHOWN, _GATE, _RUNNING)
"""The sections of `mlsec-scan --help`, in their order. Click's own options come last."""


# What several commands take

output_option = click.option("--output", type=FILE, metavar="FILE", help="Write the report there instead of stdout.")
scope_option = click.option("--scope", type=int, metavar="NUMBER", help="Only this scope.")
last_option = click.option(
    "--last", type=click.IntRange(min=1), default=20, show_default=True, help="Only so many runs."
)
text_or_json = click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text", show_default=True)


def rules_folders(help_text: str) -> Callable[[F], F]:
    """Declare `--rules DIR` of a command that looks at rules."""
    return click.option("--rules", "folders", multiple=True, type=FILE, metavar="DIR", help=help_text)
