"""Lines and waivers in code through the command line: every report, and what a waiver above a block is held to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.cli.code_waivers import require_waivers, waivers_in
from scanner.collect.iac.hcl.code import Code
from scanner.collect.redaction.redact import redact
from scanner.collect.snapshot import save_snapshot
from scanner.engine.pack import built_in_pack, load_packs
from scanner.errors import UsageError
from tests.cli.test_cli import SCHEMA, assert_one_line_error, mlsec
from tests.collect.iac.plan_json import Declared, plan, state
from tests.collect.iac.support import raw_estate
from tests.collect.iac.written import Writer
from tests.fuzz.support import collected
from tests.report.sarif_schema import violations

RULES = load_packs([built_in_pack()])
DECLARED: list[Declared] = Writer(raw_estate("article")).declared()
REGISTRY = next(each for each in DECLARED if each.type == "azurerm_container_registry")


def _code(remark: str = "") -> str:
    """Return blocks for every resource of the estate; of the registry with its values, below a remark."""
    blocks = [f'resource "{each.type}" "{each.label}" {{\n}}\n' for each in DECLARED if each is not REGISTRY]
    value = str(REGISTRY.attributes["admin_enabled"]).lower()
    registry = f'{remark}\nresource "{REGISTRY.type}" "{REGISTRY.label}" {{\n  admin_enabled = {value}\n}}\n'
    return registry + "".join(blocks)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.json").write_text(json.dumps(plan(DECLARED)))
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(_code())
    return tmp_path


def _judged(folder: Path, *arguments: str) -> tuple[dict[str, Any], int]:
    done = mlsec(*(arguments or ("--plan", "plan.json")), "--source", "infra", "--format", "json", cwd=folder)
    report: dict[str, Any] = json.loads(done.stdout)
    return report, done.returncode


def test_every_report_names_file_and_line(folder: Path) -> None:
    reports = [each for kind in ("sarif", "html", "markdown", "text") for each in ("--report", f"{kind}={kind}")]
    done = mlsec("--plan", "plan.json", "--source", "infra", "--format", "json", *reports, cwd=folder)
    report, sarif = json.loads(done.stdout), json.loads((folder / "sarif").read_text())
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert [*violations(sarif)] == []
    found = next(
        each for each in report["results"] if each["rule"] == "registry-admin-user" and each["verdict"] == "fail"
    )
    at = {"file": "infra/main.tf", "line": 3, "column": 3}
    alert = next(
        each
        for each in sarif["runs"][0]["results"]
        if each["partialFingerprints"]["ruleAndSubject/v1"] == found["fingerprint"]
    )
    place = alert["locations"][0]["physicalLocation"]

    assert found["location"] == at
    assert found["subject"]["location"] == {**at, "line": 2, "column": 1}
    assert place["artifactLocation"] == {"uri": "infra/main.tf"}
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (3, 3)
    assert ["infra/main.tf:3:3" in (folder / kind).read_text() for kind in ("html", "text")] == [True] * 2
    assert "infra/main.tf:3:3" in (folder / "markdown").read_text().replace("\\", "")
    assert "infra/main.tf:3:3" in mlsec("--plan", "plan.json", "--source", "infra", "--all", cwd=folder).stdout


def test_finding_in_a_snapshot_points_to_the_line_that_state_tells(folder: Path) -> None:
    save_snapshot(collected([dict(redact(each)) for each in raw_estate("article")]), folder / "now.gz")
    (folder / "state.json").write_text(json.dumps(state(DECLARED)))
    report, _ = _judged(folder, "--snapshot", "now.gz", "--state", "state.json")
    found = next(each for each in report["results"] if each["rule"] == "registry-admin-user")

    assert report["scan"]["source"] == "snapshot"
    assert found["location"] == {"file": "infra/main.tf", "line": 3, "column": 3}


def test_waiver_above_a_block_is_one_for_what_it_declares(folder: Path) -> None:
    line = '# mlsec:waive Registry-Admin-User until=2099-01-01 reason="a sandbox"'
    (folder / "infra" / "main.tf").write_text(_code(line))
    report, _ = _judged(folder, "--plan", "plan.json", "--report", "sarif=sarif")
    (use,) = report["waivers"]
    found = next(each for each in report["results"] if each["rule"] == "registry-admin-user")
    sarif = json.loads((folder / "sarif").read_text())
    suppressed = [each["suppressions"] for each in sarif["runs"][0]["results"] if each.get("suppressions")]

    assert found["waived"]
    assert (use["state"], use["reason"], use["expires"]) == ("active", "a sandbox", "2099-01-01")
    assert use["subject"].lower().endswith(f"/registries/{REGISTRY.attributes['name']}")
    assert use["location"] == {"file": "infra/main.tf", "line": 1, "column": 1}
    assert [each[0]["kind"] for each in suppressed] == ["inSource"]


def test_waivers_that_expired_or_that_nothing_needs_are_told(folder: Path) -> None:
    unused = '# mlsec:waive storage-public-access-disabled until=2099-01-01 reason="x"'
    expired = '# mlsec:waive registry-admin-user until=2020-01-01 reason="x"'
    (folder / "infra" / "main.tf").write_text(_code(f"{unused}\n# about it\n{expired}"))
    report, code = _judged(folder)
    found = next(each for each in report["results"] if each["rule"] == "registry-admin-user")

    assert code == 1
    assert not found["waived"]
    assert {each["rule"]: each["state"] for each in report["waivers"]} == {
        "registry-admin-user": "expired",
        "storage-public-access-disabled": "unused",
    }


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        ("# mlsec:waive registry-admin-user until=2099-01-01", ["reason is missing"]),
        ('# mlsec:waive registry-admin-user until=2099-01-01 reason=" "', ["reason is missing"]),
        ('# mlsec:waive registry-admin-user reason="x"', ["until is missing"]),
        ('# mlsec:waive registry-admin-user until=soon reason="x"', ["expected a day"]),
        ('# mlsec:waive until=2099-01-01 reason="x"', ["names no rule"]),
        (
            '# mlsec:waive registry-admin-use until=2099-01-01 reason="x"',
            ["did you mean registry-admin-user"],
        ),
        ('# mlsec:waive registry-admin-user until=2099-01-01 reason="x', ["cannot be read"]),
        ('# mlsec:wave registry-admin-user until=2099-01-01 reason="x"', ["mlsec:wave is not known"]),
        ('# mlsec:waive registry-admin-user why=x until=2099-01-01 reason="x"', ["why is not known"]),
        ('# mlsec:waive registry-admin-user until=2099-01-01 reason="x"\n', ["stands above no block"]),
        ("/* mlsec:waive registry-admin-user until=2099-01-01 reason=x */", ["stands above no block"]),
    ],
)
def test_waiver_that_is_not_in_order_is_told_with_its_line(tmp_path: Path, remark: str, words: list[str]) -> None:
    (tmp_path / "main.tf").write_text(_code(remark))

    with pytest.raises(UsageError) as told:
        require_waivers(waivers_in([Code(str(tmp_path))]), RULES)
    assert all(word in str(told.value) for word in (*words, "main.tf:1:1"))


def test_policy_binds_waivers_in_code(folder: Path) -> None:
    (folder / "infra" / "main.tf").write_text(_code('# mlsec:waive registry-admin-user until=2099-01-01 reason="x"'))
    arguments = ("--plan", "plan.json", "--source", "infra", "--policy", "policy.toml")
    (folder / "policy.toml").write_text("[policy]\nlongest_waiver = 30\n")
    longest = mlsec(*arguments, cwd=folder)
    (folder / "policy.toml").write_text('[policy]\nlongest_waiver = 36500\nrequired_rules = ["registry-admin-user"]\n')
    required = mlsec(*arguments, cwd=folder)

    assert_one_line_error(longest, 2, "longest_waiver", "mlsec:waive at infra/main.tf:1:1")
    assert_one_line_error(required, 2, "required_rules", "mlsec:waive at infra/main.tf:1:1")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--source", "infra"), ["--source is where the code of a plan or state lies"]),
        (("--template", "x.json", "--source", "infra"), ["a template tells its lines itself"]),
        (("--plan", "plan.json", "--source", "a", "--source", "b"), ["name one --source for all"]),
        (("--plan", "plan.json", "--source", "nowhere"), ["--source nowhere cannot be read"]),
    ],
)
def test_source_that_does_not_fit_is_told(folder: Path, arguments: tuple[str, ...], words: list[str]) -> None:
    assert_one_line_error(mlsec(*arguments, cwd=folder), 2, *words)
