"""The gate as a user meets it: waivers, baseline, severities, diff and configuration, in a real process."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.cases import FIXTURES
from tests.cli.test_cli import OWN_RULE, SUBSCRIPTION, assert_one_line_error, mlsec

RULE = "registry-admin-user"
ONE = ("--demo", "--rule", RULE)
"""A scan with one failure, of medium severity."""

WAIVER = f'[[waiver]]\nrule = "{RULE}"\nsubject = "*/registries/*"\nreason = "until the move"\nexpires = DAY\n'
LATE, SOON = WAIVER.replace("DAY", "2020-01-31"), WAIVER.replace("DAY", "2999-01-31")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo's JSON report and snapshot."""
    folder = tmp_path_factory.mktemp("demo")
    reports = ("--report", f"json={folder / 'report.json'}", "--save-snapshot", str(folder / "demo.gz"))
    mlsec("--demo", "--quiet", *reports)
    return folder


def changed(demo: Path, folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """Write a copy of the demo's report with the result of RULE changed; return its path."""
    report = json.loads((demo / "report.json").read_text())
    change(next(each for each in report["results"] if each["rule"] == RULE and each["verdict"] == "fail"))
    (folder / "changed.json").write_text(json.dumps(report))
    return str(folder / "changed.json")


# Waivers and severities


def test_waived_failure_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(SOON)
    done = mlsec(*ONE, "--format", "json", cwd=tmp_path)
    report = json.loads(done.stdout)

    assert done.returncode == 0
    assert [each["waived"] for each in report["results"] if each["verdict"] == "fail"] == [True]
    assert [(each["state"], each["expires"]) for each in report["waivers"]] == [("active", "2999-01-31")]


def test_expired_waiver_counts_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(LATE)
    done = mlsec(*ONE, cwd=tmp_path)

    assert done.returncode == 1
    assert "EXPIRED on 2020-01-31" in done.stdout


def test_waiver_of_what_passes_is_reported_as_unused(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(SOON.replace("*/registries/*", "*/registries/gone"))
    done = mlsec(*ONE, "--format", "json", cwd=tmp_path)

    assert done.returncode == 1
    assert [each["state"] for each in json.loads(done.stdout)["waivers"]] == ["unused"]


def test_severity_of_the_file_decides_what_fails(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(f'[severity]\n{RULE} = "critical"\n')
    done = mlsec(*ONE, "--fail-on", "critical", "--all", cwd=tmp_path)

    assert done.returncode == 1
    assert "FAIL    critical" in done.stdout


# Defaults of options


def test_file_gives_the_options_that_the_command_line_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(
        f'[scan]\nrule = ["{RULE}"]\nfail_on = "high"\nformat = "json"\nreport = ["text=r.txt"]\n'
        f'subscription = ["{SUBSCRIPTION}"]\n'
    )
    done = mlsec("--demo", cwd=tmp_path)

    assert done.returncode == 0
    assert {each["rule"] for each in json.loads(done.stdout)["results"]} == {RULE}
    assert "1 failed" in (tmp_path / "r.txt").read_text()


@pytest.mark.parametrize(
    ("content", "arguments", "code"),
    [
        ('fail_on = "never"', ("--fail-on", "low"), 1),
        ("allow_unknown = true", ("--fail-on", "never", "--no-allow-unknown"), 3),
        ("allow_unknown = true", ("--fail-on", "never"), 0),
    ],
)
def test_command_line_beats_the_file(content: str, arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(f"[scan]\n{content}\n")

    assert mlsec("--demo", *arguments, cwd=tmp_path).returncode == code


def test_rule_ids_are_found_whatever_their_case() -> None:
    assert mlsec("--demo", "--rule", RULE.upper(), "--fail-on", "high").returncode == 0


# Baseline


def test_failures_of_the_baseline_do_not_count(demo: Path) -> None:
    done = mlsec("--demo", "--baseline", str(demo / "report.json"))

    assert done.returncode == 0
    summary = json.loads((demo / "report.json").read_text())["summary"]
    assert f"{summary['fail']} known" in done.stdout
    assert f"{summary['unknown']} unknown ({summary['unknown']} known)" in done.stdout


def test_unknown_that_the_baseline_lacks_counts(demo: Path, tmp_path: Path) -> None:
    content = json.loads((demo / "report.json").read_text())
    unknown = next(each for each in content["results"] if each["verdict"] == "unknown")
    unknown["verdict"] = "pass"
    (tmp_path / "before.json").write_text(json.dumps(content))
    done = mlsec("--demo", "--baseline", str(tmp_path / "before.json"))

    assert done.returncode == 3
    count = content["summary"]["unknown"]
    assert f"{count} unknown ({count - 1} known)" in done.stdout


def test_baseline_of_another_estate_is_told(demo: Path, tmp_path: Path) -> None:
    baseline = changed(demo, tmp_path, lambda result: result.update(fingerprint="0" * 32))
    done = mlsec(*ONE, "--baseline", baseline)

    assert done.returncode == 1
    assert f"mlsec-scan: --baseline {baseline} fits nothing of this scan" in done.stderr
    assert "fits nothing" not in mlsec("--demo", "--baseline", str(demo / "report.json")).stderr


def test_failure_that_the_baseline_lacks_counts(demo: Path, tmp_path: Path) -> None:
    baseline = changed(demo, tmp_path, lambda result: result.update(verdict="pass"))

    assert mlsec(*ONE, "--baseline", baseline).returncode == 1


def test_failure_that_was_waived_in_the_baseline_counts_once_the_waiver_is_gone(demo: Path, tmp_path: Path) -> None:
    baseline = changed(demo, tmp_path, lambda result: result.update(waived=True))

    assert mlsec(*ONE, "--baseline", baseline).returncode == 1


BROKEN = [
    ("{", "is not a JSON report"),
    ("[]", "is not a JSON report"),
    ('{"version": "2.1.0", "runs": []}', "is not a JSON report"),
    ('{"schema": "mlsec-scan/99"}', "mlsec-scan/99; this version reads mlsec-scan/1"),
    ('{"schema": "mlsec-scan/1"}', "is damaged"),
    ('{"schema": "mlsec-scan/1", "results": [{"rule": 1}]}', "is damaged"),
]


@pytest.mark.parametrize(("content", "words"), BROKEN)
def test_broken_baseline_is_one_line_and_exit_code_2(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(content)

    assert_one_line_error(mlsec("--demo", "--baseline", str(tmp_path / "b.json")), 2, "b.json", words)


def test_snapshot_is_no_baseline_and_the_way_to_one_is_told(demo: Path) -> None:
    assert_one_line_error(mlsec("--demo", "--baseline", str(demo / "demo.gz")), 2, "--snapshot", "--format json")


def test_baseline_that_is_not_there_is_named() -> None:
    assert_one_line_error(mlsec("--demo", "--baseline", "/nowhere/b.json"), 2, "/nowhere/b.json cannot be read")


# A scan of nothing


def test_workspace_that_is_not_there_is_no_pass_although_something_else_could_not_be_read() -> None:
    assert_one_line_error(mlsec("--demo", "--workspace", "mlw-forecsat"), 4, "mlw-forecsat was not found")


# Diff


@pytest.mark.parametrize(
    ("old", "new"), [("report.json", "report.json"), ("demo.gz", "report.json"), ("report.json", "demo.gz")]
)
def test_diff_of_a_scan_with_itself_is_0_whichever_the_files(old: str, new: str, demo: Path) -> None:
    done = mlsec("diff", str(demo / old), str(demo / new))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n0 new, 0 changed, " in done.stdout
    assert ", 0 fixed, 0 no longer seen\n" in done.stdout


def test_diff_exits_with_1_when_something_is_new_and_with_0_when_it_is_fixed(demo: Path, tmp_path: Path) -> None:
    better, worse = changed(demo, tmp_path, lambda result: result.update(verdict="pass")), str(demo / "report.json")
    new, fixed = mlsec("diff", better, worse), mlsec("diff", worse, better)

    assert (new.returncode, fixed.returncode) == (1, 0)
    assert "\n1 new, 0 changed" in new.stdout
    assert "1 fixed, 0 no longer seen" in fixed.stdout


def test_diff_judges_a_snapshot_by_the_options_before_the_command(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "waive.toml").write_text(SOON)
    files = (str(demo / "report.json"), str(demo / "demo.gz"))
    done = mlsec("--config", str(tmp_path / "waive.toml"), "--rule", RULE, "diff", *files, "--format", "json")
    report = json.loads(done.stdout)

    assert done.returncode == 0
    assert [each["new"]["waived"] for each in report["changes"] if each["kind"] == "changed"] == [True]
    assert report["summary"]["no-longer-seen"] > 10


def test_diff_writes_markdown_to_a_file(demo: Path, tmp_path: Path) -> None:
    output = tmp_path / "diff.md"
    done = mlsec("diff", *[str(demo / "report.json")] * 2, "--format", "markdown", "--output", str(output))

    assert (done.returncode, done.stdout) == (0, "")
    assert output.read_text().startswith("## mlsec-scan: 0 new")


@pytest.mark.parametrize(("content", "words"), BROKEN)
def test_diff_of_a_broken_report_is_exit_code_2(content: str, words: str, demo: Path, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(content)

    assert_one_line_error(mlsec("diff", str(demo / "report.json"), str(tmp_path / "b.json")), 2, words)


def test_diff_of_a_broken_snapshot_is_exit_code_2(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "s.gz").write_bytes((demo / "demo.gz").read_bytes()[:500])

    assert_one_line_error(mlsec("diff", str(tmp_path / "s.gz"), str(demo / "report.json")), 2, "truncated or damaged")


# Configuration


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SOON.replace(RULE, "registry-admin-usr"), ["rule in [[waiver]] of mlsec.toml", f"did you mean {RULE}?"]),
        ('[severity]\nregistry-admin-usr = "low"\n', ["rule in [severity] of mlsec.toml", f"did you mean {RULE}?"]),
    ],
)
@pytest.mark.parametrize("arguments", [("--demo",), ("config",), ("config", "--check")])
def test_rule_that_nobody_knows_is_an_error_everywhere(
    arguments: tuple[str, ...], content: str, words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "mlsec.toml").write_text(content)

    assert_one_line_error(mlsec(*arguments, cwd=tmp_path), 2, *words)


def test_file_may_name_rules_of_a_folder_that_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.py").write_text(OWN_RULE)
    (tmp_path / "mlsec.toml").write_text('[severity]\nown = "low"\n')
    done = mlsec("--rules", "rules", "config", "--check", cwd=tmp_path)

    assert done.returncode == 0, done.stderr


def test_config_shows_values_with_their_origins(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(f'[scan]\nprofile = "article"\nfail_on = "high"\n{SOON}')
    done = mlsec("--fail-on", "medium", "config", "--format", "json", cwd=tmp_path)
    shown = json.loads(done.stdout)

    assert done.returncode == 0
    assert shown["scan"]["fail_on"] == {"value": "medium", "from": "command line"}
    assert shown["scan"]["profile"] == {"value": "article", "from": "mlsec.toml"}
    assert shown["scan"]["concurrency"] == {"value": 32, "from": "built-in"}
    assert shown["waiver"][0]["expires"] == "2999-01-31"


def test_config_that_is_shown_is_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(SOON)
    shown = mlsec("config", cwd=tmp_path).stdout
    (tmp_path / "shown.toml").write_text(shown)
    again = mlsec("config", "--check", "shown.toml", cwd=tmp_path)

    assert tomllib.loads(shown)["scan"]["fail_on"] == "low"
    assert (again.returncode, again.stdout) == (0, "shown.toml: in order, waivers: 1, severities: 0\n")


def test_config_check_takes_several_files_and_tells_of_expired_waivers(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(LATE)
    (tmp_path / "b.toml").write_text("")
    done = mlsec("config", "--check", "a.toml", "b.toml", cwd=tmp_path)

    assert done.returncode == 0
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["a.toml", "b.toml"]
    assert "waivers: 1 (1 expired)" in done.stdout


def test_file_of_the_readme_is_in_order(tmp_path: Path) -> None:
    readme = (FIXTURES.parent / "README.md").read_text()
    shown = readme.partition("`./mlsec.toml`, or the file named with `--config`:\n")[2].partition(
        "\n`mlsec-scan config`"
    )[0]
    (tmp_path / "mlsec.toml").write_text(dedent(shown))
    done = mlsec("config", "--check", cwd=tmp_path)

    assert done.stdout.startswith("mlsec.toml: in order, waivers: 1"), done.stderr
    assert done.stdout.endswith("severities: 1\n")


def test_config_check_without_a_file_says_so(tmp_path: Path) -> None:
    assert_one_line_error(mlsec("config", "--check", cwd=tmp_path), 2, "mlsec.toml cannot be read")


def test_broken_configuration_does_not_stop_commands_that_need_none(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text("[scan")

    assert mlsec("explain", RULE, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('rule = ["nosuch"]', "there is no rule 'nosuch'"),
        ('control = ["Nosuch"]', "there is no control 'Nosuch'"),
        ('subscription = ["abc"]', "'abc' is not a subscription id"),
    ],
)
def test_configuration_that_a_scan_would_refuse_is_not_in_order(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "mlsec.toml").write_text(f"[scan]\n{line}\n")

    assert_one_line_error(mlsec("config", "--check", cwd=tmp_path), 2, says)


# Roles


def test_role_of_a_network_that_is_not_there_is_an_error_of_a_scan_alone(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text('[roles]\naccess_vnets = ["vnet-forecast-acess"]\n')
    snapshot = str(demo / "demo.gz")

    done = mlsec("--snapshot", snapshot, cwd=tmp_path)

    assert_one_line_error(done, 2, "[roles] access_vnets", "'vnet-forecast-acess'; did you mean vnet-forecast-access?")
    assert mlsec("diff", snapshot, snapshot, cwd=tmp_path).returncode == 0
    assert mlsec(*ONE, cwd=tmp_path).returncode == 1
