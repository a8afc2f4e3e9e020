"""Making foreign text harmless: names and tags come from Azure, and somebody may have chosen them to deceive."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 2000

_COMMAND = re.compile(r"(?P<mark>#)#(?=\w*\[)|(?<!\S)(?P<colon>:):(?=[A-Za-z].*::)")
"""What a pipeline would run if it stood in a log: ##vso[…] and ##[…] anywhere in a line, ::command::… at its start.

learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands and docs.github.com/actions, "Workflow commands",
read 2026-11-23.
"""


def plain(text: str, longest: int = _LONGEST) -> str:
    r"""Return text on one line; control, format and bidirectional characters become escapes such as \x1b.

    So does the second character of what a pipeline would take for a command. `longest` is in characters of `text`.
    """
    shown = text[:longest]
    if not shown.isprintable():
        shown = "".join(char if _is_harmless(char) else _escaped(char) for char in shown)
    return _COMMAND.sub(_broken, shown) + ("…" if len(text) > longest else "")


def _broken(command: re.Match[str]) -> str:
    return r"#\x23" if command["mark"] else r":\x3a"


def _is_harmless(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
