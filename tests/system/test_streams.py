"""The streams of the process: any encoding, closed, full, left by their reader, or slow."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import PLAIN

ESCAPED = r"r\u0142\u2603 \u2713 \U0001f512"
TEXT = "r\u0142\u2603 \u2713 \U0001f512"
ENCODINGS = ["ascii", "cp1252", "cp437", "utf-16", "utf-8", "latin-1", "shift_jis"]
COMMAND = f"{sys.executable} -m tests.system.streams"


def run(script: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    environment = PLAIN | {"PYTHONIOENCODING": encoding}
    return subprocess.run(["bash", "-c", script], capture_output=True, env=environment, check=False, timeout=30)  # noqa: S603, S607


def written(how: str, encoding: str) -> subprocess.CompletedProcess[bytes]:
    return run(f"{COMMAND} {how} '{ESCAPED}'", encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_reaches_a_terminal_of_any_encoding(encoding: str) -> None:
    done = written("text", encoding)
    shown = done.stdout.decode(encoding)

    assert done.returncode == 0, done.stderr
    assert shown.encode("ascii", "backslashreplace").decode() == ESCAPED
    assert done.stderr.decode(encoding).startswith("done ")


@pytest.mark.parametrize("variable", ["PYTHONUNBUFFERED", "PYTHONUTF8", "PYTHONDEVMODE"])
def test_streams_are_set_up_however_python_was_told_to_make_them(variable: str) -> None:
    done = run(f"{variable}=1 {COMMAND} text x")

    assert (done.returncode, done.stdout) == (0, b"x")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_programs_read_is_utf_8_whatever_the_terminal_takes(encoding: str) -> None:
    assert written("exact", encoding).stdout.decode() == TEXT


@pytest.mark.parametrize("how", ["text", "exact"])
@pytest.mark.parametrize(
    ("redirected", "said"),
    [("> /dev/full", "No space left on device"), (">&-", "it is closed"), ("<&- >&-", "it is closed")],
)
def test_stdout_that_takes_nothing_is_one_line(how: str, redirected: str, said: str) -> None:
    done = run(f"{COMMAND} {how} x {redirected}")

    assert (done.returncode, done.stderr.decode()) == (2, f"stdout cannot be written: {said}\n")


@pytest.mark.parametrize("redirected", ["2> /dev/full", "2>&-", "<&- 2>&-"])
def test_what_stderr_does_not_take_changes_nothing(redirected: str) -> None:
    done = run(f"{COMMAND} text x {redirected}")

    assert (done.returncode, done.stdout, done.stderr) == (0, b"x", b"")


def test_a_file_that_is_opened_never_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    code = "set_up_streams(); print(open(sys.argv[1], 'w').fileno() > 2, file=open(sys.argv[2], 'w'))"
    imports = "import sys; from scanner.system.streams import set_up_streams"
    run(f'{sys.executable} -c "{imports}; {code}" {tmp_path}/file {tmp_path}/told <&- >&- 2>&-')

    assert (tmp_path / "told").read_text() == "True\n"


def test_a_reader_who_has_gone_is_told_apart_from_an_error() -> None:
    done = run(f"(sleep 0.3; {COMMAND} text x; echo $? >&2) | true")

    assert done.stderr == b"141\n"


def test_a_pipe_that_does_not_block_is_waited_for() -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETFL, fcntl.fcntl(writing, fcntl.F_GETFL) | os.O_NONBLOCK)
    text = "x" * 120_000
    with subprocess.Popen([*COMMAND.split(), "text", text], stdout=writing, env=PLAIN) as process:  # noqa: S603 - ours
        os.close(writing)
        time.sleep(0.5)
        with os.fdopen(reading) as stream:
            assert stream.read() == text

        assert process.wait(10) == 0
