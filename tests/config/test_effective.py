"""What file and command line come to together, and how it is shown."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from scanner.cli.commands.main import cli
from scanner.cli.formats import REPORTERS
from scanner.cli.options import Options, effective
from scanner.config.choices import CLOUDS, FAIL_ON, FORMATS, GROUPS, ONLY, PROFILES, SEVERITIES, WAYS
from scanner.config.defaults import KEYS, Defaults
from scanner.config.file import Config, read_config
from scanner.config.show import Effective, Setting, as_json, as_toml
from scanner.engine import Severity, Verdict
from scanner.graph.settings import Profile
from scanner.report.view import BY_CAUSE, BY_RULE, BY_SEVERITY, BY_WORKSPACE

BUILT_IN = Options(**cli.make_context("mlsec-scan", ["rules"]).params)
ONLY_ON_THE_COMMAND_LINE = {
    "snapshot",
    "plan",
    "state",
    "template",
    "parameters",
    "source",
    "gate",
    "accept_edited",
    "demo",
    "rules",
    "config",
    "no_config",
    "policy",
    "dask_scheduler",
    "evidence",
    "whole",
    "only",
    "min_severity",
    "group_by",
    "top",
    "quiet",
    "verbose",
}

FILE = Config(
    Path("mlsec.toml"),
    Defaults(subscription=("of-file",), workspace=("of-file",), cloud="usgov", fail_on="high", allow_unknown=True),
)


def test_every_option_is_a_key_of_the_file_or_for_the_command_line_only() -> None:
    options = {each.name for each in fields(Options)} - {"given"}

    assert options == {*KEYS, *ONLY_ON_THE_COMMAND_LINE}


def _choices(name: str) -> set[str]:
    """Return the words that an option takes on the command line."""
    return {*next(each for each in cli.params if each.name == name).type.choices}  # type: ignore[attr-defined]


def test_words_to_choose_from_are_those_that_mean_something() -> None:
    assert tuple(Profile) == PROFILES
    assert (*Severity, "never") == FAIL_ON
    assert tuple(REPORTERS) == FORMATS
    assert set(WAYS) == _choices("via")
    assert set(GROUPS) == {BY_SEVERITY, BY_RULE, BY_WORKSPACE, BY_CAUSE}
    assert tuple(Severity) == SEVERITIES
    assert {*ONLY} <= {*Verdict}


def test_file_takes_the_words_that_the_command_line_takes() -> None:
    assert {str(each) for each in FAIL_ON} == _choices("fail_on")
    assert {*FORMATS} == _choices("format") == {*REPORTERS}
    assert "|".join((*CLOUDS, "URL")) == next(each for each in cli.params if each.name == "cloud").metavar


def test_file_beats_what_is_built_in() -> None:
    options = effective(BUILT_IN, FILE)

    assert (options.subscription, options.cloud, options.fail_on) == (("of-file",), "usgov", "high")
    assert options.allow_unknown
    assert options.profile == "current"


def test_command_line_beats_the_file() -> None:
    given = replace(BUILT_IN, fail_on="low", allow_unknown=False, given=frozenset({"fail_on", "allow_unknown"}))
    options = effective(given, FILE)

    assert options.fail_on == "low"
    assert not options.allow_unknown
    assert options.cloud == "usgov"


def test_snapshot_is_not_narrowed_to_the_files_subscriptions() -> None:
    options = effective(replace(BUILT_IN, snapshot=Path("s.gz")), FILE)

    assert (options.subscription, options.cloud, options.workspace) == ((), "public", ("of-file",))


def test_demo_knows_nothing_of_the_files_estate() -> None:
    options = effective(replace(BUILT_IN, demo=True), FILE)

    assert (options.subscription, options.cloud, options.workspace) == ((), "public", ())
    assert options.fail_on == "high"


HOSTILE = 'a"\\\x7f\x01\nb #'


def test_toml_that_is_shown_can_be_read_again(tmp_path: Path) -> None:
    (tmp_path / "first.toml").write_text(
        f"[scan]\nworkspace = {json.dumps(HOSTILE)}\ntimeout = 90\nrule = ['compute-in-vnet']\nallow_unknown = true\n"
        "[roles]\naml_vnets = ['vnet-ml']\n[severity]\n'odd key' = 'low'\n"
        f"[[waiver]]\nrule = 'x'\nsubject = '*'\nreason = {json.dumps(HOSTILE)}\nexpires = 2027-01-31\n"
    )
    config = read_config(tmp_path / "first.toml")
    said = [
        Setting("scan", "workspace", config.defaults.workspace, "first.toml"),
        Setting("scan", "timeout", 90.0, "first.toml"),
        Setting("scan", "rule", ("compute-in-vnet",), "first.toml"),
        Setting("scan", "allow_unknown", True, "first.toml"),  # noqa: FBT003 - the value
        Setting("scan", "output", None, "built-in"),
        Setting("roles", "aml_vnets", ("vnet-ml",), "first.toml"),
        Setting("severity", "odd key", "low", "a\nb"),
    ]
    (tmp_path / "second.toml").write_text(as_toml(Effective(Path("first.toml"), tuple(said), config.waivers)))

    assert replace(read_config(tmp_path / "second.toml"), file=config.file) == config


def test_json_shows_each_value_with_its_origin() -> None:
    shown = json.loads(as_json(Effective(None, (Setting("scan", "fail_on", "low", "built-in"),), ())))

    assert shown["scan"] == {"fail_on": {"value": "low", "from": "built-in"}}
    assert (shown["file"], shown["waiver"], shown["severity"]) == (None, [], {})


@pytest.mark.parametrize("key", ["with space", "dotted.key", "äöü", ""])
def test_key_that_is_not_bare_is_quoted(key: str) -> None:
    text = as_toml(Effective(None, (Setting("severity", key, "low", "built-in"),), ()))

    assert tomllib.loads(text) == {"severity": {key: "low"}}
