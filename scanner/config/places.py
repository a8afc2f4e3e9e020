"""The places that mlsec.toml names: what a scan writes stays below the working folder, whatever links lead there.

Only regular files are named in it: reading a pipe may never end, and writing into a device may do anything.
"""

from __future__ import annotations

import os
from pathlib import Path

from scanner.config.choices import FORMATS
from scanner.config.table import Table
from scanner.errors import UsageError
from scanner.history.address import is_address
from scanner.system.reading import require_file
from scanner.system.targets import is_windows_device

_BELOW = "a regular file below the working folder"


def read(table: Table, key: str) -> Path | None:
    """Return the path of a file that a scan reads. Raises UsageError, also for a link that leads elsewhere."""
    text = table.text(key)
    if text is None:
        return None
    if not _may_be_read(Path(text)):
        raise table.wrong(key, "a regular file, and no link to one outside of the working folder")
    return Path(text)


def all_read(table: Table, key: str) -> tuple[Path, ...] | None:
    """Return the paths of files that a scan reads, each as `read` allows for. Raises UsageError."""
    texts = table.texts(key)
    if not all(each.strip() and _may_be_read(Path(each)) for each in texts or ()):
        raise table.wrong(key, "a list of regular files, and no link to one outside of the working folder")
    return tuple(Path(each) for each in texts) if texts is not None else None


def written(table: Table, key: str) -> Path | None:
    """Return the path of a file that a scan writes. Raises UsageError for one that does not stay below."""
    text = table.text(key)
    if text is None:
        return None
    if not _may_be_written(Path(text)):
        raise table.wrong(key, _BELOW)
    return Path(text)


def history(table: Table) -> str | None:
    """Return the path of a database that a scan writes; an address is for the command line, as other endpoints are."""
    text = table.text("history")
    if text is not None and is_address(text):
        raise table.wrong("history", f"{_BELOW}; a server is named with --history")
    path = written(table, "history")
    return str(path) if path is not None else None


def reports(table: Table) -> tuple[str, ...] | None:
    """Return reports as the command line spells them, FORMAT=FILE. Raises UsageError."""
    texts = table.texts("report")
    if not all(_is_report(each) for each in texts or ()):
        raise table.wrong("report", f"FORMAT=FILE, of {', '.join(FORMATS)} and {_BELOW}")
    return texts


def subscriptions(table: Table, key: str) -> tuple[str, ...] | None:
    """Return subscriptions, of which some may be the path of a file behind an @. Raises UsageError."""
    texts = table.texts(key)
    for each in texts or ():
        if each.startswith("@") and not _may_be_read(Path(each[1:])):
            raise UsageError(f"{table.file}: {table.name} {key}: {each!a} is no regular file, or leads elsewhere")
    return texts


def _is_report(text: str) -> bool:
    kind, _, file = text.partition("=")
    return kind.lower() in FORMATS and bool(file) and _may_be_written(Path(file))


def _may_be_written(path: Path) -> bool:
    return _says_below(path) and _is_below(path) and _is_file_or_nothing(path)


def _may_be_read(path: Path) -> bool:
    """Tell whether a file may be read; one that lies elsewhere is named as what it is."""
    return (_is_below(path) or not _says_below(path)) and _is_file_or_nothing(path)


def _says_below(path: Path) -> bool:
    return not path.is_absolute() and ".." not in path.parts


def _is_below(path: Path) -> bool:
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(os.curdir))
    except (OSError, ValueError):
        return False


def _is_file_or_nothing(path: Path) -> bool:
    if is_windows_device(path.name):
        return False
    try:
        require_file(path)
    except (FileNotFoundError, PermissionError):
        return True  # whoever reads or writes it says so
    except (OSError, ValueError):
        return False
    return True
