"""`mlsec-scan probe`: a file read, its targets tried from here, and the answers written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from scanner.cli.complaints import complain
from scanner.probe.place import standing
from scanner.probe.running import Told, probed, read_plan
from scanner.probe.shapes import Outcome, Result
from scanner.report.probe_json import as_probe_json
from scanner.report.probe_junit import as_probe_junit
from scanner.report.probe_text import as_probe_text
from scanner.system.files import deliver, require_outputs
from scanner.system.plain import plain

FORMS: Mapping[str, Callable[[Result], str]] = {
    "text": as_probe_text,
    "json": as_probe_json,
    "junit": as_probe_junit,
}
"""The reporters of a probe by format."""


def run_probe(  # noqa: PLR0913 - one for each option
    path: Path,
    *,
    named: str | None,
    kind: str,
    output: Path | None,
    more: tuple[tuple[str, Path], ...],
    seconds: float,
    parallel: int,
    quiet: bool,
) -> int:
    """Probe, write the answers, and return the exit code. Raises ProbeError."""
    outputs = [("--output", output)] if output is not None else []
    outputs += [(f"--report {form}={place}", place) for form, place in more]
    require_outputs(outputs, [("FILE", path)])
    plan = read_plan(path)
    place = standing(plan, named)
    with _progress(quiet=quiet) as tell:
        result = probed(plan, place, seconds, parallel, tell)
    for each in result.notes:
        complain(plain(each))
    for form, written in more:
        deliver(FORMS[form](result), written)
    deliver(_text(result) if kind == "text" and output is None else FORMS[kind](result), output, exact=kind != "text")
    return _exit_code(result)


def _exit_code(result: Result) -> int:
    """Return 1 where an answer differs from what the model says, 3 where none settles anything."""
    if any(each.is_difference for each in result.answers):
        return 1
    return 3 if all(each.outcome is Outcome.OPEN for each in result.answers) else 0


def _text(result: Result) -> str:
    if not sys.stdout.isatty():
        return as_probe_text(result)
    return as_probe_text(result, os.get_terminal_size().columns or 100)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Told]:
    """Show how far the probe is, on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _every: None
        return

    def tell(done: int, every: int) -> None:
        with suppress(OSError):
            sys.stderr.write(f"\r\x1b[2Kprobed {done} of {every}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[2K")
