"""Options of the text report on the command line: what they show, and what they cannot mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_cli import assert_one_line_error, mlsec

ONE = ("--demo", "--rule", "registry-admin-user", "--rule", "compute-no-public-ip")


def test_options_decide_what_is_shown_and_not_what_counts() -> None:
    usual, narrowed = mlsec(*ONE), mlsec(*ONE, "--min-severity", "critical")

    assert "registry-admin-user" in usual.stdout
    assert "crforecast" not in narrowed.stdout
    assert usual.returncode == narrowed.returncode == 1


def test_text_in_a_file_is_shown_as_asked(tmp_path: Path) -> None:
    done = mlsec(*ONE, "--format", "json", "--report", f"text={tmp_path / 'report.txt'}", "--group-by", "workspace")

    assert "Failed, by workspace" in (tmp_path / "report.txt").read_text()
    assert done.stdout.startswith("{")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--top", "3", "--format", "json"), ["--top is about the text report"]),
        (("--all", "--format", "csv"), ["--all is about the text report"]),
        (("--all", "--group-by", "rule"), ["leave --group-by and --top out"]),
        (("--only", "unknown", "--group-by", "rule"), ["--group-by is about failures"]),
        (("--top", "0"), ["--top", "0"]),
        (("--only", "pass"), ["--only", "'pass'"]),
        (("--min-severity", "bad"), ["--min-severity", "'bad'"]),
        (("--group-by", "x"), ["--group-by", "'x'"]),
    ],
)
def test_what_makes_no_sense_is_told(arguments: tuple[str, ...], words: list[str]) -> None:
    assert_one_line_error(mlsec(*ONE, *arguments), 2, *words)
