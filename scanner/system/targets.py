"""Where an output goes: a file that is replaced, or something that is written into, as a shell's redirection is."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import OutputError

_MOST_LINKS = 40
"""As many as Linux follows in one path."""

_FOR_EVERYBODY = stat.S_ISVTX | stat.S_IWOTH
_WINDOWS_DEVICE = re.compile(
    r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[1-9\u00b9\u00b2\u00b3])(?=[. :]|$)", re.IGNORECASE
)
"""Names that are devices in every folder, whatever follows the first dot: learn.microsoft.com/windows/win32/fileio,
"Naming Files, Paths, and Namespaces", read 2026-11-29.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What a path leads to.

    `place` is the file that is created or replaced, symlinks followed, None for what is written into. `descriptor` is
    our own that the path names, such as /dev/stdout. `before` is what is there now, None where nothing is.
    """

    named: Path
    place: Path | None
    descriptor: int | None = None
    before: os.stat_result | None = None


def target_of(path: Path) -> Target:
    """Tell what a path leads to. Raises OutputError for what no report can be written to."""
    if is_windows_device(path.name):
        return Target(path, None)
    links = [*_links(path)]
    number = _descriptor(links[-1])
    if number is not None:
        return Target(path, None, number, _stat_of(number, path))
    for each in links:
        _require_ours(each, path)
    return _kept_apart(path)


def failed(path: Path, error: OSError) -> OutputError:
    """Return what is said of a failure to write."""
    return OutputError(f"{path} cannot be written: {error.strerror or error}; choose another place")


def is_windows_device(name: str, *, windows: bool = os.name == "nt") -> bool:
    """Tell whether Windows takes a name for a device, in whatever folder; elsewhere none is."""
    return windows and _WINDOWS_DEVICE.match(name.strip(" ")) is not None


def _kept_apart(path: Path) -> Target:
    before = _stat_of(path, path)
    place = Path(os.path.realpath(path))
    if before is None:
        return Target(path, place)
    kind = stat.S_IFMT(before.st_mode)
    if kind == stat.S_IFREG:
        # What was deleted and is still open has no place of its own any more.
        return Target(path, place if _is_at(before, place) else None, before=before)
    if kind == stat.S_IFDIR:
        raise OutputError(f"{path} cannot be written: it is a folder; name a file in it")
    if kind not in {stat.S_IFIFO, stat.S_IFCHR}:
        raise OutputError(f"{path} cannot be written: it is {_KINDS.get(kind, 'no file')}; choose another place")
    return Target(path, None, before=before)


_KINDS = {stat.S_IFBLK: "a disk", stat.S_IFSOCK: "a socket"}


def _stat_of(what: Path | int, named: Path) -> os.stat_result | None:
    try:
        return os.stat(what)  # noqa: PTH116 - a descriptor too
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise failed(named, error) from error
    except ValueError as error:
        raise OutputError(f"{named!s:.100} cannot be written: it is not a path") from error


def _is_at(seen: os.stat_result, place: Path) -> bool:
    try:
        return os.path.samestat(seen, place.stat())
    except OSError:
        return False


def _links(path: Path) -> Iterator[Path]:
    """Yield a path and what it links to, link by link; the folders of each are resolved."""
    for _ in range(_MOST_LINKS):
        here = Path(os.path.realpath(path.parent), path.name) if path.name else path
        yield here
        if _descriptor(here) is not None:
            return
        try:
            path = here.parent / here.readlink()
        except (OSError, ValueError):
            return


def _descriptor(path: Path) -> int | None:
    """Return the number where a path is one of our own descriptors: /dev/fd/N, or /proc/self/fd/N as it resolves."""
    own = rf"/dev/fd|/proc/{os.getpid()}(/task/\d+)?/fd"
    is_own = re.fullmatch(r"\d{1,9}", path.name, re.ASCII) and re.fullmatch(own, str(path.parent))
    return int(path.name) if is_own and sys.platform != "win32" else None


def _require_ours(path: Path, named: Path) -> None:
    """Raise OutputError for what somebody else put into a folder for everybody, such as /tmp, in wait for our report.

    Linux guards opening likewise: docs.kernel.org/admin-guide/sysctl/fs.html, protected_symlinks, protected_regular.
    """
    try:
        there, folder = path.lstat(), path.parent.stat()
    except (OSError, ValueError):
        return
    is_shared = folder.st_mode & _FOR_EVERYBODY == _FOR_EVERYBODY
    if sys.platform != "win32" and is_shared and there.st_uid not in {os.geteuid(), folder.st_uid}:
        raise OutputError(f"{named} cannot be written: somebody else put it there for all to use; choose another place")
