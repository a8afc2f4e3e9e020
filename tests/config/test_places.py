"""mlsec.toml stays below its folder in truth, and names regular files alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.config.file import find_config
from scanner.errors import UsageError

OUTPUTS = ["output = '{}'", "report = ['json={}']", "save_snapshot = '{}'", "history = '{}'"]
INPUTS = ["baseline = '{}'", "subscription = ['@{}']", "context_subscription = ['@{}']"]


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, beside another one."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("x")
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "inside")
    return tmp_path / "inside"


def read(line: str, place: str) -> None:
    Path("mlsec.toml").write_text(f"[scan]\n{line.format(place)}\n")
    find_config(None)


def _link_to_a_link(path: Path) -> None:
    path.with_name("y").symlink_to("/x")
    path.symlink_to("y")


TRICKS: dict[str, Callable[[Path], object]] = {
    "a link to a file outside": lambda path: path.symlink_to("../outside/file"),
    "a link to nothing outside": lambda path: path.symlink_to("../outside/new"),
    "a link to a link": _link_to_a_link,
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": Path.mkdir,
    "a link in a circle": lambda path: path.symlink_to(path),
}


@pytest.mark.parametrize("line", [*OUTPUTS, *INPUTS])
@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_what_is_no_file_below_is_refused(inside: Path, line: str, trick: Callable[[Path], object]) -> None:
    trick(inside / "x")

    with pytest.raises(UsageError, match="regular file"):
        read(line, "x")


@pytest.mark.parametrize("line", OUTPUTS)
@pytest.mark.parametrize("place", ["link/new", "link/file", "/tmp/x", "../x", "sub/../../x", "x\\u0000y"])  # noqa: S108
def test_nothing_is_written_elsewhere(inside: Path, line: str, place: str) -> None:
    (inside / "link").symlink_to("../outside")

    with pytest.raises(UsageError, match="below the working folder"):
        read(line.replace("'", '"'), place)


@pytest.mark.parametrize("line", [*OUTPUTS, *INPUTS])
@pytest.mark.parametrize("place", ["file", "new", "sub/new", "link", "nowhere/x"])
def test_files_below_are_taken_and_links_among_them(inside: Path, line: str, place: str) -> None:
    (inside / "sub").mkdir()
    (inside / "file").write_text("x")
    (inside / "link").symlink_to("sub/../file")

    read(line, place)


@pytest.mark.parametrize("line", INPUTS)
@pytest.mark.parametrize("place", ["/dev/zero", "/dev/stdin", "/", "."])
def test_a_file_that_is_read_is_a_regular_one_wherever_it_lies(inside: Path, line: str, place: str) -> None:
    assert inside.is_dir()
    with pytest.raises(UsageError, match="regular file"):
        read(line, place)


def test_a_configuration_that_lies_in_the_folder_is_a_regular_file(inside: Path) -> None:
    os.mkfifo(inside / "mlsec.toml")

    with pytest.raises(UsageError, match="no regular file"):
        find_config(None)
