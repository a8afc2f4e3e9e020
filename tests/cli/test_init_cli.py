"""`mlsec-scan init`: the first mlsec.toml, which changes no verdict until somebody takes a mark away."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.config.file import Config, read_config
from scanner.report.first_config import as_config
from scanner.simulator import Simulator
from tests.cli.test_cli import SUBSCRIPTION, assert_one_line_error, live, mlsec, reference  # noqa: F401 - a fixture
from tests.report.estates import demo
from tests.report.sample import HOSTILE, hostile, sample


def read(text: str, folder: Path) -> Config:
    (folder / "read.toml").write_text(text)
    return read_config(folder / "read.toml")


def uncommented(text: str) -> str:
    """Take the marks away from what is proposed."""
    return re.sub(r"^#(?=[\w\[])", "", text, flags=re.MULTILINE)


def test_file_changes_no_verdict(tmp_path: Path) -> None:
    before = json.loads(mlsec("--demo", "--format", "json", cwd=tmp_path).stdout)
    done = mlsec("--demo", "init", cwd=tmp_path)
    after = json.loads(mlsec("--demo", "--format", "json", cwd=tmp_path).stdout)

    assert done.stdout == "mlsec.toml: written; read it, then `mlsec-scan config --check mlsec.toml`\n"
    assert after["narrowed"]["configuration"]["file"] == "mlsec.toml"
    assert after["results"] == before["results"]
    assert mlsec("config", "--check", cwd=tmp_path).returncode == 0


def test_live_scan_names_where_it_looked(reference: Simulator, tmp_path: Path) -> None:  # noqa: F811
    done = mlsec(*live(reference, "init", "--output", "first.toml"), cwd=tmp_path)

    assert done.returncode == 0
    assert read_config(tmp_path / "first.toml").defaults.subscription == (SUBSCRIPTION,)


def test_every_proposal_is_in_order_once_its_mark_is_gone(tmp_path: Path) -> None:
    config = read(uncommented(as_config(demo())), tmp_path)

    assert config.defaults.fail_on == "high"
    assert [each.rpartition("/")[2] for each in config.aml_vnets or ()] == ["vnet-forecast-ml"]
    assert [each.rpartition("/")[2] for each in config.access_vnets or ()] == [
        "vnet-forecast-access",
        "vnet-forecast-build",
    ]
    assert [str(each) for each in config.allowed_ip_ranges or ()] == ["198.51.100.0/26"]
    assert len(config.waivers) == 10
    assert {each.rule for each in config.waivers} <= {each.rule.id for each in demo().fails}
    assert {(each.rule, each.severity) for each in config.severities} <= {
        (each.rule.id, each.rule.severity) for each in demo().fails
    }


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_name_says_nothing_of_its_own(name: str, tmp_path: Path) -> None:
    bare, proposed = as_config(hostile(name)), uncommented(as_config(hostile(name)))

    assert read(bare, tmp_path).waivers == ()
    assert read(bare, tmp_path).defaults == read(as_config(sample()), tmp_path).defaults
    assert [line for line in proposed.splitlines() if not line.isprintable()] == []


def test_scan_that_found_nothing_proposes_what_could_be_said(tmp_path: Path) -> None:
    text = as_config(replace(sample(), results=(), solutions=()))

    assert "here failed: nothing" in text
    assert read(text, tmp_path).waivers == ()


def test_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mlsec.toml").write_text("# mine\n")

    assert_one_line_error(mlsec("--demo", "init", cwd=tmp_path), 2, "mlsec.toml is there already", "--output")
    assert (tmp_path / "mlsec.toml").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("init",), ["name one source"]),
        (("--demo", "--config", "x.toml", "init"), ["leave --config out"]),
        (("--demo", "init", "--output", "nowhere/x.toml"), ["nowhere/x.toml cannot be written"]),
    ],
)
def test_what_cannot_be_done_is_told_before_the_scan(
    tmp_path: Path, arguments: tuple[str, ...], words: list[str]
) -> None:
    assert_one_line_error(mlsec(*arguments, cwd=tmp_path), 2, *words)
