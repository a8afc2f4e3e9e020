"""`mlsec-scan diff`: two scans read or judged, compared, and told of."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scanner.cli.options import Options, effective
from scanner.cli.rule_choice import rules_asked_for
from scanner.cli.wiring import gate_of, settings_of
from scanner.collect.snapshot import read_snapshot
from scanner.config.file import find_config
from scanner.report.diff_json import diff_as_json
from scanner.report.diff_markdown import diff_as_markdown
from scanner.report.diff_text import diff_as_text
from scanner.report.earlier import is_snapshot, read_report
from scanner.scan.diff import Diff, Judged, compare, judged
from scanner.scan.gate import gated
from scanner.scan.judging import judge
from scanner.system.files import deliver


def run_diff(old: Path, new: Path, options: Options, kind: str, output: Path | None) -> int:
    """Compare two scans, write what changed, and return 1 when something is new."""
    found = Diff(str(old), str(new), compare(_results(old, options), _results(new, options)))
    deliver(_for_terminal(found) if kind == "text" and output is None else DIFF_FORMATS[kind](found), output)
    return 1 if found.has_news else 0


def _results(path: Path, options: Options) -> tuple[Judged, ...]:
    """Return the results of a JSON report, or of a snapshot judged now, by today's rules and configuration."""
    if not is_snapshot(path):
        return read_report(path)
    config = find_config(options.config, ignored=options.no_config)
    options = effective(replace(options, snapshot=path), config)
    rules, settings = rules_asked_for(options, config).judging, settings_of(options, config)
    # What the configuration names may be newer than a snapshot: a comparison tells what changed, and no more.
    finished = judge(read_snapshot(path), rules, settings, roles_must_exist=False)
    finished = gated(finished, gate_of(options, config))
    return tuple(judged(each) for each in finished.results)


def _for_terminal(diff: Diff) -> str:
    return diff_as_text(diff, width=os.get_terminal_size().columns) if sys.stdout.isatty() else diff_as_text(diff)


DIFF_FORMATS: dict[str, Callable[[Diff], str]] = {
    "text": diff_as_text,
    "json": diff_as_json,
    "markdown": diff_as_markdown,
}
"""The reporters of a comparison by format."""
