"""`mlsec-scan init`: a scan as the options say, without any configuration, and the file that it proposes."""

from __future__ import annotations

from pathlib import Path

from scanner.cli.complaints import tell
from scanner.cli.options import Options, require_one_source, settled, with_default
from scanner.cli.progress import shown
from scanner.cli.wiring import requested
from scanner.config.file import Config
from scanner.errors import UsageError, one_line
from scanner.report.first_config import as_config
from scanner.scan.scanning import Effort, scan
from scanner.system.files import deliver, require_outputs
from scanner.system.streams import to_stdout


def run_init(options: Options, output: Path) -> None:
    """Scan and write the file. Raises UsageError where one is there: what somebody wrote is not replaced."""
    if options.config is not None:
        raise UsageError("init writes a first configuration; leave --config out")
    if output.exists() or output.is_symlink():
        raise UsageError(f"{one_line(output)} is there already; name another file with --output")
    options, default = with_default(settled(options, Config()))
    if default and not options.quiet:
        tell(default)
    require_one_source(options)
    require_outputs([(f"--output {output}", output)], [])
    with shown(quiet=options.quiet or options.verbose) as progress, requested(options, Config()) as request:
        finished = scan(request, progress, Effort.NONE)
    deliver(as_config(finished), output)
    to_stdout(f"{one_line(output)}: written; read it, then `mlsec-scan config --check {one_line(output)}`\n")
