"""What several targets use: a folder that lasts as long as the process, and finished scans of odd estates."""

from __future__ import annotations

import atexit
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from azure.core.rest import HttpResponse

from scanner.collect.collected import Collected
from scanner.engine import Rule, Subject
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph.settings import Settings
from scanner.scan.judging import judge
from scanner.scan.outcome import Scan
from tests.cases import Resource

_WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)


@cache
def rules() -> tuple[Rule[Subject], ...]:
    """Return the built-in rules."""
    return load_packs([built_in_pack()])


def collected(resources: list[Resource]) -> Collected:
    """Return resources as a collector hands them over, all of the subscriptions that they name listed."""
    named = sorted({each["id"].split("/")[2] for each in resources if each["id"].startswith("/subscriptions/")})
    return Collected(tuple(resources), (), "snapshot", "public", tuple(named), (), _WHEN, _WHEN)


def scan_of(resources: list[Resource]) -> Scan:
    """Judge an estate by every rule."""
    return judge(collected(resources), rules(), Settings())


@cache
def _folder() -> Path:
    folder = TemporaryDirectory(prefix="mlsec-fuzz-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def file_of(content: bytes, name: str) -> Path:
    """Return a file with this content, overwritten by the next of the same name."""
    path = _folder() / name
    path.write_bytes(content)
    return path


class _Body:
    """As much of an answer as decoding asks for: a body, read as azure-core reads it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.content = text.encode("utf-8", "surrogatepass")

    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self._text)


def answer(body: str) -> HttpResponse:
    """Return an answer with this body."""
    return cast("HttpResponse", _Body(body))
