"""A scan for commands that look into what it found, and write no report of their own."""

from __future__ import annotations

from dataclasses import replace

from scanner.cli.complaints import tell
from scanner.cli.edited import tell_edited
from scanner.cli.options import Options, require_one_source, settled, with_default
from scanner.cli.progress import shown
from scanner.cli.wiring import requested
from scanner.config.file import find_config
from scanner.scan.outcome import Scan
from scanner.scan.request import Outputs
from scanner.scan.scanning import Effort, scan


def judged(options: Options, causes: Effort = Effort.ALL) -> Scan:
    """Scan as the options say and return what was found. Raises what a scan raises."""
    config = find_config(options.config, ignored=options.no_config)
    options, default = with_default(replace(settled(options, config), history=None))
    if default and not options.quiet:
        tell(default)
    require_one_source(options)
    with shown(quiet=options.quiet or options.verbose) as progress, requested(options, config) as request:
        finished = scan(replace(request, outputs=Outputs("text")), progress, causes)
    tell_edited(options.snapshot, finished.header.file, accepted=options.accept_edited)
    return finished
