"""Outputs, inputs and streams as the program meets them: pipes of a shell, full disks, files of others."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.test_cli import PLAIN, assert_one_line_error, mlsec

ONE = ("--rule", "registry-admin-user")
PROGRAM = f"{sys.executable} -m scanner"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a snapshot of the demo estate."""
    path = tmp_path_factory.mktemp("demo") / "demo.gz"
    mlsec("--demo", *ONE, "--save-snapshot", str(path))
    return path


@pytest.fixture
def edited(demo: Path, tmp_path: Path) -> Path:
    """Return a snapshot in which somebody changed a word, with signs that few encodings have."""
    content = gzip.decompress(demo.read_bytes())
    path = tmp_path / "edited.gz"
    path.write_bytes(gzip.compress(content.replace(b"crforecast", "cr\u0142\u2603".encode())))
    return path


def shell(script: str, demo: Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    variables = PLAIN | {"SCAN": f"{PROGRAM} --snapshot {demo} --rule registry-admin-user", "PROGRAM": PROGRAM}
    command = ["bash", "-c", script]
    return subprocess.run(command, capture_output=True, env=variables | environment, cwd=cwd, check=False, timeout=60)  # noqa: S603


# Before the scan


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--output", "."), ["it is a folder"]),
        (("--report", "json=nowhere/x"), ["nowhere/x cannot be written", "no folder"]),
        (("--report", "json=x", "--report", "csv=./x"), ["--report json=x and --report csv=x are one place"]),
        (("--output", "x", "--report", "csv=x"), ["are one place"]),
        (("--save-snapshot", "x", "--report", "csv=x"), ["are one place"]),
        (("--history", "x", "--report", "csv=x"), ["--history x and --report csv=x are one place"]),
        (("--history", "x", "--report", "csv=x-journal"), ["--history x and --report csv=x-journal are one place"]),
        (("--baseline", "x", "--report", "json=x"), ["--baseline x and --report json=x are one place"]),
        (("--history", "pipe"), ["pipe cannot be opened", "no regular file"]),
    ],
)
def test_outputs_are_tried_before_anything_is_read(
    arguments: tuple[str, ...], words: list[str], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    before = {*tmp_path.iterdir()}

    # The subscription is none, which a scan would say.
    done = mlsec("--subscription", "1" * 8 + "-1111" * 3 + "-" + "1" * 12, *arguments, cwd=tmp_path)
    assert_one_line_error(done, 2, *words)
    assert {*tmp_path.iterdir()} == before


def test_a_snapshot_is_not_written_over_by_its_own_report(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "demo.gz").write_bytes(demo.read_bytes())
    done = mlsec("--snapshot", "demo.gz", "--output", "demo.gz", cwd=tmp_path)

    assert_one_line_error(done, 2, "are one place")
    assert (tmp_path / "demo.gz").read_bytes() == demo.read_bytes()


def test_two_reports_on_stdout_are_refused(demo: Path) -> None:
    assert_one_line_error(mlsec("--snapshot", str(demo), "--report", "json=/dev/stdout"), 2, "stdout and --report")


# After the scan


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a device that is full")
def test_a_report_that_fails_keeps_no_other_from_being_written(demo: Path, tmp_path: Path) -> None:
    os.mknod(tmp_path / "full", 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    outputs = ("--report", "json=full", "--report", "csv=x.csv", "--report", "sarif=full", "--history", "h.db")
    done = mlsec("--snapshot", str(demo), *ONE, *outputs, cwd=tmp_path)

    assert done.returncode == 2
    assert (
        done.stderr.splitlines()
        == ["mlsec-scan: full cannot be written: No space left on device; choose another place"] * 2
    )
    assert "1 failed" in done.stdout
    assert (tmp_path / "x.csv").read_text().count("\n") == 2
    assert mlsec("history", "h.db", cwd=tmp_path).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a device that is full")
def test_a_snapshot_that_cannot_be_saved_keeps_no_report_from_being_written(tmp_path: Path) -> None:
    os.mknod(tmp_path / "full", 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    done = mlsec("--demo", *ONE, "--save-snapshot", "full", cwd=tmp_path)

    assert (done.returncode, "1 failed" in done.stdout) == (2, True)
    assert done.stderr.startswith("mlsec-scan: full cannot be written: No space left")


# Pipes of a shell


def test_process_substitution_takes_reports_and_gives_inputs(demo: Path, tmp_path: Path) -> None:
    script = (
        "$SCAN --output /dev/stdout --format json --report json=>(cat > through.json; touch ended) > direct.json;"
        "while [ ! -e ended ]; do sleep 0.05; done;"
        f"ONE='--rule registry-admin-user';"
        f"$PROGRAM $ONE --snapshot <(cat {demo}) --baseline <(cat direct.json) --report json=again.json;"
        f"$PROGRAM $ONE diff <(cat direct.json) <(cat {demo})"
    )
    done = shell(script, demo, tmp_path)
    reports = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("direct", "through", "again")]

    assert (done.returncode, done.stderr) == (0, b"")
    assert [each["summary"]["fail"] for each in reports] == [1, 1, 1]
    assert {each["scan"]["sha256"] for each in reports} == {hashlib.sha256(demo.read_bytes()).hexdigest()}
    assert b"(known)" in done.stdout
    assert b"1 still failing" in done.stdout


# Streams


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-16"])
def test_every_format_reaches_a_terminal_of_any_encoding(edited: Path, tmp_path: Path, encoding: str) -> None:
    script = "for each in text markdown json sarif junit html csv; do $SCAN --format $each > $each || [ $? = 1 ]; done"
    done = shell(script, edited, tmp_path, PYTHONIOENCODING=encoding)

    assert done.returncode == 0, done.stderr.decode(encoding)
    for name in ("text", "markdown"):
        assert "edited after it was saved" in " ".join((tmp_path / name).read_text(encoding).split())
    for name in ("json", "sarif"):
        json.loads((tmp_path / name).read_bytes())
    ET.parse(tmp_path / "junit")  # noqa: S314 - our own
    assert "</html>" in (tmp_path / "html").read_text("utf-8")
    assert (tmp_path / "csv").read_bytes().decode().endswith('"\r\n')


@pytest.mark.parametrize("arguments", ["--help", "--version", "rules", "--snapshot DEMO"])
@pytest.mark.parametrize(
    ("redirected", "said"), [("> /dev/full", b"No space left on device"), (">&-", b"it is closed")]
)
def test_stdout_that_takes_nothing_is_one_line(
    demo: Path, tmp_path: Path, arguments: str, redirected: str, said: bytes
) -> None:
    done = shell(f"$PROGRAM {arguments.replace('DEMO', str(demo))} {redirected}", demo, tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith(b"mlsec-scan: ")
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(("arguments", "code"), [("--snapshot DEMO", 1), ("--rule nope --snapshot DEMO", 2)])
@pytest.mark.parametrize("redirected", ["2> /dev/full", "2>&-"])
def test_stderr_that_takes_nothing_changes_no_verdict(
    demo: Path, tmp_path: Path, arguments: str, code: int, redirected: str
) -> None:
    done = shell(f"$PROGRAM {arguments.replace('DEMO', str(demo))} {redirected}", demo, tmp_path)

    assert done.returncode == code


# An edited snapshot


def test_an_edited_snapshot_is_judged_and_told(edited: Path) -> None:
    done = mlsec("--snapshot", str(edited), *ONE)
    accepted = mlsec("--snapshot", str(edited), *ONE, "--accept-edited")

    assert done.returncode == accepted.returncode
    assert done.stderr == f"mlsec-scan: {edited} was edited after it was saved; --accept-edited accepts that\n"
    assert "edited after it was saved" in " ".join(done.stdout.split())
    assert accepted.stderr == ""
    assert "edited after it was saved, which was accepted" in " ".join(accepted.stdout.split())


def test_a_comparison_tells_of_an_edited_snapshot(demo: Path, edited: Path) -> None:
    done = mlsec(*ONE, "diff", str(demo), str(edited))

    assert done.stderr == f"mlsec-scan: {edited} was edited after it was saved; --accept-edited accepts that\n"
    assert mlsec(*ONE, "--accept-edited", "diff", str(demo), str(edited)).stderr == ""


# Usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--demo", "--subscripton", "x"), ["No such option", "See mlsec-scan --help."]),
        (("--demo", "--format", "x"), ["'x' is not one of", "See mlsec-scan --help."]),
        (("diff", "x"), ["Missing argument 'NEW'", "See mlsec-scan diff --help."]),
        (("nonsense",), ["No such command", "See mlsec-scan --help."]),
        (("--demo", "--cloud", "mars"), ["public, usgov, china"]),
        (("permissions", "--subscription", 'x"y'), ["is not a subscription id"]),
        (("permissions", "--management-group", "a/b"), ["is not the name of a management group"]),
        (("permissions", "--subscription", "@/dev/zero"), ["it holds more than 1 MiB"]),
        (("--demo", "--config", "/dev/zero"), ["it holds more than 1 MiB"]),
        (("--demo", "--rules", "rules"), ["rules/x.py cannot be read: it is no regular file"]),
    ],
)
def test_what_does_not_fit_is_one_line(arguments: tuple[str, ...], words: list[str], tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    os.mkfifo(tmp_path / "rules" / "x.py")
    done = mlsec(*arguments, cwd=tmp_path)

    assert_one_line_error(done, 2, *words)
    assert done.stderr.count("\n") == 1
