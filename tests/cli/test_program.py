"""Tests may run the program in a process that is forked: all is as in one that is started."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import program
from tests.cli.test_cli import OWN_RULE, mlsec, mlsec_anew

WITNESS = """
import os, sys, threading
ours = sorted(each for each in sys.modules if each.partition(".")[0] in {"scanner", "rules"})
print(ours, sys.path, sys.argv[1:], sys.stdout.encoding, sys.stdout.errors, sys.stdout.line_buffering)
print(os.getcwd(), sorted(os.environ.items()), threading.active_count(), os.getpgid(0), file=sys.stderr)
"""


MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:[\d.]+)?")


def _ended(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """Return how a run ended and what it said, but for the time of the day."""
    return done.returncode, MOMENT.sub("then", done.stdout), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--demo",),
        ("--demo", "--format", "html"),
        ("--demo", "--rules", ".", "--rule", "own"),
        ("--demo", "--subscripton", "x"),
        ("rules",),
        ("--help",),
        ("--version",),
        ("config", "--check"),
    ],
    ids=" ".join,
)
def test_a_forked_run_is_as_one_that_is_started(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN_RULE + WITNESS)
    (tmp_path / "mlsec.toml").write_text('[severity]\nregistry-admin-user = "high"\n')
    forked, started = (_ended(run(*arguments, cwd=tmp_path, SOME="thing")) for run in (mlsec, mlsec_anew))

    assert forked == started


def test_a_library_that_is_imported_beforehand_is_not_ours() -> None:
    code = f"import sys, tests.program; [__import__(each) for each in {program.LIBRARIES}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=program.PLAIN)  # noqa: S603 - our own interpreter

    assert [each for each in done.stdout.split() if each.partition(".")[0] in {"scanner", "rules"}] == []


def test_what_counts_when_python_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="started anew"):
        program.run(["--version"], program.PLAIN | {"PYTHONHASHSEED": "1"})


def test_an_argument_longer_than_a_pipe_holds_arrives(tmp_path: Path) -> None:
    done = mlsec("--demo", "--rule", "x" * 100_000, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
