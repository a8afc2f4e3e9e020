"""A scan as the command line runs it: options settled, the request made, progress shown, reports delivered."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from scanner.cli.attempts import Attempts
from scanner.cli.complaints import complain, tell
from scanner.cli.delivery import deliver_all, keeper_of
from scanner.cli.edited import tell_edited
from scanner.cli.options import Options, require_one_source, settled, with_default
from scanner.cli.outputs import try_outputs
from scanner.cli.progress import shown
from scanner.cli.viewing import view_of
from scanner.cli.wiring import outputs_of, requested
from scanner.collect.collected import Collected
from scanner.collect.snapshot import save_snapshot
from scanner.config.file import find_config
from scanner.scan.gate import exit_code, fits_nothing
from scanner.scan.request import Save
from scanner.scan.scanning import scan


def run(options: Options) -> int:
    """Scan, write the reports, and return the exit code."""
    _set_up_logging(verbose=options.verbose)
    config = find_config(options.config, ignored=options.no_config)
    options, default = with_default(settled(options, config))
    if default and not options.quiet:
        tell(default)
    require_one_source(options)
    outputs = outputs_of(options)
    view = view_of(options, outputs)
    try_outputs(outputs, options)
    attempts = Attempts()
    with shown(quiet=options.quiet or options.verbose) as progress, requested(options, config) as request:
        keeper = keeper_of(options)
        finished = scan(replace(request, save=_attempted(save_snapshot, attempts)), progress)
    tell_edited(options.snapshot, finished.header.file, accepted=options.accept_edited)
    if finished.not_judged and not request.gate.allow_empty:
        complain(f"{finished.not_judged}; --allow-empty accepts that")
    if fits_nothing(finished, request.gate):
        complain(f"--baseline {options.baseline} fits nothing of this scan: it is of another estate, or of other rules")
    deliver_all(finished, request.outputs, keeper, attempts, view)
    return exit_code(finished, request.gate)


def _attempted(save: Save, attempts: Attempts) -> Save:
    """Return what saves a snapshot if that can be done, and lets the scan go on if it cannot."""

    def saved(collected: Collected, path: Path) -> None:
        with attempts.attempt():
            save(collected, path)

    return saved


def _set_up_logging(*, verbose: bool) -> None:
    """Keep the SDKs' own log lines off stderr; what the user can act on comes as an error. Tell of our requests."""
    logging.getLogger("azure").addHandler(logging.NullHandler())
    if verbose:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger = logging.getLogger("scanner.collect.azure")
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
