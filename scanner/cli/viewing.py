"""What of a scan the options ask to see."""

from __future__ import annotations

from scanner.cli.options import Options
from scanner.engine import Severity, Verdict
from scanner.errors import UsageError
from scanner.report.view import View
from scanner.scan.request import Outputs

_OPTIONS = {
    "whole": "--all",
    "only": "--only",
    "min_severity": "--min-severity",
    "group_by": "--group-by",
    "top": "--top",
}


def view_of(options: Options, outputs: Outputs) -> View:
    """Return how the text report is shown. Raises UsageError for options that say nothing, or two things."""
    given = [option for key, option in _OPTIONS.items() if key in options.given]
    if given and "text" not in {outputs.format, *(each.format for each in outputs.reports)}:
        raise UsageError(f"{given[0]} is about the text report, which is not asked for; leave it out")
    if options.whole and {"group_by", "top"} & options.given:
        raise UsageError("--all shows every result under its control; leave --group-by and --top out")
    if options.only == Verdict.UNKNOWN and "group_by" in options.given:
        raise UsageError("--group-by is about failures, which --only unknown leaves out")
    return View(
        options.whole,
        Verdict(options.only) if options.only else None,
        Severity(options.min_severity) if options.min_severity else None,
        options.group_by,
        options.top,
    )
