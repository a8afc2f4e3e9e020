"""Every format that has a place for it says how a scan was narrowed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from scanner.cli.formats import REPORTERS
from scanner.engine import Severity
from scanner.report.json_v1 import as_json
from scanner.report.markdown import as_markdown
from scanner.report.sarif import as_sarif
from scanner.report.text import as_text
from scanner.scan.narrowing import Choice, File, LeftOut, Narrowing, Weighed
from scanner.scan.outcome import Scan
from tests.report.sample import sample
from tests.report.sarif_schema import violations

SCHEMA = json.loads((Path(as_json.__code__.co_filename).parent / "mlsec-scan-1.schema.json").read_text())
NARROWED = Narrowing(
    4,
    (LeftOut("agents-private", "--skip-rule", "mlsec.toml"), LeftOut("private-path", "--control", "command line")),
    (Weighed("storage-closed", Severity.HIGH, Severity.LOW),),
    (Choice("--workspace", "mlw", "mlsec.toml"),),
    (Choice("--fail-on", "critical", "command line"), Choice("--allow-unknown", value=False, origin="built-in")),
    File("mlsec.toml", "c" * 64),
    File("/etc/policy.toml", "9" * 64),
)
SAID = (
    "2 of 4 rules ran",
    "--skip-rule (mlsec.toml)",
    "agents-private",
    "--control (command line)",
    "storage-closed high to low",
    "--workspace (mlsec.toml)",
    "--fail-on (command line)",
    "critical",
    "c" * 64,
    "9" * 64,
)


def narrowed() -> Scan:
    return replace(sample(), narrowed=NARROWED)


def _readable(report: str) -> str:
    """Return a report without what its format escapes, and its lines as one."""
    return " ".join(report.replace("\\", "").replace("&#45;", "-").split())


@pytest.mark.parametrize("kind", ["text", "markdown", "html", "junit"])
def test_report_for_people_says_what_was_left_out_and_by_whom(kind: str) -> None:
    report = _readable(REPORTERS[kind](narrowed()))

    assert [each for each in SAID if each not in report] == []
    assert "allow-unknown" not in report


@pytest.mark.parametrize("kind", ["json", "sarif", "sarif-alerts"])
def test_report_for_programs_has_it_as_data(kind: str) -> None:
    report = json.loads(REPORTERS[kind](narrowed()))
    said = report["narrowed"] if kind == "json" else report["runs"][0]["properties"]["narrowed"]

    assert said["rules"]["left_out"][0] == {"rule": "agents-private", "by": "--skip-rule", "from": "mlsec.toml"}
    assert said["scope"] == {"workspace": {"value": "mlw", "from": "mlsec.toml"}}
    assert said["gate"]["fail_on"] == {"value": "critical", "from": "command line"}
    assert said["policy"] == {"file": "/etc/policy.toml", "sha256": "9" * 64}


def test_narrowed_reports_follow_their_schemas() -> None:
    jsonschema.validate(json.loads(as_json(narrowed())), SCHEMA)
    assert [*violations(json.loads(as_sarif(narrowed())))] == []


def test_properties_stand_in_every_suite_of_junit() -> None:
    suites = ET.fromstring(REPORTERS["junit"](narrowed()))  # noqa: S314 - a report of ours

    assert all(each.find("properties/property[@name='rules']") is not None for each in suites)


@pytest.mark.parametrize("write", [as_text, as_markdown, as_json])
def test_scan_that_nobody_could_narrow_says_nothing_of_it(write: Callable[[Scan], str]) -> None:
    whole = replace(sample(), narrowed=None)

    assert write(whole) == write(sample())
    assert "went by" not in write(whole)


@pytest.mark.parametrize("kind", ["text", "markdown", "html", "junit"])
def test_name_of_a_file_does_nothing(kind: str) -> None:
    bad = "\x1b[31m<script>\n::set-output name=x::y##vso[a]b"
    report = REPORTERS[kind](replace(narrowed(), narrowed=replace(NARROWED, configuration=File(bad, "c" * 64))))

    assert "\x1b" not in report
    assert "<script>\n" not in report
    assert "##vso[a]" not in report
    assert "\n::set-output" not in report
