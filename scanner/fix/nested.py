"""A value at a dotted path, as the JSON around it."""

from __future__ import annotations

from typing import Any


def nested(path: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return {"a": {"b": value}} for "a.b"."""
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}
