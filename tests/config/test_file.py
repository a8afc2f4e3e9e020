"""mlsec.toml: what it may say, what each complaint names, and what it comes to with the command line."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest

from scanner.config.defaults import Defaults
from scanner.config.file import Config, read_config
from scanner.engine import Severity
from scanner.engine.severity import SeverityOverride
from scanner.engine.waivers import Waiver
from scanner.errors import UsageError

WAIVER = '[[waiver]]\nrule = "compute-in-vnet"\nsubject = "*"\nreason = "agreed"\nexpires = 2027-01-31\n'


def read(tmp_path: Path, content: str) -> Config:
    (tmp_path / "mlsec.toml").write_text(content, encoding="utf-8")
    return read_config(tmp_path / "mlsec.toml")


def test_everything_that_a_file_can_say_is_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
[scan]
subscription = ["11111111-1111-4111-8111-111111111111"]
profile = "Article"
fail_on = "HIGH"
allow_unknown = false
report = ["sarif=out/mlsec.sarif"]
baseline = "../last.json"
output = "report.txt"
concurrency = 8
processes = 2
timeout = 90

[roles]
aml_vnets = ["vnet-ml"]

[agents]
allowed_ip_ranges = ["203.0.113.0/24"]

[private_link]
trusted_subscriptions = ["AAAAAAAA-1111-4111-8111-111111111111"]

[severity]
Registry-Admin-User = "critical"

[[waiver]]
rule = "Compute-In-VNet"
subject = "*/computes/ci-analyst"
reason = "  until the move "
expires = "2027-01-31"
""",
    )

    assert config == Config(
        tmp_path / "mlsec.toml",
        Defaults(
            subscription=("11111111-1111-4111-8111-111111111111",),
            profile="article",
            fail_on="high",
            allow_unknown=False,
            report=("sarif=out/mlsec.sarif",),
            baseline=Path("../last.json"),
            output=Path("report.txt"),
            concurrency=8,
            processes=2,
            timeout=90.0,
        ),
        ("vnet-ml",),
        None,
        (ip_network("203.0.113.0/24"),),
        ("aaaaaaaa-1111-4111-8111-111111111111",),
        (Waiver("compute-in-vnet", "*/computes/ci-analyst", "until the move", date(2027, 1, 31)),),
        (SeverityOverride("registry-admin-user", Severity.CRITICAL),),
    )


@pytest.mark.parametrize("day", ["2027-01-31", '"2027-01-31"'])
def test_day_is_a_toml_date_or_a_text(day: str, tmp_path: Path) -> None:
    (waiver,) = read(tmp_path, WAIVER.replace("2027-01-31", day)).waivers

    assert waiver.expires == date(2027, 1, 31)


