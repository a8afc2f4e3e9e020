"""`mlsec-scan doctor`: what a scan would meet, looked at and told, without scanning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scanner.cli.doctor_report import as_json, as_text
from scanner.cli.options import Options, settled, with_default
from scanner.cli.scopes import require_group_names
from scanner.cli.wiring import plan_of
from scanner.collect.azure.checkup import check_up
from scanner.config.file import find_config
from scanner.engine.reads import reads_of_rules
from scanner.errors import UsageError
from scanner.system.files import deliver

_INCOMPLETE, _NOTHING = 3, 4
_SECONDS = 120.0
"""For a look that nobody gave a time."""


def run_doctor(options: Options, kind: str, output: Path | None) -> int:
    """Look and tell; return 0 where a scan lacks nothing, 3 where something would be unknown, 4 where nothing works."""
    if not options.is_live:
        raise UsageError("doctor looks at Azure; leave --snapshot and --demo out")
    options, _ = with_default(settled(options, find_config(options.config, ignored=options.no_config)))
    require_group_names(options.management_group)
    where = options.subscription or options.management_group or options.all_subscriptions
    plan = plan_of(replace(options, all_subscriptions=not where or options.all_subscriptions))
    found = check_up(replace(plan, timeout=options.timeout or _SECONDS, retries=1))
    writers = {"text": as_text, "json": as_json}
    deliver(writers[kind](found, reads_of_rules()), output, exact=kind == "json")
    if found.stopped:
        return _NOTHING
    return _INCOMPLETE if found.horizon_why or any(each.missing or each.why for each in found.rights) else 0
