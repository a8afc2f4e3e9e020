"""The answers of a probe as JSON, which a scan takes with `--evidence`."""

from __future__ import annotations

from scanner.probe.sealed import sealed
from scanner.probe.shapes import Result
from scanner.report.json_text import json_text


def as_probe_json(result: Result) -> str:
    """Return the answers, with the digest that tells an edited file."""
    return json_text(sealed(result))
