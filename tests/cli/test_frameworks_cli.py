"""`--framework`, `--framework-file` and `mlsec-scan frameworks`, as a user meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.frameworks.shipped import entries
from tests.cli.test_cli import SCHEMA, assert_one_line_error, mlsec

OWN = """
id = "acme"
title = "ACME"
[[control]]
id = "NET-1"
title = "Closed"
rules = ["storage-public-access-disabled"]
[[control]]
id = "NET-2"
rules = ["registry-admin-user"]
profile = "current"
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("estate") / "demo.jsonl.gz"
    assert mlsec("--demo", "--quiet", "--save-snapshot", str(path)).returncode == 1
    return path


def scanned(snapshot: Path, *arguments: str, cwd: Path | None = None) -> dict[str, Any]:
    done = mlsec("--snapshot", str(snapshot), "--quiet", "--format", "json", *arguments, cwd=cwd)
    report: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    return report


def test_frameworks_are_shown_in_the_order_in_which_they_were_named(snapshot: Path, tmp_path: Path) -> None:
    own = tmp_path / "acme.toml"
    own.write_text(OWN)
    report = scanned(snapshot, "--framework", "CSF-2", "--framework", "mcsb", "--framework-file", str(own))

    assert [each["id"] for each in report["frameworks"]] == ["nist-csf-2.0", "mcsb-v1", "acme"]
    states = {each["id"]: each["state"] for each in report["frameworks"][2]["controls"]}
    assert states == {"NET-1": "failing", "NET-2": "failing"}


def test_verdicts_and_exit_code_are_the_same_with_and_without(snapshot: Path) -> None:
    plain, asked = scanned(snapshot), scanned(snapshot, "--framework", "mcsb")

    assert "frameworks" not in plain
    assert [{**each, "frameworks": None} for each in plain["results"]] == [
        {**each, "frameworks": None} for each in asked["results"]
    ]
    assert plain["summary"] == asked["summary"]


def test_profile_that_turns_a_rule_round_takes_its_controls_away(snapshot: Path, tmp_path: Path) -> None:
    own = tmp_path / "acme.toml"
    own.write_text(OWN)
    report = scanned(snapshot, "--profile", "article", "--framework", "mcsb", "--framework-file", str(own))
    admin = [each for each in report["results"] if each["rule"] == "registry-admin-user"]

    assert admin != []
    assert [each for each in admin if "frameworks" in each] == []
    assert {each["id"]: each["state"] for each in report["frameworks"][1]["controls"]}["NET-2"] == "not_assessed"


def test_rule_that_was_left_out_is_counted_as_not_run(snapshot: Path) -> None:
    report = scanned(snapshot, "--framework", "mcsb", "--rule", "storage-public-access-disabled")
    states = {each["id"]: each for each in report["frameworks"][0]["controls"]}

    assert (states["NS-2"]["state"], states["NS-2"]["rules"]["fail"]) == ("failing", 1)
    assert states["NS-2"]["rules"]["not_run"] == states["NS-2"]["rules"]["of"] - 1
    assert states["NS-10"]["state"] == "not_assessed"


def test_controls_as_csv_beside_another_report(snapshot: Path, tmp_path: Path) -> None:
    file = tmp_path / "controls.csv"
    done = mlsec(
        "--snapshot", str(snapshot), "--quiet", "--framework", "soc-2", "--report", f"csv-controls={file}"
    )  # fmt: skip
    rows = [*csv.DictReader(io.StringIO(file.read_text(), newline=""))]

    assert done.returncode == 1
    assert [each["control"] for each in rows] == ["CC6.1", "CC6.3", "CC6.6", "CC6.7"]
    assert {each["title"] for each in rows} == {""}


