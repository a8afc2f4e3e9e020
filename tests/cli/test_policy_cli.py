"""What a policy does not let a configuration or an option loosen, and that a report says how it was narrowed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.test_cli import assert_one_line_error, mlsec

RULE = "registry-admin-user"
ONE = ("--demo", "--rule", RULE)
"""A scan with one failure, of medium severity."""


def waiver(days: int) -> str:
    last = datetime.now(UTC).date() + timedelta(days=days)
    return f'[[waiver]]\nrule = "{RULE}"\nsubject = "*"\nreason = "agreed"\nexpires = {last}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a working folder; policies lie beside it."""
    (tmp_path / "checkout").mkdir()
    return tmp_path / "checkout"


def policy(folder: Path, content: str = "") -> str:
    path = folder.parent / "policy.toml"
    path.write_text(f"[policy]\n{content}\n")
    return str(path)


# A change cannot let itself pass


REQUIRED = f'required_rules = ["{RULE}"]'
PASSES_ITSELF = [
    ("", f'[scan]\nskip_rule = ["{RULE}"]', "[scan] skip_rule"),
    ("", '[scan]\nfail_on = "never"', "[scan] fail_on"),
    ("", "[scan]\nallow_unknown = true", "[scan] allow_unknown"),
    ("", "[scan]\nallow_empty = true", "[scan] allow_empty"),
    ("", '[scan]\nbaseline = "mine.json"', "[scan] baseline"),
    ("", "[scan]\ntimeout = 1", "[scan] timeout"),
    ("", "[scan]\nanswer_mib = 1", "[scan] answer_mib"),
    ("", '[scan]\nprofile = "article"', "[scan] profile"),
    ("", '[agents]\nallowed_ip_ranges = ["0.0.0.0/0"]', "[agents]"),
    ("", f'[private_link]\ntrusted_subscriptions = ["{"0" * 8}-0000-0000-0000-{"0" * 12}"]', "[private_link]"),
    ("", f'[severity]\n{RULE} = "info"', "[severity]"),
    ("", waiver(366), "[policy] longest_waiver"),
    ("longest_waiver = 30", waiver(31), "30 days"),
    (REQUIRED, waiver(1), "may not be waived"),
    ('required_rules = ["*"]', waiver(1), "may not be waived"),
    (f'{REQUIRED}\nfile_may_set = ["skip_rule"]', f'[scan]\nskip_rule = ["{RULE}"]', "may not be left out"),
    (f'{REQUIRED}\nfile_may_set = ["severity"]', f'[severity]\n{RULE} = "low"', "weighed low instead of medium"),
]


@pytest.mark.parametrize(("binds", "loosens", "words"), PASSES_ITSELF)
def test_file_that_loosens_is_an_error_that_names_policy_and_offender(
    binds: str, loosens: str, words: str, folder: Path
) -> None:
    (folder / "mlsec.toml").write_text(loosens)
    done = mlsec("--demo", "--policy", policy(folder, binds), cwd=folder)

    assert_one_line_error(done, 2, "policy.toml: [policy]", "mlsec.toml", words)


@pytest.mark.parametrize(
    ("binds", "key"),
    [
        ('Required_Rules = ["*"]', "required_rules"),
        ("Allow_Unknown = false", "allow_unknown"),
        ('FAIL_ON = "low"', "fail_on"),
    ],
)
def test_key_of_a_policy_in_other_letters_is_an_error(binds: str, key: str, folder: Path) -> None:
    done = mlsec("--demo", "--policy", policy(folder, binds), cwd=folder)

    assert_one_line_error(done, 2, "policy.toml", f"did you mean {key}")


@pytest.mark.parametrize("content", ['[scan]\nFail_On = "never"', '[Scan]\nfail_on = "never"', "[[Waiver]]\nrule = 1"])
def test_key_of_a_configuration_in_other_letters_is_an_error(content: str, folder: Path) -> None:
    (folder / "mlsec.toml").write_text(content)

    assert_one_line_error(mlsec("--demo", cwd=folder), 2, "mlsec.toml", "did you mean")


def test_a_baseline_excuses_no_failure_of_a_required_rule(folder: Path) -> None:
    (folder / "last.json").write_text(mlsec(*ONE, "--format", "json", cwd=folder).stdout)
    known = (*ONE, "--baseline", "last.json")

    assert mlsec(*known, cwd=folder).returncode == 0
    assert mlsec(*known, "--policy", policy(folder), cwd=folder).returncode == 0
    assert mlsec(*known, "--policy", policy(folder, REQUIRED), cwd=folder).returncode == 1


def test_what_binds_a_scan_is_not_written_over(folder: Path) -> None:
    done = mlsec(*ONE, "--policy", policy(folder), "--output", "../policy.toml", cwd=folder)

    assert_one_line_error(done, 2, "--policy", "--output")
    assert (folder.parent / "policy.toml").read_text().startswith("[policy]")


