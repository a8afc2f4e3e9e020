"""Reading TOML that may be meant to harm: its size is bounded, and so is what a key costs.

tomllib keeps every prefix of a dotted key, of which 40 kB take 1.6 GB. So dots are counted before the text is parsed:
strings and comments are skipped as TOML spells them, and where they are malformed tomllib stops too.
"""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

from scanner.errors import UsageError, one_line
from scanner.system.reading import MIB, read_bounded

LARGEST = MIB
"""Bytes of a file: three thousand waivers."""

MOST_DOTS = 1000
"""Dots outside of strings, all that can make a key deep; ours have one where somebody writes no heading."""

_NO_KEY = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
"""A string or a comment, as far as it goes. toml.io/en/v1.0.0, "String", read 2026-11-29."""


def read_toml(path: Path, *, pipes: bool) -> tuple[dict[str, object], str]:
    """Read a TOML file, or a pipe where such may be named; also return the SHA-256 of its bytes, in hex.

    Raises UsageError for what is missing, too large or no TOML.
    """
    try:
        return parsed(read_bounded(path, LARGEST, pipes=pipes), path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error


def parsed(content: bytes, path: Path) -> tuple[dict[str, object], str]:
    """Read the bytes of a file; also return their SHA-256, in hex. Raises UsageError for what is no TOML."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        _require_shallow_keys(text, path)
        return tomllib.loads(text), sha256(content).hexdigest()
    except ValueError as error:  # what TOML or UTF-8 does not allow, and numbers longer than Python reads
        raise UsageError(f"{path} is not TOML: {one_line(error)}") from error
    except RecursionError as error:
        raise UsageError(f"{path} is nested too deeply") from error


def _require_shallow_keys(text: str, path: Path) -> None:
    if _NO_KEY.sub("", text).count(".") > MOST_DOTS:
        raise UsageError(f"{path} is nested too deeply: its keys have more than {MOST_DOTS} dots")
