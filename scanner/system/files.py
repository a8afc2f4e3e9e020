"""Writing: files whole or not at all, and into what cannot be replaced: pipes, devices, our own descriptors.

Whatever is written to a path that a user named goes through here.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import IO

from scanner.errors import OutputError, PipeClosed
from scanner.system.stopping import Undone
from scanner.system.streams import to_stdout
from scanner.system.targets import Target, failed, target_of

_PRIVATE = 0o600
_USUAL = 0o666
_BINARY = getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
_INTO = os.O_WRONLY | getattr(os, "O_NOCTTY", 0) | _BINARY
_STDOUT = 1
_OF_THE_GROUP = stat.S_IRWXG


@contextmanager
def written_whole(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Open an output for writing.

    A file appears under its name only when the block ends well; one that is there keeps its mode, and its owner where
    we may give it away, and a symlink to it stays. `private` leaves it readable by its owner alone, whatever it was. A
    pipe, a device or a descriptor of ours is written into. Raises OutputError, and PipeClosed when nobody reads stdout.
    """
    target = target_of(path)
    try:
        with _into(target) if target.place is None else _replacing(target.place, target.before, private) as file:
            yield file
    except BrokenPipeError as error:
        if target.descriptor == _STDOUT:
            raise PipeClosed from error
        raise failed(path, error) from error
    except OSError as error:
        raise failed(path, error) from error


def deliver(text: str, path: Path | None, *, exact: bool = False) -> None:
    """Write a report to a file in UTF-8, or to stdout where none is named. Raises OutputError or PipeClosed.

    `exact` is for programs: stdout gets UTF-8 too, whatever a terminal there would take.
    """
    if path is None:
        to_stdout(text, exact=exact)
        return
    with written_whole(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))


@contextmanager
def _into(target: Target) -> Iterator[IO[bytes]]:
    """Write into what is there. A pipe that nobody reads yet is waited for, as a shell does; signals end that."""
    if target.descriptor is None:
        handle = os.open(target.named, _INTO)
    else:
        if target.descriptor == _STDOUT:
            sys.stdout.flush()
        handle = os.dup(target.descriptor)
    with os.fdopen(handle, "wb") as file:
        yield file


@contextmanager
def _replacing(place: Path, before: os.stat_result | None, private: bool) -> Iterator[IO[bytes]]:  # noqa: FBT001
    with _part_beside(place) as (part, handle):
        with os.fdopen(handle, "wb") as file:
            yield file
        if before is None:
            part.chmod(_PRIVATE if private else _USUAL & ~_umask())
        else:
            part.chmod(_given_to_its_owner(part, before) & (_PRIVATE if private else ~0))
        part.replace(place)


def _given_to_its_owner(part: Path, before: os.stat_result) -> int:
    """Give a file the owner of the one that it replaces, where that can be done; return the mode that it is to have.

    Another group is not let in where the file's own cannot be kept.
    """
    mode = stat.S_IMODE(before.st_mode) & 0o777
    if sys.platform == "win32":
        return mode
    for owner, group in ((before.st_uid, before.st_gid), (-1, before.st_gid)):
        with suppress(OSError):
            os.chown(part, owner, group)
            return mode
    return mode & ~_OF_THE_GROUP


@contextmanager
def _part_beside(place: Path) -> Iterator[tuple[Path, int]]:
    """Create an open file beside another, readable by its owner alone; if it is still there at the end, it goes."""
    part = place.parent / f".mlsec-scan.{token_hex(8)}.part"
    with Undone(partial(part.unlink, missing_ok=True)):
        handle = os.open(part, _NEW, _PRIVATE)
        try:
            yield part, handle
        finally:
            part.unlink(missing_ok=True)


def is_file(path: Path) -> bool:
    """Tell whether an output is a file, which is written at once. Another may keep us waiting for its reader."""
    try:
        return target_of(path).place is not None
    except OutputError:
        return True


def try_output(path: Path) -> None:
    """Try whether an output could be written, and leave no trace. Raises OutputError.

    A pipe is not opened: whoever reads it may come later.
    """
    target = target_of(path)
    try:
        if target.place is not None:
            _try_file(target.place, target.before)
        elif target.descriptor is not None:
            _try_descriptor(target.descriptor)
        elif target.before is not None and not os.access(target.named, os.W_OK):
            raise PermissionError(0, "it is not yours to write to")
    except OSError as error:
        raise failed(path, error) from error


def _try_file(place: Path, before: os.stat_result | None) -> None:
    if not place.parent.is_dir():
        raise FileNotFoundError(0, f"there is no folder {place.parent}")
    if before is not None and not os.access(place, os.W_OK):
        raise PermissionError(0, "it is write-protected")
    with _part_beside(place) as (_, handle):
        os.close(handle)


def _try_descriptor(number: int) -> None:
    import fcntl  # noqa: PLC0415 - Windows has neither it nor such paths

    if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise PermissionError(0, "it is closed or open for reading alone")


def require_outputs(outputs: Sequence[tuple[str, Path]], others: Sequence[tuple[str, Path]]) -> None:
    """Try outputs, named as the user gave them, before anything is read. Raises OutputError.

    No two may be one file or pipe, and none one of `others`, which are in use otherwise. Devices take everything.
    """
    taken: dict[object, str] = {}
    for name, path in others:
        with suppress(OutputError):
            taken.setdefault(_identity(path), name)
    for name, path in outputs:
        try_output(path)
        identity = _identity(path)
        if identity is not None and identity in taken:
            raise OutputError(f"{taken[identity]} and {name} are one place; name another for one of them")
        taken[identity] = name


def _identity(path: Path) -> object:
    """Return what is the same for two paths to one thing; None for what several may write to."""
    target = target_of(path)
    if target.before is not None:
        is_device = stat.S_ISCHR(target.before.st_mode)
        return None if is_device else (target.before.st_dev, target.before.st_ino)
    if target.place is None:
        return None
    with suppress(OSError):
        folder = target.place.parent.stat()
        return folder.st_dev, folder.st_ino, os.path.normcase(target.place.name)
    return os.path.normcase(target.place)


def _umask() -> int:
    """Read the process's umask, which Python can only tell by setting it."""
    current = os.umask(0o077)
    os.umask(current)
    return current
