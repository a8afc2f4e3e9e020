"""Commands for a shell: each on one line, whatever names hold."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

_TAKEN_FOR_ELSE = ("-", "@")
"""What a value may begin with and be taken for an option, or for a file to read.

https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-quoting: "@" loads a value from a file.
"""


def shell_line(words: Iterable[str]) -> str:
    """Return a command as bash reads it. Values with control characters stand in $'…', so that the line stays one."""
    return " ".join(shlex.quote(each) if each.isprintable() else _escaped(each) for each in words)


def _escaped(text: str) -> str:
    return f"$'{''.join(_sign(each) for each in text)}'"


def _sign(char: str) -> str:
    if char in "\\'":
        return f"\\{char}"
    if char.isprintable():
        return char
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def with_values_bound(words: Sequence[str]) -> list[str]:
    """Write --name=VALUE where a value would be taken for something else."""
    bound: list[str] = []
    for before, word in zip(("", *words), words, strict=False):
        if before.startswith("--") and word.startswith(_TAKEN_FOR_ELSE) and not word.startswith("--"):
            bound[-1] += f"={word}"
        else:
            bound.append(word)
    return bound
