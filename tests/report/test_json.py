"""The JSON report: what programs read of waivers, and that nothing is lost of what is escaped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jsonschema.validators import Draft202012Validator

from scanner.report.json_v1 import as_json, schema_text
from scanner.scan.outcome import Scan
from tests.report.estates import demo
from tests.report.sample import HOSTILE, hostile, sample

SCHEMA = json.loads((Path(as_json.__code__.co_filename).parent / "mlsec-scan-1.schema.json").read_text())


def report(scan: Scan) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(as_json(scan))
    return read


def test_report_follows_its_schema() -> None:
    jsonschema.validate(report(sample()), SCHEMA)


def test_waived_failure_is_counted_as_waived_alone() -> None:
    summary = report(sample())["summary"]

    assert (summary["fail"], summary["waived"], summary["pass"], summary["unknown"], summary["n/a"]) == (4, 1, 3, 2, 1)
    assert summary["by_severity"] == {"critical": 1, "high": 3, "medium": 0, "low": 0, "info": 0}


def test_result_tells_whether_it_is_waived_and_an_expired_waiver_does_not_count() -> None:
    waived = {each["subject"]["name"]: each["waived"] for each in report(sample())["results"] if each["subject"]}

    assert [name for name, is_waived in waived.items() if is_waived] == ["stwaived"]


def test_waivers_are_listed_with_what_became_of_them() -> None:
    waivers = report(sample())["waivers"]

    assert [each["state"] for each in waivers] == ["active", "expired", "unused"]
    assert waivers[0] == {
        "rule": "storage-closed",
        "subject": "*/stwaived",
        "reason": "migrated in January",
        "expires": "2027-01-31",
        "state": "active",
    }


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_message_is_read_back_as_it_was(name: str) -> None:
    read = report(hostile(name))

    jsonschema.validate(read, SCHEMA)
    assert read["results"][0]["problems"][0]["message"] == name


# It stands alone


def test_schema_is_one_and_has_a_name() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$id"] == "urn:mlsec-scan:report:1"
    assert json.loads(schema_text()) == SCHEMA


def test_whole_estate_follows_the_schema() -> None:
    jsonschema.validate(report(demo()), SCHEMA)


def test_result_names_its_title_and_its_workspace() -> None:
    named = {(each["rule"], (each["subject"] or {}).get("name")): each for each in report(demo())["results"]}
    vault = named["key-vault-private-endpoint", "kv-forecast-ml"]
    network = next(each for (rule, _), each in named.items() if rule == "private-path-from-aml-vnet")

    assert vault["title"] == "The workspace's key vault has a private endpoint"
    assert vault["workspace"].endswith("/workspaces/mlw-forecast")
    assert vault["workspaces"] == [vault["workspace"]]
    assert network["workspace"] is None
    assert [each.rpartition("/")[2] for each in network["workspaces"]] == ["mlw-forecast", "mlw-pricing"]


def test_every_result_finds_its_rule_with_reason_and_fix() -> None:
    read = report(demo())
    rules = {each["id"]: each for each in read["rules"]}

    assert {each["rule"] for each in read["results"]} == {*rules}
    assert [each["id"] for each in rules.values() if not each["why"] or not each["fix"] or not each["title"]] == []
    assert "az " in rules["storage-public-access-disabled"]["fix"]
