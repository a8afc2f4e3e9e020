"""What a scan writes, tried before it begins: a scan takes minutes, and must not end without its report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scanner.cli.options import Options
from scanner.config.file import DEFAULT
from scanner.errors import HistoryError
from scanner.history.address import is_address
from scanner.scan.request import Outputs
from scanner.system.files import require_outputs, try_output
from scanner.system.reading import require_file

_STDOUT = Path("/dev/stdout")
_BESIDE_SQLITE = ("-journal", "-wal", "-shm")


def try_outputs(outputs: Outputs, options: Options) -> None:
    """Try all that a scan will write. Raises OutputError, and HistoryError for what is no database file."""
    if options.history is not None:
        require_database_file(options.history)
    if outputs.path is None and os.name == "posix":
        try_output(_STDOUT)
    require_outputs([*_written(outputs)], [*_in_use(outputs, options)])


def require_database_file(where: str) -> None:
    """Raise HistoryError where a history is neither an address nor a regular file, nor still to be created."""
    if is_address(where):
        return
    try:
        require_file(Path(where))
    except (FileNotFoundError, PermissionError):
        return  # whoever opens it creates it, or says so
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise HistoryError(f"{where} cannot be opened: {why}; name another file") from error


def _written(outputs: Outputs) -> Iterator[tuple[str, Path]]:
    if outputs.path is not None:
        yield f"--output {outputs.path}", outputs.path
    for each in outputs.reports:
        yield f"--report {each.format}={each.path}", each.path
    if outputs.snapshot is not None:
        yield f"--save-snapshot {outputs.snapshot}", outputs.snapshot


def _in_use(outputs: Outputs, options: Options) -> Iterator[tuple[str, Path]]:
    if options.history is not None and not is_address(options.history):
        yield f"--history {options.history}", Path(options.history)
        # SQLite keeps what it is about to write beside the database, and removes it.
        yield from ((f"--history {options.history}", Path(f"{options.history}{each}")) for each in _BESIDE_SQLITE)
    if DEFAULT.exists() and not options.no_config:
        yield str(DEFAULT), DEFAULT
    for option in ("snapshot", "policy", "config", "baseline"):
        path: Path | None = getattr(options, option)
        if path is not None:
            yield f"--{option} {path}", path
    yield from ((f"--framework-file {each}", each) for each in options.framework_file)
    yield from ((f"--evidence {each}", each) for each in options.evidence)
    for option in ("plan", "state", "template", "parameters"):
        yield from ((f"--{option} {each}", each) for each in getattr(options, option))
    for folder in options.rules:
        yield from ((f"--rules {folder}", each) for each in folder.rglob("*.py"))
    if outputs.path is None and os.name == "posix":
        yield "stdout", _STDOUT
