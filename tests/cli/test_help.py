"""The pages of --help, and what the shell offers behind TAB."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import pairwise

import click
import pytest
from click.testing import CliRunner

from scanner.cli.behind import is_of_a_scan
from scanner.cli.commands.main import cli
from scanner.cli.declared import SECTIONS
from scanner.engine import Rule, Subject
from tests.cli.test_cli import PLAIN

COMMANDS = ["", *cli.commands]


def _page(command: str) -> str:
    arguments = [*command.split(), "--help"]
    return CliRunner().invoke(cli, arguments, prog_name="mlsec-scan", terminal_width=80).output


def _examples(page: str) -> list[list[str]]:
    return [line.split() for line in page.splitlines() if line.startswith("    mlsec-scan ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_page_fits_80_columns(command: str) -> None:
    page = _page(command)

    assert page.startswith("Usage: mlsec-scan")
    assert max(len(line) for line in page.splitlines()) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_page_shows_an_example_of_its_command_with_options_that_exist(command: str) -> None:
    page = _page(command)
    known = {*re.findall(r"--[a-z-]+", _page("") + page)}
    used = {word for example in _examples(page) for word in example if word.startswith("--")}

    assert any(command in example or not command for example in _examples(page))
    assert used <= known


def test_every_option_of_a_scan_stands_under_a_heading() -> None:
    named = [each.name for section in SECTIONS for each in section.options]

    assert sorted(named) == sorted({each.name for each in cli.params} - {"version"})
    assert all(f"\n{section.heading}:\n" in _page("") for section in SECTIONS)


def test_what_may_be_given_more_than_once_says_so() -> None:
    options = [option for each in (cli, *cli.commands.values()) for option in each.params]
    several = [each for each in options if isinstance(each, click.Option) and each.multiple and each.help is not None]

    assert len(several) > 20
    assert [each.opts for each in several if "repeatable" not in str(each.help)] == []


@pytest.mark.parametrize("name", ["causes", "fix", "doctor", "init", "waive", "config", "diff"])
def test_options_of_a_scan_stand_before_a_command_or_behind_it_in_one_order(name: str) -> None:
    params = cli.commands[name].params
    places = [cli.params.index(twin) for each in params if (twin := _twin(each)) is not None]
    own = {each.name for each in params if not is_of_a_scan(each)} | {flag for each in params for flag in each.opts}
    of_reports = {each.name for section in SECTIONS[3:5] for each in section.options}
    wanted = {each.name for each in cli.params if each.name not in own | of_reports | {"version", "save_snapshot"}}

    assert places == sorted(places)
    assert wanted - {each.name for each in params} <= {each.name for each in cli.params if {*each.opts} & own}
    listed = [line.split()[0] for line in _page(name).splitlines() if line.startswith("  --")]
    assert [each for each in listed if each in {"--format", "--output"}] == [
        each for each in ("--format", "--output") if each in listed
    ]


def _twin(option: click.Parameter) -> click.Parameter | None:
    """Return the option of a scan that an option of a command is, if it is one."""
    if not is_of_a_scan(option):
        return None
    return next(each for each in cli.params if each.opts == option.opts)


def test_every_command_is_told_in_one_whole_line() -> None:
    listed = _page("").partition("\nCommands:\n")[2].partition("\n\n")[0].splitlines()

    assert [line.split()[0] for line in listed] == sorted(cli.commands)
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


def test_examples_name_rules_that_exist(pack: dict[str, Rule[Subject]]) -> None:
    examples = [example for command in COMMANDS for example in _examples(_page(command))]
    named = {after for each in examples for before, after in pairwise(each) if before in {"--rule", "explain"}}

    assert named != set()
    assert named <= {*pack}


# Completion


def _mlsec(variables: dict[str, str]) -> str:
    """Run the program under the name that shells know it by."""
    code = "import sys; sys.argv[0] = 'mlsec-scan'; from scanner.__main__ import main; main()"
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**PLAIN, **variables}
    )
    return ran.stdout


def _offered(*words: str) -> list[str]:
    asked = {"COMP_WORDS": " ".join(("mlsec-scan", *words)), "COMP_CWORD": str(len(words))}
    lines = _mlsec({"_MLSEC_SCAN_COMPLETE": "bash_complete", **asked}).splitlines()
    return [line.partition(",")[2] for line in lines]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_shells_get_a_script_of_their_own(shell: str) -> None:
    assert f"_MLSEC_SCAN_COMPLETE={shell}_complete" in _mlsec({"_MLSEC_SCAN_COMPLETE": f"{shell}_source"})


@pytest.mark.skipif(shutil.which("bash") is None, reason="click asks bash for its version")
def test_script_for_bash_is_bash() -> None:
    script = _mlsec({"_MLSEC_SCAN_COMPLETE": "bash_source"})
    checked = subprocess.run(["bash", "-n"], input=script, text=True, check=False)  # noqa: S607 - the user's own

    assert "complete -o nosort" in script
    assert checked.returncode == 0


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("--fail",), ["--fail-on"]),
        (("--fail-on", "hi"), ["high"]),
        (("--rule", "registry-ad"), ["registry-admin-user"]),
        (("explain", "registry-ad"), ["registry-admin-user"]),
        (("--control", "container"), ["Container Registry"]),
        (("pip",), ["pipeline"]),
        (("cost", "--currency", "eu"), ["EUR"]),
        (("cost", "--region", "swedenc"), ["swedencentral"]),
    ],
)
def test_tab_offers_what_can_stand_there(words: tuple[str, ...], offered: list[str]) -> None:
    assert _offered(*words) == offered
