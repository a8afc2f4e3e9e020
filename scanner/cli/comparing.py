"""`mlsec-scan diff`: two scans read or judged, compared, and told of."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scanner.cli.edited import tell_edited
from scanner.cli.options import Options, effective
from scanner.cli.rule_choice import rules_asked_for
from scanner.cli.wiring import gate_of, settings_of
from scanner.collect.snapshot_reading import snapshot_in
from scanner.config.file import find_config
from scanner.errors import ReportError
from scanner.report.diff_json import diff_as_json
from scanner.report.diff_markdown import diff_as_markdown
from scanner.report.diff_text import diff_as_text
from scanner.report.earlier import is_snapshot, report_in
from scanner.scan.diff import Diff, Judged, compare, judged
from scanner.scan.gate import gated
from scanner.scan.judging import judge
from scanner.system.files import deliver, require_outputs
from scanner.system.reading import opened


def run_diff(old: Path, new: Path, options: Options, kind: str, output: Path | None) -> int:
    """Compare two scans, write what changed, and return 1 when something is new."""
    require_outputs([("--output", output)] if output is not None else [], [("OLD", old), ("NEW", new)])
    found = Diff(str(old), str(new), compare(_results(old, options), _results(new, options)))
    written = _for_terminal(found) if kind == "text" and output is None else DIFF_FORMATS[kind](found)
    deliver(written, output, exact=kind == "json")
    return 1 if found.has_news else 0


def _results(path: Path, options: Options) -> tuple[Judged, ...]:
    """Return the results of a JSON report, or of a snapshot judged now, by today's rules and configuration."""
    try:
        with opened(path) as file:  # once: what comes through a pipe is gone when it was read
            if not is_snapshot(file):
                return report_in(file, path)
            collected = snapshot_in(file, path)
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror or error}") from error
    tell_edited(path, collected.file, accepted=options.accept_edited)
    config = find_config(options.config, ignored=options.no_config)
    options = effective(replace(options, snapshot=path), config)
    rules, settings = rules_asked_for(options, config).judging, settings_of(options, config)
    # What the configuration names may be newer than a snapshot: a comparison tells what changed, and no more.
    finished = judge(collected, rules, settings, roles_must_exist=False)
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
