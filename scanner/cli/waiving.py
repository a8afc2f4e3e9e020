"""`mlsec-scan waive`: a waiver checked as a scan would check it, and written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scanner.cli.options import Options
from scanner.cli.policing import policy_of, require_allowed
from scanner.cli.rule_choice import require_rules, rules_asked_for
from scanner.cli.wiring import today
from scanner.config.file import DEFAULT, waiver_of
from scanner.config.names import require_known
from scanner.config.waiving import glob_of_name, with_waiver
from scanner.errors import UsageError
from scanner.system.files import deliver
from scanner.system.plain import plain
from scanner.system.streams import to_stdout


def waive(options: Options, rule: str, subject: str, reason: str, days: int) -> None:
    """Write the waiver, and say so on one line. Raises UsageError for what is not in order, and then writes nothing."""
    if options.no_config:
        raise UsageError("a waiver is written into the configuration; leave --no-config out")
    path = options.config or DEFAULT
    until = today() + timedelta(days=days)
    glob = glob_of_name(subject)
    waiver = waiver_of(path, {"rule": rule, "subject": glob, "reason": reason, "expires": until})
    written = with_waiver(path, waiver)
    choice = rules_asked_for(options, replace(written.config, waivers=()))
    # The rule that was typed comes before those of the file, which are told as such.
    require_known("rule", [waiver.rule], (each.id for each in choice.every), "`mlsec-scan rules` lists them")
    require_rules(written.config, choice.every)
    require_allowed(policy_of(options, written.config), options, written.config, choice, today())
    deliver(written.text, path)
    what = "renewed" if written.renewed else "added"
    to_stdout(f"{path}: waiver of {waiver.rule} {what}, it holds until {waiver.expires}\n")
    if glob != subject:
        to_stdout(f"It is for every resource of that name, {plain(glob)}; an ARM id would be for one.\n")
