"""Writing JSON that is safe wherever it is printed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

_COMMAND = re.compile(r"##(?=\w*\[)")


def json_text(value: object) -> str:
    """Return indented JSON with a final newline, in ASCII, so that what it holds cannot reach a terminal or a pipeline.

    Nothing is lost: control, bidirectional and unpaired characters become JSON escapes, and so does the second hash of
    what Azure Pipelines would run out of a log, `##vso[…]`.
    """
    return harmless(json.dumps(value, indent=2)) + "\n"


def harmless(text: str) -> str:
    """Return JSON in ASCII in which what Azure Pipelines would run is written otherwise, and reads the same."""
    return _COMMAND.sub(r"#\\u0023", text)


def utc(moment: datetime) -> str:
    """Return a time in UTC to the second, as ISO 8601 writes it: 2026-11-23T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
