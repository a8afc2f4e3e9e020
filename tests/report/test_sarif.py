"""SARIF: the official schema, what GitHub requires and limits, and what the parts say."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine import Problem, Result, Severity, Verdict
from scanner.graph import Graph
from scanner.graph.settings import Scope, Settings
from scanner.model.arm import ArmId
from scanner.report.sarif import Limits, as_sarif, as_sarif_alerts, category_of
from scanner.report.sarif_place import uri_of
from scanner.scan.outcome import Scan
from tests.report.sample import GROUP, HOSTILE, SUBSCRIPTION, Thing, account, hostile, huge, rule, sample
from tests.report.sarif_schema import violations


def log_of(scan: Scan, limits: Limits | None = None) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(as_sarif(scan, limits) if limits else as_sarif(scan))
    return log


def run_of(scan: Scan, limits: Limits | None = None) -> dict[str, Any]:
    (run,) = log_of(scan, limits)["runs"]
    assert isinstance(run, dict)
    return run


RUN = run_of(sample())
RESULTS = {each["locations"][0]["logicalLocations"][0]["name"]: each for each in RUN["results"]}


# The official schema


@pytest.mark.parametrize("write", [as_sarif, as_sarif_alerts])
def test_report_follows_the_official_schema(write: Any) -> None:  # noqa: ANN401 - a reporter with optional limits
    assert [*violations(json.loads(write(sample())))] == []


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_follow_the_schema_and_make_no_link(name: str) -> None:
    log = log_of(hostile(name))

    assert [*violations(log)] == []
    assert "](" not in json.dumps([each["message"] for each in log["runs"][0]["results"]])


def test_schema_is_not_vacuous() -> None:
    log = log_of(sample())
    log["runs"][0]["results"][0]["level"] = "fatal"

    assert [*violations(log)] != []


# What GitHub requires


def test_every_result_has_what_github_requires() -> None:
    places = [each["locations"][0]["physicalLocation"] for each in RUN["results"]]

    assert all(each["message"]["text"] for each in RUN["results"])
    assert all(each["partialFingerprints"]["primaryLocationLineHash"] for each in RUN["results"])
    assert all(each["artifactLocation"]["uri"].startswith("azure/") for each in places)
    assert {tuple(each["region"]) for each in places} == {("startLine", "startColumn", "endLine", "endColumn")}
    assert {each["region"]["startLine"] for each in places} == {1}


def test_every_rule_has_what_github_requires() -> None:
    rules = RUN["tool"]["driver"]["rules"]

    assert {each["id"] for each in rules} == {"storage-closed", "private-path", "agents-private"}
    for each in rules:
        assert each["shortDescription"]["text"]
        assert each["fullDescription"]["text"] == "The data lies there, and whoever reaches it can read it."
        assert "## Fix" in each["help"]["text"]
        assert "```text\naz storage account update" in each["help"]["markdown"]
        assert each["helpUri"] == "https://learn.microsoft.com/azure/storage/common/storage-network-security"
        assert len(each["properties"]["tags"]) <= 10


def test_rule_without_a_page_still_has_its_required_texts() -> None:
    bare = replace(rule("bare"), page="")
    (found,) = run_of(replace(sample(), results=(Result(bare, Verdict.NOT_APPLICABLE),)))["tool"]["driver"]["rules"]

    assert found["shortDescription"]["text"] == found["fullDescription"]["text"] == found["help"]["text"] == "bare"
    assert "helpUri" not in found


def test_texts_of_a_rule_are_cut_to_what_github_takes() -> None:
    wordy = replace(rule("w" * 300), page="t" * 2000 + ".\n\n## Why\n" + "y" * 2000)
    (found,) = run_of(replace(sample(), results=(Result(wordy, Verdict.NOT_APPLICABLE),)))["tool"]["driver"]["rules"]

    assert len(found["name"]) == 255
    assert len(found["shortDescription"]["text"]) == len(found["fullDescription"]["text"]) == 1024


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "2.0"),
        (Severity.INFO, "note", None),
    ],
)
def test_severity_becomes_level_and_score(severity: Severity, level: str, score: str | None) -> None:
    failed = Result(rule("some-rule", severity), Verdict.FAIL, account("st"), (Problem("open"),))
    run = run_of(replace(sample(), results=(failed,)))
    (found,) = run["tool"]["driver"]["rules"]

    assert run["results"][0]["level"] == found["defaultConfiguration"]["level"] == level
    assert found["properties"].get("security-severity") == score


# What the parts say


def test_rule_index_leads_to_the_rule() -> None:
    rules = RUN["tool"]["driver"]["rules"]

    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in RUN["results"])


def test_verdicts_become_kinds_and_only_a_failure_has_a_level() -> None:
    kinds = {each["kind"] for each in RUN["results"]}

    assert kinds == {"pass", "fail", "review", "notApplicable"}
    assert {each["level"] for each in RUN["results"] if each["kind"] != "fail"} == {"none"}
    assert {each["level"] for each in RUN["results"] if each["kind"] == "fail"} == {"error"}


def test_waiver_that_holds_suppresses_and_an_expired_one_does_not() -> None:
    assert RESULTS["stwaived"]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "waived until 2027-01-31: migrated in January"}
    ]
    assert RESULTS["stexpired"]["suppressions"] == []
    assert "WAIVER EXPIRED on 2026-10-01" in RESULTS["stexpired"]["message"]["text"]


def test_failure_of_the_baseline_is_unchanged_and_others_are_new() -> None:
    states = {name: each.get("baselineState") for name, each in RESULTS.items()}

    assert (states["stknown"], states["stopen"], states["stclosed"]) == ("unchanged", "new", None)


def test_without_anything_seen_before_nothing_is_said_of_a_baseline() -> None:
    fresh = tuple(replace(each, seen_before=False) for each in sample().results)

    assert "baselineState" not in as_sarif(replace(sample(), results=fresh))


def test_path_becomes_a_code_flow_of_its_hops() -> None:
    (flow,) = RESULTS["stfar"]["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]

    assert [each["importance"] for each in steps] == ["important", "essential", "important"]
    assert steps[1]["location"]["message"]["text"] == "vnet-ml: resolves to 20.60.1.4, which is public [broken]"
    assert steps[1]["location"]["physicalLocation"]["artifactLocation"]["uri"].endswith("/virtualnetworks/vnet-ml.json")


def test_resources_that_a_problem_names_are_related_locations() -> None:
    (related,) = RESULTS["stopen"]["relatedLocations"]

    assert related["logicalLocations"][0]["fullyQualifiedName"].endswith("/virtualNetworks/vnet-ml")


def test_gaps_and_waivers_to_look_at_are_notifications() -> None:
    notifications = RUN["invocations"][0]["toolExecutionNotifications"]
    declared = {each["id"] for each in RUN["tool"]["driver"]["notifications"]}

    assert [each["descriptor"]["id"] for each in notifications] == ["waiver", "waiver", "gap"]
    assert "needs Microsoft.Network/x/read" in notifications[2]["message"]["text"]
    assert {each["descriptor"]["id"] for each in notifications} <= declared


def test_alerts_hold_neither_passes_nor_waived_failures() -> None:
    (run,) = json.loads(as_sarif_alerts(sample()))["runs"]

    assert {each["kind"] for each in run["results"]} == {"fail", "review"}
    assert [each for each in run["results"] if each.get("suppressions")] == []
    assert len(run["results"]) == 6


# Where a result is


def test_path_is_that_of_the_resource_in_lower_case() -> None:
    compute = ArmId(f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/Mlw/computes/CPU")
    folder = f"azure/{SUBSCRIPTION}/rg-ml/microsoft.machinelearningservices/workspaces/computes"

    assert uri_of(compute) == f"{folder}/mlw/cpu.json"


def test_result_without_subject_is_at_the_scope() -> None:
    assert uri_of(None) == "azure/scope.json"


@given(st.lists(st.text(), max_size=8), st.sampled_from(["..", ".", "", "%2e%2e", "a/../..", "\\..", "c:", "\ud800"]))
def test_path_stays_below_its_root_whatever_the_names_are(parts: list[str], bad: str) -> None:
    uri = uri_of(ArmId("/".join([GROUP, "providers/p/t", bad, *parts, bad])))
    steps = uri.split("/")

    assert steps[0] == "azure"
    assert uri.isascii()
    assert not {"", ".", "..", "%2e%2e", "%2E%2E"} & set(steps)
    assert not set(uri) & set("\\:?#[] <>\"'")
    assert all(len(each) < 700 for each in steps)


def test_long_names_that_differ_late_stay_apart() -> None:
    one, other = (uri_of(account("n" * 5000 + end).id) for end in "ab")

    assert one != other


@pytest.mark.parametrize(
    "change",
    [
        {"subscriptions": ("22222222-2222-4222-8222-222222222222",)},
        {"subscriptions": (SUBSCRIPTION, "22222222-2222-4222-8222-222222222222")},
        {"profile": "article"},
        {"cloud": "china"},
    ],
    ids=str,
)
def test_scan_of_another_scope_is_another_category(change: dict[str, Any]) -> None:
    other = replace(sample(), header=replace(sample().header, **change))

    assert category_of(other) != category_of(sample())
    assert category_of(other).endswith("/")


def test_scan_of_one_workspace_is_another_category_than_that_of_the_subscription() -> None:
    graphs = [
        Graph((), (), Settings(scope=Scope(workspaces=tuple(filter(None, [name]))))) for name in ("", "one", "two")
    ]

    assert len({category_of(replace(sample(), graph=graph)) for graph in graphs}) == 3


def test_category_does_not_depend_on_the_time_or_on_what_was_found() -> None:
    later = replace(sample().header, started=sample().header.finished, requests=1)

    assert category_of(replace(sample(), header=later, results=())) == category_of(sample())


# Limits


def test_most_severe_failures_come_first() -> None:
    run = run_of(huge(10))
    failures = [each["properties"]["severity"] for each in run["results"] if each["kind"] == "fail"]

    assert [each["kind"] for each in run["results"]] == ["fail"] * 10 + ["review"] * 10 + ["pass"] * 10
    assert failures == sorted(failures, key=lambda each: -Severity(each).rank)


def test_results_beyond_the_limit_are_the_least_severe_and_are_counted() -> None:
    run = run_of(huge(10), Limits(results=4))
    first = run["invocations"][0]["toolExecutionNotifications"][0]

    assert [each["properties"]["severity"] for each in run["results"]] == ["critical", "critical", "high", "high"]
    assert [each["id"] for each in run["tool"]["driver"]["rules"]] == ["rule-critical", "rule-high"]
    assert first["message"]["text"].startswith("26 of 30 results are left out")


def test_more_results_than_github_shows_are_said_to_be_more() -> None:
    text = as_sarif(huge(10), Limits(shown=29))

    assert "GitHub shows the 29 most severe of these 30 results" in text
    assert "GitHub shows" not in as_sarif(huge(10), Limits(shown=30))


def test_file_is_cut_until_it_is_small_enough_after_gzip() -> None:
    limits = Limits(packed=4_000)
    text = as_sarif(replace(huge(400), gaps=()), limits)
    run = json.loads(text)["runs"][0]

    assert len(gzip.compress(text.encode())) <= limits.packed
    assert run["results"][0]["properties"]["severity"] == "critical"
    assert 10 < len(run["results"]) < 1200
    assert f"{1200 - len(run['results'])} of 1200 results are left out" in text


def test_limit_that_cannot_be_met_ends() -> None:
    assert run_of(huge(10), Limits(packed=1))["results"] == []


def test_gaps_beyond_the_limit_are_counted() -> None:
    notifications = run_of(huge(20), Limits(notifications=5))["invocations"][0]["toolExecutionNotifications"]

    assert len(notifications) == 6
    assert notifications[-1]["message"]["text"].startswith("17 more gaps and waivers")


def test_defaults_are_what_github_documents() -> None:
    assert (Limits().results, Limits().shown, Limits().packed) == (25_000, 5_000, 10_000_000)


def test_fingerprint_does_not_change_with_what_was_found() -> None:
    thing, closed = Thing(account("st").id), rule("storage-closed")
    found = [
        Result(closed, Verdict.FAIL, thing, (Problem("one"),)),
        Result(closed, Verdict.UNKNOWN, Thing(ArmId(str(thing.id).upper()))),
    ]
    prints = [run_of(replace(sample(), results=(each,)))["results"][0]["partialFingerprints"] for each in found]

    assert prints[0] == prints[1]