def test_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Config(tmp_path / "mlsec.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        # Names that nobody knows
        ("[sacn]\n", ["did you mean scan?"]),
        ("fail_on = 'low'\n", ["sections are scan, roles"]),
        ("[scan]\nfail-on = 'low'\n", ["[scan]", "'fail-on'", "did you mean fail_on?"]),
        ("[roles]\naml_vnet = []\n", ["[roles]", "did you mean aml_vnets?"]),
        (WAIVER.replace("expires", "expiry"), ["[[waiver]] 1", "did you mean expires?"]),
        # What a file may not decide
        ("[scan]\nrules = ['x']\n", ["[scan] rules", "--rules"]),
        ("[scan]\nsnapshot = 'x'\n", ["[scan] snapshot", "command line"]),
        ("[scan]\ncloud = 'https://example.com'\n", ["[scan] cloud", "public, usgov, china"]),
        ("[scan]\noutput = '/etc/passwd'\n", ["[scan] output", "below the working folder"]),
        ("[scan]\nsave_snapshot = '../s.gz'\n", ["[scan] save_snapshot", "below the working folder"]),
        ("[scan]\nreport = ['json=a.json', 'json=../b.json']\n", ["[scan] report", "below the working folder"]),
        # Types
        ("scan = 3\n", ["scan", "expected a table", "found 3"]),
        ("[scan]\nsubscription = 'x'\n", ["[scan] subscription: expected a list of texts, found 'x'"]),
        ("[scan]\nrule = ['a', 1]\n", ["[scan] rule: expected a list of texts, found a list"]),
        ("[scan]\nworkspace = ['a', '']\n", ["[scan] workspace: expected a text, or a list of texts"]),
        ("[scan]\nworkspace = ['a', 1]\n", ["[scan] workspace: expected a list of texts"]),
        ("[scan]\nworkspace = 7\n", ["[scan] workspace: expected a text, or a list of texts, found 7"]),
        ("[scan]\nworkspace = ' '\n", ["[scan] workspace: expected a text, or a list of texts, found ' '"]),
        ("[scan]\nallow_unknown = 'yes'\n", ["[scan] allow_unknown: expected true or false, found 'yes'"]),
        ("[scan]\nfail_on = 'hihg'\n", ["[scan] fail_on: expected one of info, low", "did you mean high?"]),
        ("[scan]\nfail_on = true\n", ["[scan] fail_on: expected one of info", "found true"]),
        ("[scan]\nformat = 'jsno'\n", ["[scan] format", "did you mean json?"]),
        ("[scan]\nreport = ['json']\n", ["[scan] report: expected FORMAT=FILE"]),
        ("[scan]\nconcurrency = 129\n", ["[scan] concurrency: expected a whole number from 1 to 128, found 129"]),
        ("[scan]\nconcurrency = true\n", ["[scan] concurrency", "found true"]),
        ("[scan]\ntimeout = 0.5\n", ["[scan] timeout: expected a number, 1 or more, found 0.5"]),
        ("[scan]\ntimeout = nan\n", ["[scan] timeout", "found nan"]),
        ("[scan.profile]\nage = 1\n", ["[scan] profile", "found a table"]),
        ("[agents]\nallowed_ip_ranges = ['10.0.0.0/33']\n", ["[agents] allowed_ip_ranges", "10.0.0.0/33"]),
        ("[private_link]\ntrusted_subscription = []\n", ["[private_link]", "did you mean trusted_subscriptions?"]),
        (
            "[private_link]\ntrusted_subscriptions = ['team-data']\n",
            ["[private_link] trusted_subscriptions: expected ids of subscriptions", "team-data"],
        ),
        ("[severity]\nx = 'hig'\n", ["[severity] x: expected one of info", "did you mean high?"]),
        # Waivers
        ("[waiver]\nrule = 'x'\n", ["waiver", "each under [[waiver]]"]),
        ("waiver = ['x']\n", ["each under [[waiver]]"]),
        (WAIVER + WAIVER.replace('reason = "agreed"\n', ""), ["[[waiver]] 2 reason is missing: expected why"]),
        (WAIVER.replace("expires = 2027-01-31\n", ""), ["[[waiver]] 1 expires is missing", "YYYY-MM-DD"]),
        (WAIVER.replace('"agreed"', '" "'), ["[[waiver]] 1 reason: expected a text"]),
        (WAIVER.replace("2027-01-31", "2027-01-31T10:00:00Z"), ["[[waiver]] 1 expires: expected a day"]),
        (WAIVER.replace("2027-01-31", '"31.01.2027"'), ["expires: expected a day, YYYY-MM-DD, found '31.01.2027'"]),
        (WAIVER.replace("2027-01-31", '"20270131"'), ["expires: expected a day"]),
        (WAIVER.replace("2027-01-31", '"2027-02-30"'), ["expires: expected a day"]),
        (WAIVER.replace('"*"', '"ci-analyst"'), ["[[waiver]] 1 subject: expected an ARM id, or a glob"]),
        # Files
        ("[scan", ["is not TOML"]),
    ],
)
def test_complaint_names_the_file_the_key_and_what_was_expected(content: str, words: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, content)

    message = str(caught.value)
    assert str(tmp_path / "mlsec.toml") in message
    assert [word for word in words if word not in message] == [], message
