"""OSCAL: NIST's schema, findings for failures alone, and references that lead somewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from scanner.engine import Verdict
from scanner.report.oscal import as_oscal
from scanner.report.oscal_names import control_id, statement_id
from scanner.scan.outcome import Scan
from tests.report.estates import demo, reference
from tests.report.mapped import FRAMEWORK, OWN, against, mapped_sample
from tests.report.oscal_schema import violations
from tests.report.sample import HOSTILE, hostile, sample


def document(scan: Scan) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(as_oscal(scan))
    return read


def results(scan: Scan) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(scan)["assessment-results"]["results"]
    return found


def facts(item: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in item["props"]}


@pytest.mark.parametrize("scan", [sample, mapped_sample, demo, reference], ids=lambda each: each.__name__)
def test_document_follows_the_schema_of_nist(scan: Any) -> None:  # noqa: ANN401 - what makes a scan
    assert [*violations(document(scan()))] == []


def test_schema_finds_what_is_wrong() -> None:
    wrong = document(mapped_sample())
    wrong["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] = 1
    del wrong["assessment-results"]["results"][0]["observations"][0]["methods"]
    found = [*violations(wrong)]

    assert any(".target.status.state: 1 is not one of" in each for each in found)
    assert any("'methods' is a required property" in each for each in found)


def test_there_is_an_observation_for_each_result() -> None:
    (found,) = results(mapped_sample())

    assert [facts(each)["fingerprint"] for each in found["observations"]] == [
        each.fingerprint for each in sample().results
    ]
    assert [facts(each)["verdict"] for each in found["observations"]] == [each.verdict for each in sample().results]


def test_findings_are_for_failures_alone_and_nothing_is_satisfied() -> None:
    (found,) = results(mapped_sample())
    observed = {each["uuid"]: facts(each)["verdict"] for each in found["observations"]}
    related = [each["observation-uuid"] for finding in found["findings"] for each in finding["related-observations"]]

    assert [each["target"]["target-id"] for each in found["findings"]] == ["sc-7_smt", "sc-7.3_smt"]
    assert {each["target"]["status"]["state"] for each in found["findings"]} == {"not-satisfied"}
    assert {observed[each] for each in related} == {"fail"}
    assert "unknown" in observed.values()


def test_scan_in_which_nothing_failed_has_observations_and_no_findings() -> None:
    unknown = replace(sample(), results=tuple(each for each in sample().results if each.verdict is Verdict.UNKNOWN))
    (found,) = results(against(unknown, FRAMEWORK))

    assert len(found["observations"]) == 2
    assert "findings" not in found
    assert "description" not in found["reviewed-controls"]["control-selections"][0]
    assert [*violations(document(against(unknown, FRAMEWORK)))] == []


def test_failure_that_somebody_accepted_is_a_risk_with_its_last_day() -> None:
    (found,) = results(mapped_sample())
    (risk,) = found["risks"]
    accepted = [each for each in found["findings"] if "related-risks" in each]

    assert (risk["status"], risk["deadline"], risk["statement"]) == (
        "deviation-approved",
        "2027-01-31T23:59:59Z",
        "migrated in January",
    )
    assert [each["related-risks"] for each in accepted] == [[{"risk-uuid": risk["uuid"]}]] * 2


def test_control_of_which_only_accepted_failures_are_left_is_still_not_satisfied() -> None:
    waived = replace(sample(), results=tuple(each for each in sample().results if each.is_waived))
    (found,) = results(against(waived, FRAMEWORK))

    assert {facts(each)["state"] for each in found["findings"]} == {"waived"}
    assert {each["target"]["status"]["state"] for each in found["findings"]} == {"not-satisfied"}


def test_controls_that_were_reviewed_are_those_of_which_something_was_judged() -> None:
    (found,) = results(mapped_sample())

    assert found["reviewed-controls"]["control-selections"] == [
        {"include-controls": [{"control-id": "sc-7"}, {"control-id": "sc-7.3"}]}
    ]


@pytest.mark.parametrize("scan", [mapped_sample, demo], ids=["sample", "demo"])
def test_every_reference_leads_to_something_in_the_document(scan: Any) -> None:  # noqa: ANN401 - as above
    whole = document(scan())["assessment-results"]
    (found,) = whole["results"]
    items = {each["uuid"] for each in found["local-definitions"]["inventory-items"]}
    named = [each["subject-uuid"] for each in found["observations"] for each in each.get("subjects", [])]
    actors = {actor["actor-uuid"] for each in found["observations"] for actor in each["origins"][0]["actors"]}
    uuids = [each["uuid"] for key in ("observations", "findings", "risks") for each in found.get(key, [])]

    assert whole["import-ap"]["href"] == f"#{whole['back-matter']['resources'][0]['uuid']}"
    assert {*named} == items
    assert actors == {found["local-definitions"]["components"][0]["uuid"]}
    assert len(uuids) == len({*uuids})


def test_ids_are_the_same_in_every_run_but_for_those_of_the_run() -> None:
    later = replace(mapped_sample(), header=replace(sample().header, finished=sample().header.started))
    one, other = document(mapped_sample())["assessment-results"], document(later)["assessment-results"]

    assert one["uuid"] != other["uuid"]
    assert one["results"][0]["uuid"] != other["results"][0]["uuid"]
    for key in ("observations", "findings", "risks"):
        assert [each["uuid"] for each in one["results"][0][key]] == [each["uuid"] for each in other["results"][0][key]]


def test_without_a_framework_of_its_ids_sp_800_53_is_taken() -> None:
    (found,) = results(against(reference(), OWN))
    ids = {each["control-id"] for each in found["reviewed-controls"]["control-selections"][0]["include-controls"]}

    assert found["title"] == "NIST SP 800-53 Rev. 5 (catalogue 5.2.0)"
    assert {"ac-4", "sc-7", "sc-7.3"} <= ids


def test_two_frameworks_are_two_results_that_share_no_id() -> None:
    found = results(against(sample(), FRAMEWORK, replace(FRAMEWORK, id="fedramp-high")))
    ids = [{each["uuid"] for each in result["observations"]} for result in found]

    assert len(found) == 2
    assert ids[0] & ids[1] == set()


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_stays_within_the_schema(name: str) -> None:
    assert [*violations(document(hostile(name)))] == []


@pytest.mark.parametrize("name", ["", " ", " a ", "\u2003"], ids=ascii)
def test_empty_name_is_said_somehow(name: str) -> None:
    assert [*violations(document(hostile(name)))] == []


@pytest.mark.parametrize(
    ("control", "written"), [("SC-7", "sc-7"), ("SC-7(3)", "sc-7.3"), ("SC-7(10)", "sc-7.10"), ("AC-17(3)", "ac-17.3")]
)
def test_controls_are_written_as_in_the_catalogue_of_nist(control: str, written: str) -> None:
    assert (control_id(control), statement_id(control)) == (written, f"{written}_smt")