@pytest.mark.parametrize("arguments", [["--format", "csv-controls"], ["--report", "csv-controls=x.csv"]])
def test_controls_without_a_framework_are_a_mistake(snapshot: Path, tmp_path: Path, arguments: list[str]) -> None:
    done = mlsec("--snapshot", str(snapshot), *arguments, cwd=tmp_path)

    assert_one_line_error(done, 2, "csv-controls is about controls of a framework", "--framework-file")
    assert [*tmp_path.iterdir()] == []


def test_unknown_framework_names_a_near_one() -> None:
    assert_one_line_error(mlsec("--demo", "--framework", "mscb"), 2, "no framework 'mscb'", "did you mean mcsb?")
    assert_one_line_error(mlsec("--demo", "--framework", "zzz"), 2, "`mlsec-scan frameworks` lists them")


def test_mistake_in_a_framework_of_ones_own_is_told_before_anything_is_read(tmp_path: Path) -> None:
    own = tmp_path / "acme.toml"
    own.write_text(OWN.replace("storage-public-access", "storage-pubic-access"))

    done = mlsec("--demo", "--framework-file", str(own))
    assert_one_line_error(done, 2, "acme.toml", "[[control]] 1 rules", "did you mean storage-public-access-disabled?")
    own.write_text(OWN)
    done = mlsec("--demo", "--framework-file", str(own), "--framework-file", str(own))
    assert_one_line_error(done, 2, "there is another framework called 'acme'")
    own.write_text(OWN.replace('"acme"', '"mcsb"'))
    assert_one_line_error(mlsec("--demo", "--framework-file", str(own)), 2, "another framework called 'mcsb'")


def test_report_may_not_overwrite_the_framework(tmp_path: Path) -> None:
    own = tmp_path / "acme.toml"
    own.write_text(OWN)
    done = mlsec("--demo", "--framework-file", str(own), "--output", str(own))

    assert_one_line_error(done, 2, "--framework-file")
    assert own.read_text() == OWN


def test_configuration_names_frameworks(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(OWN)
    (tmp_path / "mlsec.toml").write_text('[scan]\nframework = ["mcsb"]\nframework_file = ["acme.toml"]\n')

    assert [each["id"] for each in scanned(snapshot, cwd=tmp_path)["frameworks"]] == ["mcsb-v1", "acme"]
    assert 'framework_file = ["acme.toml"]  # mlsec.toml' in mlsec("config", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('framework = ["mscb"]', "did you mean mcsb?"),
        ('framework_file = ["acme.toml"]', "acme.toml cannot be read"),
        ('framework_file = ["../acme.toml", "link.toml"]', "a list of regular files"),
        ('framework_file = "acme.toml"', "a list of texts"),
    ],
)
def test_configuration_is_checked(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "link.toml").symlink_to("/etc/passwd")
    (tmp_path / "mlsec.toml").write_text(f"[scan]\n{line}\n")

    assert_one_line_error(mlsec("config", "--check", cwd=tmp_path), 2, says)


def test_list_names_every_framework_and_json_every_mapping_and_every_rule() -> None:
    lines = mlsec("frameworks").stdout.splitlines()
    listed = json.loads(mlsec("frameworks", "--format", "json").stdout)

    assert [line.split()[0] for line in lines] == [each.id for each in entries()] == [each["id"] for each in listed]
    assert "also mcsb" in lines[0]
    for each in listed:
        rules = {found["rule"] for found in (*each["mappings"], *each["unmapped"])}
        assert {"storage-public-access-disabled", "workspace-v1-legacy-mode"} <= rules
    assert listed[0]["unmapped"] == [
        {
            "rule": "workspace-v1-legacy-mode",
            "why": "API mode, not a security control; the built-in policy asks the opposite of --profile current",
        }
    ]


def test_shell_completes_frameworks() -> None:
    done = mlsec(_MLSEC_SCAN_COMPLETE="bash_complete", COMP_WORDS="mlsec-scan --framework pci", COMP_CWORD="2")

    assert {"plain,pci-dss-4", "plain,pci-dss-4.0.1"} <= {*done.stdout.split()}
