"""Files that name themselves: JSON with the digest of all that it holds, by which an edited one is told.

The digest tells of a slip; who means to deceive computes it anew, as with a snapshot.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scanner.errors import ProbeError, one_line
from scanner.system.reading import MIB, read_bounded

T = TypeVar("T", bound=msgspec.Struct)

LARGEST = 32 * MIB
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def digest_of(value: object) -> str:
    """Return the SHA-256 of a value's JSON in one form, in hexadecimal."""
    return sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def sealed(value: msgspec.Struct) -> dict[str, Any]:
    """Return a shape as JSON has it, with its digest under `sha256`."""
    content: dict[str, Any] = msgspec.to_builtins(value)
    content.pop("sha256", None)
    return {**content, "sha256": digest_of(content)}


def read_sealed(path: Path, kind: type[T], schema: str, what: str) -> T:
    """Read a file of ours. Raises ProbeError for one that is missing, too large, damaged, edited or something else."""
    try:
        content = read_bounded(path, LARGEST)
        parsed = msgspec.json.decode(content)
    except OSError as error:
        raise ProbeError(f"{path} cannot be read: {error.strerror or error}") from error
    except _UNREADABLE as error:
        raise ProbeError(f"{path} is no {what}: {one_line(error)}") from error
    if not isinstance(parsed, dict) or parsed.get("schema") != schema:
        raise ProbeError(f"{path} is no {what} of the format {schema}")
    seal = parsed.pop("sha256", None)
    if seal != digest_of(parsed):
        raise ProbeError(f"{path} was edited since it was written: its digest does not fit; write it again")
    return _shaped({**parsed, "sha256": seal}, kind, path, what)


def _shaped(parsed: dict[str, Any], kind: type[T], path: Path, what: str) -> T:
    try:
        return msgspec.convert(parsed, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ProbeError(f"{path} is no {what}: {one_line(error)}") from error
