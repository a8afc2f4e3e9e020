"""`mlsec-scan causes` and `mlsec-scan fix` as users call them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scanner.cli.fixing import planned
from scanner.engine import Verdict
from scanner.engine.waivers import Waiver, WaiverState, WaiverUse
from scanner.errors import UsageError
from scanner.fix.formats import WRITERS
from scanner.scan.outcome import Scan
from tests.cli.test_cli import mlsec
from tests.report.estates import demo


def causes() -> list[dict[str, object]]:
    return list(json.loads(mlsec("causes", "--demo", "--format", "json", "--quiet").stdout))


def test_causes_tell_what_hangs_on_them_and_what_would_mend_them() -> None:
    told = mlsec("causes", "--demo", "--quiet")

    assert told.returncode == 0
    assert "fix: approve the connection of pe-kv-forecast-ml to kv-forecast-ml" in told.stdout
    assert "UNREAD" in told.stdout


def test_a_cause_of_the_report_can_be_fixed_by_its_id() -> None:
    (pending,) = [each for each in causes() if "Pending" in str(each["message"])]

    plan = mlsec("fix", "--demo", "--cause", str(pending["id"]), "--quiet").stdout

    assert [line.split()[1:4] for line in plan.splitlines() if line.startswith("az ")] == [
        ["network", "private-endpoint-connection", "approve"]
    ]


def test_options_of_a_scan_may_stand_before_the_command_too() -> None:
    assert mlsec("--demo", "--quiet", "causes").stdout == mlsec("causes", "--demo", "--quiet").stdout


def test_a_plan_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"

    assert mlsec("fix", "--demo", "--all", "--format", "json", "--output", str(path), "--quiet").stdout == ""
    assert json.loads(path.read_text())["schema"] == "mlsec-scan-plan/1"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fix", "--demo"], "say what to fix: --cause ID, --rule ID or --all"),
        (["fix", "--demo", "--all", "--rule", "registry-admin-user"], "say what to fix"),
        (["fix", "--all"], "name one source"),
        (["fix", "--demo", "--rule", "registry-admin-usr"], "did you mean registry-admin-user?"),
        (["fix", "--demo", "--cause", "fault-00000000"], "there is no cause 'fault-00000000'"),
        (["fix", "--demo", "--all", "--format", "pulumi"], "'pulumi' is not one of"),
        (["fix", "--demo", "--cause", "unread-a47c12dc"], "not a fault; it is another tenant's"),
        (["causes", "--snapshot", "absent.jsonl"], "absent.jsonl"),
        (["--demo", "--workspace", ""], "--workspace is given an empty name"),
        (["causes", "--demo", "--profile", "old"], "'old' is not one of"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], says: str) -> None:
    told = mlsec(*arguments)

    assert told.returncode == 2
    assert says in told.stderr
    assert told.stdout == ""


def test_rules_may_be_globs_as_in_a_scan() -> None:
    plan, _ = planned(demo_scan, (), ["key-vault-*", "registry-admin-user"], everything=False)
    asked = {each.rule.id for step in plan.steps for each in step.does.clears} | {
        each.rule.id for each in plan.remaining
    }

    assert {"key-vault-private-endpoint", "registry-admin-user"} <= asked
    assert {each.rule.id for each in plan.remaining} <= {"key-vault-private-endpoint", "registry-admin-user"}
    with pytest.raises(UsageError, match="no rule that fits 'vault-"):
        planned(demo_scan, (), ["vault-*"], everything=False)


def test_what_is_waived_or_not_known_is_said_to_be_left() -> None:
    waiver = WaiverUse(Waiver("registry-admin-user", "*", "a lab", date(2999, 1, 1)), WaiverState.ACTIVE)
    results = [
        replace(each, waiver=waiver) if each.verdict is Verdict.FAIL and each.rule.id == "registry-admin-user" else each
        for each in demo().results
    ]
    scan = replace(demo_scan(), results=tuple(results))
    rules = ["registry-admin-user", "private-dns-zone-linked-to-aml-vnet"]
    plan, _ = planned(lambda: scan, (), rules, everything=False)
    told = WRITERS["az"](plan).splitlines()

    assert (plan.steps, plan.remaining) == ((), ())
    assert "# waived, and so left as it is: registry-admin-user of crforecast" in told
    assert any(
        line.startswith("# not known, and so left as it is: private-dns-zone-linked-to-aml-vnet") for line in told
    )
    assert len(json.loads(WRITERS["json"](plan))["unknown"]) == len(plan.unknown) > 0


def demo_scan() -> Scan:
    """Return the demo as a scan of it is: its resources exist."""
    return replace(demo(), header=replace(demo().header, source="demo"))


def test_a_rule_that_nothing_fails_leaves_nothing_to_do() -> None:
    plan = mlsec("fix", "--demo", "--rule", "compute-in-vnet", "--quiet").stdout

    assert "# Nothing is proposed.\n# No failure of what was asked for remains.\n" in plan
