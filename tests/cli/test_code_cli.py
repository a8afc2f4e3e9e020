"""Code through the command line: plans and state, judged as an estate is."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.test_cli import SCHEMA, assert_one_line_error, mlsec
from tests.collect.iac.support import plan_of, raw_estate, state_of


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
        (("--plan", "x.json", "--snapshot", "y"), ["name one source"]),
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
