"""[scan] of mlsec.toml: what the options are where the command line says nothing.

Left out on purpose: `rules`, which runs code, and sources other than Azure, which are for one run. A file in a working
folder may come from somebody else's branch, so its cloud has a name and its reports stay below that folder, to which
`config.places` sees.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from scanner.config.choices import CLOUDS, FAIL_ON, FORMATS, PROFILES, WAYS
from scanner.config.places import all_read, history, read, reports, subscriptions, written
from scanner.config.table import Table
from scanner.errors import UsageError

_COMMAND_LINE_ONLY = {
    "rules": "rules run their code; name the folder with --rules",
    "config": "name the file with --config",
    "no_config": "it is for one run",
    "policy": "what binds a scan cannot come from the file that it binds; name it with --policy",
    "snapshot": "name the source on the command line",
    "plan": "name the source on the command line",
    "state": "name the source on the command line",
    "template": "name the source on the command line",
    "parameters": "they are those of one template",
    "source": "it is the code of one plan or state",
    "gate": "it is for what one plan would do",
    "demo": "name the source on the command line",
    "accept_edited": "it is for one snapshot",
    "dask_scheduler": "whoever runs the scheduler can run code here; name it with --dask-scheduler",
    "only": "it is for one look",
    "min_severity": "it is for one look",
    "group_by": "it is for one look",
    "top": "it is for one look",
    "whole": "it is for one look",
    "quiet": "it is for one run",
    "verbose": "it is for one run",
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """The options of a scan as the file has them; None where it does not say. Named as the options are."""

    subscription: tuple[str, ...] | None = None
    management_group: tuple[str, ...] | None = None
    all_subscriptions: bool | None = None
    context_subscription: tuple[str, ...] | None = None
    no_neighbours: bool | None = None
    resource_group: tuple[str, ...] | None = None
    workspace: tuple[str, ...] | None = None
    cloud: str | None = None
    profile: str | None = None
    rule: tuple[str, ...] | None = None
    skip_rule: tuple[str, ...] | None = None
    control: tuple[str, ...] | None = None
    format: str | None = None
    output: Path | None = None
    report: tuple[str, ...] | None = None
    framework: tuple[str, ...] | None = None
    framework_file: tuple[Path, ...] | None = None
    baseline: Path | None = None
    fail_on: str | None = None
    allow_unknown: bool | None = None
    allow_empty: bool | None = None
    save_snapshot: Path | None = None
    history: str | None = None
    via: str | None = None
    fresh: bool | None = None
    concurrency: int | None = None
    processes: int | None = None
    timeout: float | None = None
    answer_mib: int | None = None


KEYS = tuple(field.name for field in fields(Defaults))


def read_defaults(table: Table) -> Defaults:
    """Read [scan]. Raises UsageError."""
    for key in table.values:
        if key in _COMMAND_LINE_ONLY:
            raise UsageError(f"{table.file}: {table.name} {key} cannot be set in a file: {_COMMAND_LINE_ONLY[key]}")
    table.require_keys(KEYS)
    return Defaults(
        subscription=subscriptions(table, "subscription"),
        management_group=table.texts("management_group"),
        all_subscriptions=table.flag("all_subscriptions"),
        context_subscription=subscriptions(table, "context_subscription"),
        no_neighbours=table.flag("no_neighbours"),
        resource_group=table.one_or_more("resource_group"),
        workspace=table.one_or_more("workspace"),
        cloud=table.choice("cloud", CLOUDS),
        profile=table.choice("profile", PROFILES),
        rule=table.texts("rule"),
        skip_rule=table.texts("skip_rule"),
        control=table.texts("control"),
        format=table.choice("format", FORMATS),
        output=written(table, "output"),
        report=reports(table),
        framework=table.texts("framework"),
        framework_file=all_read(table, "framework_file"),
        baseline=read(table, "baseline"),
        fail_on=table.choice("fail_on", FAIL_ON),
        allow_unknown=table.flag("allow_unknown"),
        allow_empty=table.flag("allow_empty"),
        save_snapshot=written(table, "save_snapshot"),
        history=history(table),
        via=table.choice("via", WAYS),
        fresh=table.flag("fresh"),
        concurrency=table.whole("concurrency", 1, 128),
        processes=table.whole("processes", 1, 64),
        timeout=table.number("timeout", 1),
        answer_mib=table.whole("answer_mib", 1, 4096),
    )
