"""Writing JSON that is safe wherever it is printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

_COMMAND = re.compile(r"##(?=\w*\[)")


def json_text(value: object) -> str:
    """Return indented JSON with a final newline, in ASCII, so that what it holds cannot reach a terminal or a pipeline.

    Nothing is lost: control, bidirectional and unpaired characters become JSON escapes, and so does the second hash of
    what Azure Pipelines would run out of a log, `##vso[…]`.
    """
    return harmless(json.dumps(value, indent=2)) + "\n"


def streamed(report: Mapping[str, object]) -> str:
    """Return what `json_text` does of an object, where a value may be an iterator: its items are written one by one.

    Of a hundred thousand results, what they are made into before they are written takes a gigabyte at once.
    """
    return "".join(map(harmless, _pieces(report)))


def _pieces(report: Mapping[str, object]) -> Iterator[str]:
    opening = "{"
    for key, value in report.items():
        yield f"{opening}\n  {_dumped(key)}: "
        yield from _items(value) if isinstance(value, Iterator) else (_dumped(value, 2),)
        opening = ","
    yield "{}\n" if opening == "{" else "\n}\n"


def _items(values: Iterator[object]) -> Iterator[str]:
    opening = "["
    for each in values:
        yield f"{opening}\n    {_dumped(each, 4)}"
        opening = ","
    yield "[]" if opening == "[" else "\n  ]"


def _dumped(value: object, depth: int = 0) -> str:
    """Write a value as it stands at a depth: a line break is never within a text."""
    return _ENCODER.encode(value).replace("\n", f"\n{' ' * depth}")


_ENCODER = json.JSONEncoder(indent=2)


def harmless(text: str) -> str:
    """Return JSON in ASCII in which what Azure Pipelines would run is written otherwise, and reads the same."""
    return _COMMAND.sub(r"#\\u0023", text)


def utc(moment: datetime) -> str:
    """Return a time in UTC to the second, as ISO 8601 writes it: 2026-11-23T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
