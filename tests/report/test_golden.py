"""Every report of one scan, byte for byte: `pytest --accept` writes them, the diff is for review."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from scanner.cli.formats import REPORTERS
from scanner.report.text import as_text
from scanner.report.view import View
from tests.report.sample import HOSTILE, hostile, sample

GOLDEN = Path(__file__).parent / "golden"

FILES = {
    "sample.txt": "text",
    "sample.json": "json",
    "sample.sarif": "sarif",
    "alerts.sarif": "sarif-alerts",
    "sample.xml": "junit",
    "sample.codequality.json": "codequality",
    "sample.md": "markdown",
    "sample.csv": "csv",
    "controls.csv": "csv-controls",
    "sample.ocsf.jsonl": "ocsf",
    "sample.oscal.json": "oscal",
    "sample.html": "html",
    "sample.probe.json": "probe",
}
WRITERS = {file: REPORTERS[kind] for file, kind in FILES.items()} | {
    "whole.txt": partial(as_text, view=View(whole=True)),
}


def test_every_reporter_has_a_golden_file() -> None:
    assert set(FILES.values()) == set(REPORTERS)


@pytest.mark.parametrize("file", WRITERS)
def test_report_is_the_accepted_one(file: str, accept: bool) -> None:
    path = GOLDEN / file
    report = WRITERS[file](sample()).encode()
    written = accept and path.write_bytes(report)

    assert written or path.read_bytes() == report


def test_every_golden_file_has_its_writer() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(WRITERS)


@pytest.mark.parametrize("file", WRITERS)
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_reaches_neither_terminal_nor_pipeline(file: str, name: str) -> None:
    report = WRITERS[file](hostile(name))
    lines = [line.strip() for line in report.splitlines()]

    assert report.encode()
    assert [char for char in report if not char.isprintable() and char not in "\r\n"] == []
    assert [line for line in lines if line.startswith("::") and "::" in line[2:]] == []
    assert [line for line in lines if "##vso[" in line or "##[" in line] == []


@pytest.mark.parametrize("file", WRITERS)
def test_same_scan_gives_the_same_bytes(file: str) -> None:
    assert WRITERS[file](sample()) == WRITERS[file](sample())
