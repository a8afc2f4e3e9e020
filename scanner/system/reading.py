"""Reading what a user named: files of a size that honest ones keep to, and never something that blocks or has no end.

All that is refused is an OSError, with the reason as its `strerror`, so that readers say it as they say the others.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EFBIG, EINVAL, EISDIR
from io import BufferedReader
from pathlib import Path

MIB = 1 << 20

_FLAGS = os.O_RDONLY | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""Opening a pipe that nobody writes to would wait for ever."""


@contextmanager
def opened(path: Path, *, pipes: bool = True) -> Iterator[BufferedReader]:
    """Open a file for reading bytes. Raises OSError, also for a folder, a disk or a socket.

    `pipes` allows for what a command line may name: a pipe, as a shell's <(…), stdin, a device. Such have no size.
    """
    must_be_file = not (pipes and _is_pipe(path.stat().st_mode))
    handle = os.open(path, _FLAGS | (_AT_ONCE if must_be_file else 0))
    try:
        _require_kind(os.fstat(handle).st_mode, path, must_be_file=must_be_file)
    except OSError:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as file:
        yield file


def read_bounded(path: Path, most: int, *, pipes: bool = True) -> bytes:
    """Read a file whole. Raises OSError as `opened` does, and for more than `most` bytes."""
    with opened(path, pipes=pipes) as file:
        return rest_of(file, path, most)


def rest_of(file: BufferedReader, path: Path, most: int) -> bytes:
    """Read an open file to its end. Raises OSError for more than `most` bytes."""
    if os.fstat(file.fileno()).st_size > most:
        raise too_large(path, most)
    parts, left = list[bytes](), most + 1
    while left and (part := file.read(min(left, MIB))):
        parts.append(part)
        left -= len(part)
    if not left:
        raise too_large(path, most)
    return b"".join(parts)


def require_file(path: Path, most: int | None = None) -> None:
    """Raise OSError for what is there and no regular file, or one of more than `most` bytes."""
    with opened(path, pipes=False) as file:
        if most is not None and os.fstat(file.fileno()).st_size > most:
            raise too_large(path, most)


def too_large(path: Path, most: int) -> OSError:
    """Return the error for a file that is larger than honest ones are."""
    return OSError(EFBIG, f"it holds more than {most // MIB} MiB", str(path))


def _is_pipe(mode: int) -> bool:
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _require_kind(mode: int, path: Path, *, must_be_file: bool) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode) and (must_be_file or not _is_pipe(mode)):
        raise OSError(EINVAL, "it is no regular file", str(path))
