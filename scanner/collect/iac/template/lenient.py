"""JSON as ARM takes it: with comments, commas before a closing bracket, and texts that span lines."""

from __future__ import annotations

import json
import re
from typing import Any

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


def parse(text: str) -> Any:  # noqa: ANN401 - JSON
    """Read it. Raises ValueError, and RecursionError for what is nested too deeply."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        plain = _COMMA.sub(_kept, _TOKEN.sub(_kept, text))
        return json.loads(plain, strict=False)


def _kept(found: re.Match[str]) -> str:
    """Keep a text, and leave one space of a comment or nothing of a comma."""
    token = found[0]
    return token if token.startswith('"') else " " if token.startswith("/") else ""
