"""Code through the command line: plans and state, judged as an estate is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.collect.redaction.redact import redact
from scanner.collect.snapshot import save_snapshot
from scanner.simulator import Simulator, read_estate
from tests.cases import FIXTURES, KEYS, changed
from tests.cli.test_cli import SCHEMA, SUBSCRIPTION, assert_one_line_error, live, mlsec
from tests.collect.iac.plan_json import plan_between
from tests.collect.iac.support import plan_of, raw_estate, state_of
from tests.collect.iac.written import Writer
from tests.fuzz.support import collected


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_of(raw_estate("article"))))
    return path


def test_plan_is_judged_and_the_report_says_what_it_was(plan: Path) -> None:
    done = mlsec("--plan", str(plan), "--format", "json")
    report = json.loads(done.stdout)

    assert done.returncode == 1
    assert report["scan"]["source"] == "terraform"
    assert report["scan"]["requests"] == 0
    assert report["summary"]["fail"] > 10
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))


def test_a_plan_without_a_workspace_speaks_of_code(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    rows = [each for each in raw_estate("article") if each["type"].endswith("/virtualNetworks")]
    path.write_text(json.dumps(plan_of(rows)))
    done = mlsec("--plan", str(path), "--quiet")

    assert done.returncode == 3
    assert "no workspace was judged: this code declares none" in " ".join(done.stdout.split())
    assert "/read is held" not in done.stdout + done.stderr


def test_what_has_no_name_yet_is_named_by_its_address_and_its_id_stays(plan: Path, tmp_path: Path) -> None:
    document = json.loads(plan.read_text())
    (vault,) = (each for each in document["resource_changes"] if each["type"] == "azurerm_key_vault")
    del vault["change"]["after"]["name"]
    vault["change"]["after_unknown"]["name"] = True
    plan.write_text(json.dumps(document))
    done = mlsec("--plan", str(plan), "--all", "--report", f"json={tmp_path / 'report.json'}", "--quiet")
    results = json.loads((tmp_path / "report.json").read_text())["results"]
    named = {each["subject"]["name"]: each["subject"]["id"] for each in results if each["subject"] is not None}

    assert vault["address"] in done.stdout
    assert "tf~" not in done.stdout
    assert named[vault["address"]].rpartition("/")[2].startswith("tf~azurerm-key-vault-")


def test_several_plans_are_one_estate(plan: Path, tmp_path: Path) -> None:
    whole = json.loads(plan.read_text())
    blocks = whole["configuration"]["root_module"]["resources"]
    halves = []
    for place in range(2):
        half = {**whole, "resource_changes": whole["resource_changes"][place::2]}
        half["configuration"] = {**whole["configuration"], "root_module": {"resources": blocks}}
        halves.append(tmp_path / f"half-{place}.json")
        halves[-1].write_text(json.dumps(half))
    done = mlsec("--plan", str(halves[0]), "--plan", str(halves[1]), "--format", "json")

    assert json.loads(done.stdout)["solutions"] != []


def test_state_is_judged_and_says_that_it_may_be_out_of_date(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(state_of(raw_estate("article"))))
    report = json.loads(mlsec("--state", str(path), "--format", "json").stdout)

    assert report["scan"]["source"] == "terraform"
    assert report["summary"]["unknown"] > 0


def test_notes_on_a_plan_stand_in_every_report(plan: Path, tmp_path: Path) -> None:
    content = json.loads(plan.read_text())
    cache = {"address": "azurerm_redis_cache.x", "mode": "managed", "type": "azurerm_redis_cache", "name": "x"}
    content["resource_changes"].append({**cache, "change": {"actions": ["create"], "after": {}}})
    plan.write_text(json.dumps(content))
    reports = [each for kind in ("markdown", "html", "json") for each in ("--report", f"{kind}={tmp_path / kind}")]
    done = mlsec("--plan", str(plan), *reports)
    said = "1 resource of 1 type is not looked at: azurerm_redis_cache"

    start = said.partition(":")[0]

    assert f"note: {said}" in done.stdout
    assert [start in (tmp_path / each).read_text() for each in ("markdown", "html", "json")] == [True] * 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--plan", "x.json", "--demo"), ["name one source"]),
        (("--plan", "x.json", "--snapshot", "y", "--subscription", SUBSCRIPTION), ["applied to one estate"]),
        (("--state", "x.json", "--snapshot", "y", "--subscription", SUBSCRIPTION), ["applied to one estate"]),
        (("--state", "x.json", "--template", "y", "--snapshot", "z"), ["applied to one estate"]),
        (("--plan", "/nowhere/plan.json"), ["/nowhere/plan.json", "cannot be read"]),
        (("--state", "/nowhere/state.json"), ["/nowhere/state.json", "cannot be read"]),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(arguments: tuple[str, ...], words: list[str]) -> None:
    assert_one_line_error(mlsec(*arguments), 2, *words)


def test_snapshot_of_a_plan_is_judged_as_the_plan_is(plan: Path, tmp_path: Path) -> None:
    kept = tmp_path / "plan.gz"
    first = json.loads(mlsec("--plan", str(plan), "--save-snapshot", str(kept), "--format", "json").stdout)
    again = json.loads(mlsec("--snapshot", str(kept), "--format", "json").stdout)

    assert again["summary"] == first["summary"]


def _what_if(folder: Path, damage: str, *more: str) -> dict[str, Any]:
    """Run a plan that makes a damage, on a snapshot of the reference, and return the JSON report."""
    content = json.loads((FIXTURES / "damages" / f"{damage}.json").read_text())
    before = raw_estate("reference")
    after = changed(raw_estate("reference"), {key: content[key] for key in KEYS & content.keys()})
    plan = folder / "plan.json"
    plan.write_text(json.dumps(plan_between(Writer(before).declared(), Writer(after).declared())))
    save_snapshot(collected([dict(redact(each)) for each in raw_estate("reference")]), folder / "now.gz")
    arguments = ("--plan", str(plan), "--snapshot", str(folder / "now.gz"), "--format", "json", *more)
    done = mlsec(*arguments)
    report: dict[str, Any] = json.loads(done.stdout)
    return {**report, "code": done.returncode}


def test_what_a_plan_would_do_says_what_is_new_and_gates_by_it(tmp_path: Path) -> None:
    report = _what_if(tmp_path, "storage-open")
    schema = json.loads(SCHEMA.read_text())

    assert report.pop("code") == 1
    assert report["scan"]["source"] == "what-if"
    assert report["what_if"]["summary"]["new"] > 0
    assert {each["kind"] for each in report["what_if"]["changes"]} == {"new"}
    jsonschema.validate(report, schema)


def test_what_fails_already_and_is_opened_wider_gates(tmp_path: Path) -> None:
    damage = json.loads((FIXTURES / "damages" / "compute-nsg-open-to-ssh.json").read_text())
    before = changed(raw_estate("reference"), {"patch": damage["patch"]})
    wider = {"securityRules[DenyInternetInbound]": {"properties": {"destinationPortRange": "3389"}}}
    after = changed(
        changed(raw_estate("reference"), {"patch": damage["patch"]}),
        {"patch": {"networkSecurityGroups/nsg-compute": {"properties": wider}}},
    )
    (tmp_path / "plan.json").write_text(json.dumps(plan_between(Writer(before).declared(), Writer(after).declared())))
    save_snapshot(collected([dict(redact(each)) for each in before]), tmp_path / "now.gz")
    done = mlsec("--plan", str(tmp_path / "plan.json"), "--snapshot", str(tmp_path / "now.gz"), "--format", "json")
    report = json.loads(done.stdout)
    told = {each["rule"]: (each.get("change"), each.get("cause")) for each in report["results"] if "change" in each}

    assert done.returncode == 1
    assert {rule: change for rule, (change, _) in told.items()} == dict.fromkeys(damage["fails"], "worse")
    assert {cause for _, cause in told.values()} <= {each["id"] for each in report["causes"]}
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))


def test_snapshot_that_a_scan_keeps_has_what_a_plan_may_depend_on(tmp_path: Path) -> None:
    before, after = raw_estate("reference"), raw_estate("reference")
    after = changed(after, {"patch": {"workspaces/mlw-reference": {"properties": {"publicNetworkAccess": "Enabled"}}}})
    (tmp_path / "plan.json").write_text(json.dumps(plan_between(Writer(before).declared(), Writer(after).declared())))
    with Simulator(read_estate(FIXTURES / "reference.json")) as simulator:
        mlsec(*live(simulator, "--save-snapshot", str(tmp_path / "now.gz")))
    done = mlsec("--plan", str(tmp_path / "plan.json"), "--snapshot", str(tmp_path / "now.gz"), "--format", "json")
    told = {each["rule"]: each["verdict"] for each in json.loads(done.stdout)["results"] if each.get("change") == "new"}

    assert told["workspace-public-access-disabled"] == "fail"
    assert done.returncode == 1


def test_what_fails_without_the_plan_does_not_gate_unless_all_of_it_does(tmp_path: Path) -> None:
    rows = changed(
        raw_estate("reference"), {"patch": {"registries/crmlreference": {"properties": {"adminUserEnabled": True}}}}
    )
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(plan_between(Writer(rows).declared(), Writer(rows).declared())))
    save_snapshot(collected([dict(redact(each)) for each in rows]), tmp_path / "now.gz")
    arguments = ("--plan", str(plan), "--snapshot", str(tmp_path / "now.gz"))
    done = mlsec(*arguments)

    assert done.returncode == 0
    assert "Still failing" in done.stdout
    assert mlsec(*arguments, "--gate", "all").returncode == 1


def test_plan_is_applied_to_what_is_read_in_azure(tmp_path: Path) -> None:
    before, after = raw_estate("reference"), raw_estate("reference")
    after = changed(after, {"patch": {"registries/crmlreference": {"properties": {"adminUserEnabled": True}}}})
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(plan_between(Writer(before).declared(), Writer(after).declared())))
    with Simulator(read_estate(FIXTURES / "reference.json")) as simulator:
        report = json.loads(mlsec(*live(simulator, "--plan", str(plan), "--format", "json")).stdout)

    assert [(each["kind"], each["rule"]) for each in report["what_if"]["changes"]] == [("new", "registry-admin-user")]
    assert report["scan"]["requests"] > 0
