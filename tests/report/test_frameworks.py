"""Frameworks in reports: control ids beside every result, a view by control, and no word of compliance."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from scanner.cli.formats import REPORTERS
from scanner.engine import Verdict
from scanner.frameworks.shipped import names, shipped
from scanner.report.csv_controls import as_csv_controls
from scanner.report.frameworks import controls_of, rules_of, state_of, summary_of, views_of
from scanner.report.json_v1 import as_json
from scanner.report.markdown import LONGEST, as_markdown
from scanner.report.sarif import as_sarif
from scanner.report.text import as_text
from scanner.scan.outcome import Scan
from tests.report.estates import reference
from tests.report.mapped import FRAMEWORK, OWN, against, hostile_framework, mapped_sample
from tests.report.sample import HOSTILE, huge, sample
from tests.report.sarif_schema import violations
from tests.report.test_json import SCHEMA
from tests.report.test_markdown import rendered

VIEWED = ("text", "json", "markdown", "html", "csv-controls")
EVERY = tuple(each for each in REPORTERS if each not in {"oscal", "probe"})


@pytest.mark.parametrize("kind", EVERY)
def test_results_name_their_controls_in_every_format(kind: str) -> None:
    report = REPORTERS[kind](mapped_sample())

    assert "SC-7(3)" in report
    assert "A-1" in report


@pytest.mark.parametrize("kind", [each for each in EVERY if each != "csv-controls"])
def test_report_without_frameworks_says_nothing_of_them(kind: str) -> None:
    assert "framework" not in REPORTERS[kind](sample()).lower().replace("--framework", "")


@pytest.mark.parametrize("kind", VIEWED)
def test_view_gives_no_share_and_calls_nobody_compliant(kind: str) -> None:
    report = REPORTERS[kind](mapped_sample())
    said = report.partition("</style>")[2] or report

    assert re.findall(r"\d\s?%", re.sub(r"<script>.*</script>|style=\"[^\"]*\"", "", said, flags=re.DOTALL)) == []
    assert re.findall(r"(?i)(?<!no claim of )complian(?:t|ce)", said) == []


def test_words_have_one_denominator() -> None:
    view = views_of(mapped_sample())[0]
    said = {each.control.id: (state_of(each), rules_of(each)) for each in view.controls}

    assert summary_of(view) == (
        "5 controls that rules are about: 2 failing, 0 unknown, 0 waived, 0 no failure found, 3 not assessed"
    )
    assert said == {
        "AC-4": ("not assessed", "1 rule decides: 1 n/a"),
        "CM-6": ("not assessed: no rule decides it", "no rule decides"),
        "SC-7": ("failing", "2 rules decide: 2 fail"),
        "SC-7(3)": ("failing", "1 rule decides: 1 fail"),
        "SC-22": ("not assessed", "1 rule decides: 1 not run"),
    }


def test_no_failure_found_says_by_how_many_rules() -> None:
    passed = replace(sample(), results=tuple(each for each in sample().results if each.verdict is Verdict.PASS))
    view = views_of(against(passed, FRAMEWORK))[0]

    assert [state_of(each) for each in view.controls][2:4] == [
        "no failure found by 2 rules",
        "no failure found by 1 rule",
    ]


def test_result_says_what_is_derived_and_what_only_related() -> None:
    first = mapped_sample().results[0]

    assert controls_of(first) == ["nist-800-53-r5 SC-7, SC-7(3), CM-6 (related, derived)", "acme A-1"]


def test_json_follows_its_schema_and_adds_up() -> None:
    report = json.loads(as_json(mapped_sample()))

    jsonschema.validate(report, SCHEMA)
    assert [each["id"] for each in report["frameworks"]] == ["nist-800-53-r5", "acme"]
    for each in report["frameworks"]:
        assert each["summary"].pop("of") == sum(each["summary"].values()) == len(each["controls"])
        for control in each["controls"]:
            assert control["rules"].pop("of") == sum(control["rules"].values()) == len(control["deciding"])
    assert report["results"][0]["frameworks"]["acme"] == [{"control": "A-1", "fit": "direct", "basis": "own"}]
    assert "acme" not in report["results"][7]["frameworks"]


def test_csv_has_a_row_for_each_control_and_counts_add_up() -> None:
    header, *rows = csv.reader(io.StringIO(as_csv_controls(mapped_sample()), newline=""), strict=True)
    found = [dict(zip(header, row, strict=True)) for row in rows]

    assert [each["control"] for each in found] == ["AC-4", "CM-6", "SC-7", "SC-7(3)", "SC-22", "A-1"]
    counted = ("fail", "unknown", "waived", "pass", "n_a", "not_run")
    assert [sum(int(each[key]) for key in counted) for each in found] == [int(each["rules"]) for each in found]
    assert found[2]["failing_rules"] == "private-path storage-closed"
    assert (found[1]["related_rules"], found[2]["derived"], found[4]["derived"]) == ("storage-closed", "no", "yes")


def test_sarif_has_a_taxonomy_for_each_framework_and_every_reference_leads_there() -> None:
    log = json.loads(as_sarif(mapped_sample()))
    run = log["runs"][0]
    taxa = [
        *(each for result in run["results"] for each in result.get("taxa", [])),
        *(each["target"] for rule in run["tool"]["driver"]["rules"] for each in rule.get("relationships", [])),
    ]

    assert [*violations(log)] == []
    assert len(taxa) > 20
    for each in taxa:
        taxonomy = run["taxonomies"][each["toolComponent"]["index"]]
        assert taxonomy["name"] == each["toolComponent"]["name"]
        assert taxonomy["taxa"][each["index"]]["id"] == each["id"]


def test_junit_names_controls_on_the_test_and_the_state_on_the_suite() -> None:
    root = ET.fromstring(REPORTERS["junit"](mapped_sample()).encode())  # noqa: S314 - our own report
    properties = {each.get("name"): each.get("value") for each in root.iter("property")}

    assert properties["framework acme"] == (
        "1 control that rules are about: 1 failing, 0 unknown, 0 waived, 0 no failure found, 0 not assessed"
    )
    assert properties["frameworks"] == "nist-800-53-r5 SC-7 (derived)"


def test_text_lists_failing_controls_once_and_counts_the_others() -> None:
    report = as_text(mapped_sample())

    assert "failing  SC-7: Boundary Protection; 2 rules decide: 2 fail" in report
    assert "AC-4: Information" not in report
    assert report.count("No failure was found is no claim") + report.count("no claim of compliance") == 1


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_of_a_framework_do_nothing(words: str) -> None:
    scan = against(sample(), hostile_framework(words))
    clean = rendered(as_markdown(against(sample(), hostile_framework("clean"))))

    jsonschema.validate(json.loads(as_json(scan)), SCHEMA)
    assert [*violations(json.loads(as_sarif(scan)))] == []
    assert rendered(as_markdown(scan)).tags == clean.tags
    for kind in EVERY:
        report = REPORTERS[kind](scan)
        assert report.encode()
        assert [char for char in report if not char.isprintable() and char not in "\r\n"] == []
        assert [
            line for line in map(str.strip, report.splitlines()) if line.startswith("::") and "::" in line[2:]
        ] == []


def test_markdown_with_every_framework_keeps_its_limit() -> None:
    frameworks = shipped(names().values())
    scans: tuple[Scan, ...] = (against(huge(3000), *frameworks), against(reference(), *frameworks))

    assert len(frameworks) == len({each.id for each in frameworks}) > 10
    assert [len(as_markdown(each)) <= LONGEST for each in scans] == [True, True]
    assert "left out here; the JSON report has them all" in as_markdown(scans[1])


def test_reference_fails_no_control_of_any_framework() -> None:
    scan = against(reference(), *(each.under("current") for each in shipped(names().values())))
    states = {each.state for view in views_of(scan) for each in view.controls}

    assert "failing" not in states
    assert "no failure found" in states


def test_own_framework_has_no_empty_words() -> None:
    taxonomy = json.loads(as_sarif(against(sample(), OWN)))["runs"][0]["taxonomies"][0]

    assert "" not in taxonomy.values()
    assert "version" not in taxonomy
