"""Prices that were read before, in the user's cache folder: a private file for each currency, with the day of each."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from scanner.cost.retail import Row
from scanner.errors import OutputError
from scanner.system.files import written_whole
from scanner.system.reading import MIB, read_bounded

_LARGEST = 32 * MIB
_SCHEMA = "mlsec-scan-prices/1"


class Answer(msgspec.Struct, frozen=True):
    """What the API said of one meter, and on which day."""

    read: date
    rows: tuple[Row, ...]


class _File(msgspec.Struct):
    schema: str
    address: str
    currency: str
    answers: dict[str, Answer]


def folder() -> Path | None:
    """Return the folder for what can be made again, None where the user has none.

    Source: XDG Base Directory Specification 0.8; Apple's File System Programming Guide; %LOCALAPPDATA% of Windows.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return Path(local) / "mlsec-scan" if local else None
    said = os.environ.get("XDG_CACHE_HOME", "")
    if said.startswith("/"):
        return Path(said) / "mlsec-scan"
    home = os.environ.get("HOME", "")
    usual = Path("Library") / "Caches" if sys.platform == "darwin" else Path(".cache")
    return Path(home) / usual / "mlsec-scan" if home.startswith("/") else None


def load(currency: str, address: str) -> dict[str, Answer]:
    """Return what is kept, by the keys of meters; nothing where there is no file of ours, or a damaged one."""
    where = folder()
    if where is None:
        return {}
    try:
        content = read_bounded(_path(where, currency), _LARGEST, pipes=False)
        found = msgspec.json.decode(content, type=_File)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    is_it = (found.schema, found.address, found.currency) == (_SCHEMA, address, currency)
    kept = found.answers if is_it else {}
    return {key: each for key, each in kept.items() if all(row.can_be for row in each.rows)}


def save(currency: str, address: str, answers: dict[str, Answer]) -> None:
    """Keep answers. That they cannot be kept is no reason to do without them."""
    where = folder()
    if where is None:
        return
    content = msgspec.json.encode(_File(_SCHEMA, address, currency, answers))
    with suppress(OSError, OutputError):
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        with written_whole(_path(where, currency), private=True) as file:
            file.write(content)


def _path(where: Path, currency: str) -> Path:
    return where / f"prices-{currency}.json"
