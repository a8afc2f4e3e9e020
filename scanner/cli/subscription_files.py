"""Subscriptions as they are named: by id, by name, or in a file, `--subscription @FILE`, one id a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner.cli.azure_profile import id_of
from scanner.errors import UsageError, one_line
from scanner.system.reading import MIB, read_bounded

_LARGEST = MIB
"""Bytes of a file: more subscriptions than a tenant has."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def subscriptions_in(given: Iterable[str]) -> tuple[str, ...]:
    """Return ids of subscriptions, those of names and files in their place, each once. Raises UsageError."""
    ids = (each for text in given for each in (_in_file(text[1:]) if text.startswith("@") else [_id(text)]))
    return tuple(dict.fromkeys(ids))


def _id(text: str) -> str:
    return text if _GUID.fullmatch(text) else id_of(text)


def _in_file(name: str) -> Iterator[str]:
    shown = one_line(name)
    try:
        lines = read_bounded(Path(name), _LARGEST).decode("utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"--subscription @{shown} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise UsageError(f"--subscription @{shown} is not a text file in UTF-8") from error
    ids = [(number, text) for number, line in enumerate(lines, 1) if (text := line.partition("#")[0].strip())]
    if not ids:
        raise UsageError(f"--subscription @{shown} names no subscription; write one id a line")
    for number, text in ids:
        if not _GUID.fullmatch(text):
            # What stands there is not shown: the file may be another one than was meant.
            raise UsageError(f"--subscription @{shown}: line {number} is not a subscription id")
        yield text
