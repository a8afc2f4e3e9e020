"""A scan as the command line runs it: options settled, the request made, progress shown, reports delivered."""

from __future__ import annotations

import logging
import sys

from scanner.cli.delivery import deliver_all, keeper_of
from scanner.cli.options import Options, require_one_source, settled
from scanner.cli.progress import shown
from scanner.cli.wiring import requested
from scanner.config.file import find_config
from scanner.report.plain import plain
from scanner.scan.gate import exit_code
from scanner.scan.scanning import scan


def run(options: Options) -> int:
    """Scan, write the reports, and return the exit code."""
    _set_up_logging(verbose=options.verbose)
    config = find_config(options.config, ignored=options.no_config)
    options = settled(options, config)
    require_one_source(options)
    with shown(quiet=options.quiet or options.verbose) as progress, requested(options, config) as request:
        keeper = keeper_of(options)
        finished = scan(request, progress)
    deliver_all(finished, request.outputs, keeper)
    if finished.not_judged and not request.gate.allow_empty:
        sys.stderr.write(f"mlsec-scan: {plain(finished.not_judged)}; --allow-empty accepts that\n")
    return exit_code(finished, request.gate)


def _set_up_logging(*, verbose: bool) -> None:
    """Keep the SDKs' own log lines off stderr; what the user can act on comes as an error. Tell of our requests."""
    logging.getLogger("azure").addHandler(logging.NullHandler())
    if verbose:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger = logging.getLogger("scanner.collect.azure")
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
