"""OCSF: events that the models of version 1.5.0 know whole, one for each result."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from py_ocsf_models import OCSF_VERSION
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.cloud import Cloud
from py_ocsf_models.objects.compliance import Compliance
from pydantic import create_model

from scanner.report.ocsf import as_ocsf
from scanner.scan.outcome import Scan
from scanner.scan.scanning import explained
from tests.report.estates import demo
from tests.report.mapped import mapped_sample
from tests.report.sample import HOSTILE, account, hostile, sample

CHECKLIST = "Network security checklist for MLOps solutions"


WithStatus = create_model("WithStatus", __base__=Compliance, status=(str, ...))
"""The compliance object with an attribute of the schema that the package leaves out."""

Event = create_model("Event", __base__=ComplianceFinding, cloud=(Cloud, ...), compliance=(WithStatus, ...))
"""A compliance finding with the cloud profile, which the package leaves to its user."""


def events(scan: Scan) -> list[dict[str, Any]]:
    return [json.loads(line) for line in as_ocsf(scan).splitlines()]


def assert_known_whole(event: dict[str, Any]) -> None:
    """Read an event by the models and compare: they drop in silence what the schema does not have."""
    read = Event.model_validate(event, strict=False).model_dump(mode="json", exclude_none=True)

    assert {key: read.get(key) for key in event} == event


@pytest.mark.parametrize("scan", [sample, mapped_sample, demo], ids=lambda each: each.__name__)
def test_models_know_every_event_whole(scan: Any) -> None:  # noqa: ANN401 - what makes a scan
    found = events(scan())

    assert len(found) == len(scan().results)
    for each in found:
        assert_known_whole(each)
        assert each["metadata"]["version"] == OCSF_VERSION == "1.5.0"


def test_what_the_schema_does_not_have_would_be_seen() -> None:
    (event, *_) = events(sample())

    with pytest.raises(AssertionError):
        assert_known_whole({**event, "compliance": {**event["compliance"], "share": 3}})


def test_verdicts_and_waivers_become_statuses() -> None:
    found = events(sample())
    said = [(each["compliance"]["status_id"], each["compliance"]["status"], each["status"]) for each in found]

    assert said == [
        (3, "Fail", "New"),
        (3, "Fail", "New"),
        (3, "Fail", "Suppressed"),
        (3, "Fail", "New"),
        (2, "Warning", "New"),
        (1, "Pass", "New"),
        (1, "Pass", "New"),
        (99, "Not applicable", "New"),
        (3, "Fail", "New"),
        (1, "Pass", "New"),
        (2, "Warning", "New"),
    ]
    assert [each["unmapped"]["verdict"] for each in found] == [each.verdict for each in sample().results]
    assert [each["unmapped"]["known"] for each in found].index(True) == 1


def test_severity_is_of_failures_and_unknowns_and_a_pass_is_informational() -> None:
    found = events(sample())

    assert [each["severity"] for each in found[:6]] == ["High", "High", "High", "High", "High", "Informational"]
    assert [each["severity_id"] for each in found[7:]] == [1, 5, 1, 5]
    assert {each["compliance"]["checks"][0]["severity"] for each in found[7:8]} == {"Medium"}


def test_event_names_the_resource_its_subscription_and_what_to_do() -> None:
    event = events(sample())[0]
    arm_id = account("stopen").id

    assert event["resources"] == [
        {
            "uid": str(arm_id),
            "name": "stopen",
            "type": "Microsoft.Storage/storageAccounts",
            "group": {"name": "rg-ML"},
        }
    ]
    assert event["cloud"]["account"]["uid"] == arm_id.subscription
    assert event["remediation"]["desc"].startswith("az storage account update")
    assert "remediation" not in events(sample())[5]
    assert event["message"].startswith("stopen: public network access is Enabled")


def test_result_without_a_subject_has_no_resource() -> None:
    event = events(sample())[7]

    assert "resources" not in event
    assert event["cloud"] == {"provider": "Azure"}


def test_controls_are_requirements_and_frameworks_standards() -> None:
    first, *_, last = events(mapped_sample())

    assert first["compliance"]["standards"] == [CHECKLIST, "NIST SP 800-53 Rev. 5", "ACME"]
    assert first["compliance"]["requirements"] == [
        "nist-800-53-r5 SC-7",
        "nist-800-53-r5 SC-7(3)",
        "nist-800-53-r5 CM-6 (related, derived)",
        "acme A-1",
    ]
    assert last["compliance"]["standards"] == [CHECKLIST, "NIST SP 800-53 Rev. 5"]
    assert events(sample())[0]["compliance"]["standards"] == [CHECKLIST]
    assert "requirements" not in events(sample())[0]["compliance"]


def _size(causes: dict[str, set[str]]) -> Callable[[str], int]:
    return lambda cause: len(causes[cause])


def test_events_of_one_cause_are_correlated() -> None:
    scan = explained(demo())
    found = {each["finding_info"]["uid"]: each for each in events(scan)}
    hang = [*((each.id, each.results) for each in scan.causes), *((each.id, each.results) for each in scan.blind_spots)]
    causes = {name: {each.fingerprint for each in results} for name, results in hang}
    with_cause = {uid for uid, each in found.items() if "causes" in each["unmapped"]}

    assert max(map(len, causes.values())) > 10
    assert with_cause == {uid for uids in causes.values() for uid in uids}
    for uid in with_cause:
        named = found[uid]["unmapped"]["causes"]
        assert found[uid]["metadata"]["correlation_uid"] == named[0]
        assert named == [cause for cause, uids in causes.items() if uid in uids]
    alike = [
        each for each in found.values() if each["metadata"].get("correlation_uid") == max(causes, key=_size(causes))
    ]
    first, *others = alike
    assert [each["uid"] for each in first["finding_info"]["related_events"]] == [
        each["metadata"]["uid"] for each in others
    ]
    assert [[one["uid"] for one in each["finding_info"]["related_events"]] for each in others] == [
        [first["metadata"]["uid"]]
    ] * len(others)
    for each in found.values():
        assert_known_whole(each)


def test_no_deprecated_attribute_is_written() -> None:
    deprecated = {"resource", "compliance_standards", "compliance_references"}

    assert [each for event in events(mapped_sample()) for each in deprecated if each in event] == []


def test_ids_of_findings_stay_and_those_of_events_are_of_the_run() -> None:
    found = events(sample())

    assert [each["finding_info"]["uid"] for each in found] == [each.fingerprint for each in sample().results]
    assert len({each["metadata"]["uid"] for each in found}) == len(found)
    assert as_ocsf(sample()) == as_ocsf(sample())


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_stays_on_its_line(name: str) -> None:
    text = as_ocsf(hostile(name))

    assert text.isascii()
    assert len(text.splitlines()) == len(hostile(name).results)
    for each in events(hostile(name)):
        assert_known_whole(each)
