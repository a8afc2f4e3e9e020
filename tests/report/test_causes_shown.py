"""Causes are looked for where something shows them, and only there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from scanner.cli.formats import REPORTERS
from scanner.collect.demo.source import DemoSource
from scanner.engine.pack import built_in_pack, load_packs
from scanner.graph.settings import Settings
from scanner.scan.gate import Gate
from scanner.scan.request import Outputs, ReportFile, ScanRequest
from scanner.scan.scanning import SHOW_CAUSES, Effort, explained, scan
from tests.report import estates


@pytest.mark.parametrize("kind", REPORTERS)
def test_a_format_shows_causes_or_they_are_not_looked_for(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uuid.uuid4", lambda: UUID(int=0))
    bare = estates.demo()
    write = REPORTERS[kind]

    assert (write(explained(bare)) != write(explained(bare, Effort.NONE))) == (kind in SHOW_CAUSES)


def test_what_is_written_says_how_far_a_scan_goes() -> None:
    pack = tuple(rule for rule in load_packs([built_in_pack()]) if rule.id == "registry-admin-user")
    request = ScanRequest(DemoSource(), pack, Settings(), Gate(date(2026, 11, 29)), Outputs("sarif"))
    beside = Outputs("sarif", reports=(ReportFile("json", Path("unused.json")),))

    assert scan(request).causes == ()
    assert scan(request, causes=Effort.ALL).causes != ()
    assert [len(each.formats) for each in (request.outputs, beside)] == [1, 2]
    assert beside.formats & SHOW_CAUSES == {"json"}
