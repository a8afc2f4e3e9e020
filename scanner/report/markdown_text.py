"""Putting foreign text into GitHub's Markdown so that it stays text."""

from __future__ import annotations

import html
import re

from scanner.system.plain import plain

_SYNTAX = re.compile(r"([\\`*_\[\]#|~$])")
_ACTIVE = re.compile(r"([@#](?=\w)|\bGH-(?=\d)|:(?=//)|\bwww(?=\.))", re.IGNORECASE)
"""What GitHub acts on after Markdown is rendered, escaped or not: mentions, references to issues, addresses."""

_ZERO_WIDTH_SPACE = "&#8203;"


def literal(text: str, longest: int = 300) -> str:
    """Return text on one line that renders as itself, in a table cell too. `longest` is in characters of `text`."""
    marked = _ACTIVE.sub("\\1\u200b", plain(text, longest))
    escaped = _SYNTAX.sub(r"\\\1", html.escape(marked, quote=False))
    return escaped.replace("\u200b", _ZERO_WIDTH_SPACE)


def details(summary: str, body: str) -> str:
    """Return a part that is folded until somebody opens it. Both are Markdown that is safe already."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>\n"


def fenced(text: str) -> str:
    """Return text as a code block; its fence is longer than any in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"