@pytest.mark.parametrize(
    ("binds", "arguments", "words"),
    [
        (REQUIRED, ("--skip-rule", RULE), "--skip-rule (command line)"),
        (REQUIRED, ("--control", "Private DNS zones"), "--control (command line)"),
        ('fail_on = "medium"', ("--fail-on", "high"), "--fail-on high"),
        ("allow_unknown = false", ("--allow-unknown",), "--allow-unknown"),
        ("allow_empty = false", ("--allow-empty",), "--allow-empty"),
    ],
)
def test_option_that_loosens_is_an_error_too(binds: str, arguments: tuple[str, ...], words: str, folder: Path) -> None:
    done = mlsec("--demo", *arguments, "--policy", policy(folder, binds), cwd=folder)

    assert_one_line_error(done, 2, "policy.toml: [policy]", words)


def test_what_a_policy_allows_is_done(folder: Path) -> None:
    (folder / "mlsec.toml").write_text(f'[scan]\nfail_on = "info"\n[severity]\n{RULE} = "critical"\n{waiver(365)}')
    allowed = mlsec(*ONE, "--policy", policy(folder, 'fail_on = "low"'), cwd=folder)

    assert (allowed.returncode, allowed.stderr) == (0, "")
    assert "1 waived" in allowed.stdout


def test_policy_of_a_file_in_the_working_folder_does_not_count_and_is_told(folder: Path) -> None:
    (folder / "mlsec.toml").write_text(f"[policy]\n{REQUIRED}\n{waiver(1)}")
    found = mlsec(*ONE, "--quiet", cwd=folder)

    assert found.returncode == 0
    assert "[policy] of mlsec.toml does not count" in found.stderr
    assert_one_line_error(mlsec(*ONE, "--config", "mlsec.toml", cwd=folder), 2, "mlsec.toml", "may not be waived")


def test_policy_that_is_named_goes_before_that_of_the_configuration(folder: Path) -> None:
    (folder / "mlsec.toml").write_text(f"[policy]\nlongest_waiver = 9999\n{waiver(400)}")
    done = mlsec(*ONE, "--config", "mlsec.toml", "--policy", policy(folder), cwd=folder)

    assert_one_line_error(done, 2, "policy.toml", "longer than 365 days")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[policy]\nlongest_wavier = 1", "longest_waiver"),
        ('[policy]\nfile_may_set = ["rules"]', "file_may_set"),
        ('[policy]\nrequired_rules = ["registry-admin-usr"]', RULE),
        ('[scan]\nfail_on = "low"', "policy"),
        ("", "holds no [policy]"),
        ("[policy", "is not TOML"),
    ],
)
def test_policy_that_nobody_understands_is_an_error(content: str, words: str, folder: Path) -> None:
    (folder.parent / "policy.toml").write_text(content)

    assert_one_line_error(mlsec("--demo", "--policy", "../policy.toml", cwd=folder), 2, "policy.toml", words)


def test_policy_cannot_be_named_in_the_file_that_it_binds(folder: Path) -> None:
    (folder / "mlsec.toml").write_text('[scan]\npolicy = "mine.toml"')

    assert_one_line_error(mlsec("--demo", cwd=folder), 2, "policy", "--policy")


# No configuration


def test_file_is_ignored_when_asked_for(folder: Path) -> None:
    (folder / "mlsec.toml").write_text("this is no TOML")
    done = mlsec(*ONE, "--no-config", "--format", "json", cwd=folder)

    assert done.returncode == 1
    assert json.loads(done.stdout)["narrowed"]["configuration"] is None
    assert_one_line_error(mlsec("--demo", "--no-config", "--config", "x.toml"), 2, "--no-config", "--config")


# What a report says of it


def test_report_says_how_it_was_narrowed_and_by_whom(folder: Path) -> None:
    content = f'[scan]\nskip_rule = ["compute-in-vnet"]\nallow_unknown = true\n[severity]\n{RULE} = "low"\n'
    (folder / "mlsec.toml").write_text(content)
    bound = policy(folder, 'file_may_set = ["skip_rule", "allow_unknown", "severity"]')
    done = mlsec("--demo", "--fail-on", "never", "--policy", bound, "--format", "json", cwd=folder)
    said = json.loads(done.stdout)["narrowed"]

    assert said["rules"]["run"] == said["rules"]["of"] - 1
    assert said["rules"]["left_out"] == [{"rule": "compute-in-vnet", "by": "--skip-rule", "from": "mlsec.toml"}]
    assert said["severities"] == [{"rule": RULE, "usual": "medium", "severity": "low"}]
    assert said["gate"]["fail_on"] == {"value": "never", "from": "command line"}
    assert said["gate"]["allow_unknown"] == {"value": True, "from": "mlsec.toml"}
    assert said["gate"]["baseline"] == {"value": None, "from": "built-in"}
    assert said["configuration"] == {"file": "mlsec.toml", "sha256": sha256(content.encode()).hexdigest()}
    assert said["policy"] == {"file": bound, "sha256": sha256(Path(bound).read_bytes()).hexdigest()}


def test_summary_line_counts_the_rules_that_ran() -> None:
    *_, summary = mlsec(*ONE, "--quiet", "--all").stdout.splitlines()

    assert summary.endswith(" rules ran")
    assert ", 1 of " in summary
