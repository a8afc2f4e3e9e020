"""JUnit XML as PublishTestResults and GitHub's test reporters read it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from scanner.report.junit import as_junit
from scanner.scan.outcome import Scan
from tests.report.sample import HOSTILE, account, hostile, sample


def read(scan: Scan) -> ET.Element:
    return ET.fromstring(as_junit(scan))  # noqa: S314 - our own report


REPORT = read(sample())
CASES = {str(case.get("name")): case for case in REPORT.iter("testcase")}


def part(name: str, tag: str) -> ET.Element:
    found = CASES[name].find(tag)
    assert found is not None
    return found


def test_document_has_the_shape_that_readers_expect() -> None:
    assert REPORT.tag == "testsuites"
    assert {each.tag for each in REPORT} == {"testsuite"}
    assert {each.tag for suite in REPORT for each in suite} == {"properties", "testcase"}
    assert {each.tag for case in CASES.values() for each in case} == {"properties", "failure", "skipped", "system-out"}
    assert all(case.keys() == ["name", "classname", "time"] for case in CASES.values())
    assert [suite.get("name") for suite in REPORT] == ["Public network access", "Azure Pipelines agents", "End to end"]


def test_a_case_has_at_most_one_outcome() -> None:
    assert max(sum(each.tag != "properties" for each in case) for case in CASES.values()) == 1


@pytest.mark.parametrize("element", [REPORT, *REPORT], ids=lambda each: str(each.get("name")))
def test_counts_are_those_of_the_cases(element: ET.Element) -> None:
    cases = [*element.iter("testcase")]

    assert element.get("tests") == str(len(cases))
    assert element.get("failures") == str(len([*element.iter("failure")]))
    assert element.get("skipped") == str(len([*element.iter("skipped")]))
    assert (element.get("errors"), element.get("time")) == ("0", "0")


def test_failure_says_why_and_how_to_fix_it() -> None:
    failure = part("storage-closed: stopen", "failure")

    assert failure.get("message") == "public network access is Enabled"
    assert failure.get("type") == "high"
    assert str(failure.text).startswith("public network access is Enabled\nthe old setting is in use (low)\n\nFix:\n")
    assert "az storage account update" in str(failure.text)


def test_failure_of_a_path_shows_its_hops() -> None:
    text = str(part("private-path: stfar", "failure").text)

    assert "\n    vnet-ml: resolves to 20.60.1.4, which is public [broken]\n" in text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("storage-closed: sthidden", "not known: the firewall could not be read"),
        ("private-path", "not known: virtual networks could not be listed"),
        ("agents-private", "not applicable: there is nothing that this rule judges"),
        ("storage-closed: stwaived", "waived until 2027-01-31: migrated in January"),
        ("storage-closed: stknown", "known from the baseline: public network access is Enabled"),
    ],
)
def test_what_neither_passes_nor_gates_is_skipped_with_its_reason(name: str, message: str) -> None:
    assert part(name, "skipped").get("message") == message


def test_expired_waiver_fails_loudly() -> None:
    assert str(part("storage-closed: stexpired", "failure").get("message")).startswith("WAIVER EXPIRED on 2026-10-01")


def test_pass_with_a_note_shows_it() -> None:
    assert part("storage-closed: stperimeter", "system-out").text == "note: behind a security perimeter"


def test_properties_tell_severity_verdict_and_resource() -> None:
    values = {each.get("name"): each.get("value") for each in part("storage-closed: stopen", "properties")}

    assert (values["severity"], values["verdict"]) == ("high", "fail")
    assert values["resource"] == str(account("stopen").id)


def test_subjects_of_one_name_in_two_groups_are_two_tests() -> None:
    first = sample().results[0]
    elsewhere = account("stopen").id.text.replace("rg-ML", "rg-other")
    twin = replace(first, subject=type(account(""))(type(account("").id)(elsewhere)))
    cases = read(replace(sample(), results=(first, twin))).iter("testcase")

    assert len({(case.get("classname"), case.get("name")) for case in cases}) == 2


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_leave_the_document_as_it_is(name: str) -> None:
    shape = [each.tag for each in read(hostile("harmless")).iter()]

    assert [each.tag for each in read(hostile(name)).iter()] == shape
    assert "]]>" not in as_junit(hostile(name))
