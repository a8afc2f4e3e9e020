"""`mlsec-scan waive`: what is written into mlsec.toml, what stays as it was, and what is refused."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scanner.engine.waivers import Waiver, WaiverState, WaiverUse
from scanner.report.words import name_of
from scanner.scan.covering import Covering
from tests.cli.test_cli import assert_one_line_error, mlsec
from tests.report.estates import demo

RULE = "registry-admin-user"
GLOB = "*/registries/crforecast"
FILE = """\
# Ours, with reasons.
[scan]   # what is looked at
fail_on = "low"      # from the first day on

[[waiver]]           # asked for by the platform team
rule = "compute-no-public-ip"
subject = "*/computes/ci-analyst"
reason = "a lab"     # see the minutes
expires = 2020-01-31

# Weights
[severity]
jump-host-no-public-ip = "medium"
"""


def in_days(days: int) -> str:
    return str(datetime.now(UTC).date() + timedelta(days=days))


def test_waiver_is_written_and_a_scan_goes_by_it(tmp_path: Path) -> None:
    before = mlsec("--demo", "--rule", RULE, cwd=tmp_path)
    done = mlsec("waive", RULE, GLOB, "--reason", 'until "the" move\\', "--days", "30", cwd=tmp_path)
    after = mlsec("--demo", "--rule", RULE, cwd=tmp_path)

    assert (before.returncode, done.returncode, after.returncode) == (1, 0, 0)
    assert done.stdout == f"mlsec.toml: waiver of {RULE} added, it holds until {in_days(30)}\n"
    (written,) = tomllib.loads((tmp_path / "mlsec.toml").read_text())["waiver"]
    assert written | {"expires": str(written["expires"])} == {
        "rule": RULE,
        "subject": GLOB,
        "reason": 'until "the" move\\',
        "expires": in_days(30),
    }


@pytest.mark.parametrize(
    ("printed", "rule", "glob"),
    [
        ("crforecast", RULE, "*/crforecast"),
        ("mlw-forecast/ci-analyst", "compute-no-public-ip", "*/mlw-forecast/*/ci-analyst"),
        (
            "vnet-forecast-ml ↔ vnet-forecast-build",
            "peering-connected-both-ways",
            "*/vnet-forecast-ml/accessVnets*[:/]vnet-forecast-build",
        ),
        ("kv [prod]", RULE, "*/kv [[]prod]"),
        ("subscriptions/a/resourceGroups/b", RULE, "/subscriptions/a/resourceGroups/b"),
    ],
)
def test_a_name_as_reports_print_it_stands_for_all_of_that_name(
    printed: str, rule: str, glob: str, tmp_path: Path
) -> None:
    file = tmp_path / "ours.toml"
    done = mlsec("waive", rule, printed, "--reason", "a lab", "--config", str(file))
    (written,) = tomllib.loads(file.read_text())["waiver"]
    waived = Waiver(rule, written["subject"], "a lab", in_some_days())
    fitting = [each for each in demo().results if any(Covering([WaiverUse(waived, WaiverState.ACTIVE)]).of(each))]

    assert (done.returncode, written["subject"]) == (0, glob)
    assert f"for every resource of that name, {glob}" in done.stdout
    assert {name_of(each) for each in fitting} <= {printed}
    assert bool(fitting) == ("forecast" in printed)


def in_some_days() -> date:
    return datetime.now(UTC).date() + timedelta(days=9)


def test_comments_and_everything_else_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text(FILE)
    mlsec("waive", RULE, GLOB, "--reason", "until the move", cwd=tmp_path)
    text = (tmp_path / "mlsec.toml").read_text()

    assert text.startswith(FILE + "\n[[waiver]]\n")
    assert [each["rule"] for each in tomllib.loads(text)["waiver"]] == ["compute-no-public-ip", RULE]


@pytest.mark.parametrize("subject", ["*/computes/ci-analyst", "*/COMPUTES/CI-analyst/"])
def test_waiver_of_the_same_is_renewed_in_its_place(tmp_path: Path, subject: str) -> None:
    (tmp_path / "mlsec.toml").write_text(FILE)
    done = mlsec("waive", "Compute-No-Public-IP", subject, "--reason", "still a lab", "--days", "7", cwd=tmp_path)
    text = (tmp_path / "mlsec.toml").read_text()

    assert "compute-no-public-ip renewed" in done.stdout
    assert text == FILE.replace('"a lab"', '"still a lab"').replace("2020-01-31", in_days(7))


def test_other_files_are_named_with_config(tmp_path: Path) -> None:
    (tmp_path / "prod.toml").write_text("# prod\n")
    done = mlsec("--config", "prod.toml", "waive", RULE, GLOB, "--reason", "x", cwd=tmp_path)

    assert done.returncode == 0
    assert (tmp_path / "prod.toml").read_text().startswith("# prod\n\n[[waiver]]\n")
    assert not (tmp_path / "mlsec.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("registry-admin-usr", GLOB, "--reason", "x"),
            ["there is no rule 'registry-admin-usr'; did you mean registry-admin-user?"],
        ),
        ((RULE, " ", "--reason", "x"), ["the waiver: subject: expected a text"]),
        ((RULE, GLOB, "--reason", "  "), ["the waiver: reason: expected a text"]),
        ((RULE, GLOB), ["--reason"]),
        ((RULE, GLOB, "--reason", "x", "--days", "0"), ["--days"]),
        ((RULE, GLOB, "--reason", "x", "--days", "soon"), ["--days"]),
        ((RULE,), ["SUBJECT"]),
    ],
)
def test_what_a_scan_would_refuse_is_not_written(tmp_path: Path, arguments: tuple[str, ...], words: list[str]) -> None:
    done = mlsec("waive", *arguments, cwd=tmp_path)

    assert_one_line_error(done, 2, *words)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[scan\n", ["is not TOML"]),
        ("waiver = []\n", ["cannot be written into: add the [[waiver]] by hand"]),
        ("[surprise]\n", ["surprise"]),
        ("\x00", ["is not TOML"]),
    ],
)
def test_file_that_is_not_in_order_stays_as_it_is(tmp_path: Path, content: str, words: list[str]) -> None:
    (tmp_path / "mlsec.toml").write_text(content)
    done = mlsec("waive", RULE, GLOB, "--reason", "x", cwd=tmp_path)

    assert_one_line_error(done, 2, *words)
    assert (tmp_path / "mlsec.toml").read_text() == content


def test_policy_binds_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("[policy]\nlongest_waiver = 30\n")
    policy = ("--policy", "policy.toml")
    done = mlsec(*policy, "waive", RULE, GLOB, "--reason", "x", "--days", "60", cwd=tmp_path)

    assert_one_line_error(done, 2, "longer than 30 days from today")
    assert not (tmp_path / "mlsec.toml").exists()
    assert mlsec(*policy, "waive", RULE, GLOB, "--reason", "x", "--days", "20", cwd=tmp_path).returncode == 0


def test_waiver_needs_the_file() -> None:
    assert_one_line_error(mlsec("--no-config", "waive", RULE, GLOB, "--reason", "x"), 2, "leave --no-config out")
