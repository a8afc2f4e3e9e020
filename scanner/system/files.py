"""Writing: files whole or not at all, and stdout to readers who may leave."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import IO

from scanner.errors import OutputError, PipeClosed
from scanner.system.stopping import Undone

_PRIVATE = 0o600
_USUAL = 0o666
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@contextmanager
def written_whole(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Open a file for writing that appears under its name only when the block ends well.

    `private` leaves it readable by its owner alone. Raises OutputError when it cannot be written.
    """
    part = path.parent / f".{path.name}.{token_hex(4)}.part"
    with Undone(partial(part.unlink, missing_ok=True)):
        try:
            handle = os.open(part, _NEW, _PRIVATE)
        except OSError as error:
            raise _failed(path, error) from error
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            part.chmod(_PRIVATE if private else _USUAL & ~_umask())
            part.replace(path)
        except OSError as error:
            raise _failed(path, error) from error
        finally:
            part.unlink(missing_ok=True)


def to_stdout(text: str) -> None:
    """Write to stdout at once. Raises PipeClosed when nobody reads it any more."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise PipeClosed from error


def deliver(text: str, path: Path | None) -> None:
    """Write a report to a file, or to stdout where none is named. Raises OutputError or PipeClosed."""
    if path is None:
        to_stdout(text)
        return
    with written_whole(path) as file:
        file.write(text.encode())


def _failed(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path} cannot be written: {error.strerror or error}; choose another place")


def _umask() -> int:
    """Read the process's umask, which Python can only tell by setting it."""
    current = os.umask(0o077)
    os.umask(current)
    return current
