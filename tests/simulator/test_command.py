from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from .support import ESTATE

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "scanner.simulator"]


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    path = tmp_path / "estate.json"
    path.write_text(json.dumps({"about": ESTATE.about, "resources": ESTATE.resources}))
    return path


def test_the_command_prints_its_url_and_serves_until_interrupted(estate: Path) -> None:
    command = [*COMMAND, str(estate), "--page-size", "1", "--latency", "0.01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  our own module
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urlopen(f"{url}/subscriptions?api-version=2022-12-01", timeout=5) as answer:  # noqa: S310  a loopback URL
            page = json.load(answer)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=5)

    assert page["nextLink"].startswith(url)
    assert (process.returncode, errors) == (0, "")


def test_the_command_enforces_limits_when_asked(estate: Path) -> None:
    command = [*COMMAND, str(estate), "--limits", "0.000001"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  our own module
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        statuses = [status_of(f"{url}/subscriptions?api-version=2022-12-01") for _ in range(251)]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=5)

    assert statuses == [200] * 250 + [429]


def status_of(url: str) -> int:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310  a loopback URL
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf"])
def test_the_command_refuses_limits_that_cannot_be(estate: Path, speed: str) -> None:
    command = [*COMMAND, str(estate), f"--limits={speed}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own module

    assert done.returncode == 2
    assert "limits cannot run" in done.stderr


@pytest.mark.parametrize(
    "arguments", [["none.json"], ["none.json", "--page-size", "x"], ["none.json", "--limits", "x"]]
)
def test_the_command_refuses_what_it_cannot_serve(arguments: list[str]) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  our own module

    assert (done.returncode, done.stdout) == (2, "")
    assert "error:" in done.stderr
    assert "Traceback" not in done.stderr
