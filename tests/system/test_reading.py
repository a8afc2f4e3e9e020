"""What a user names is read as far as honest files go, and nothing that blocks or has no end."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from scanner.system.reading import MIB, opened, read_bounded, require_file


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 3)

    assert read_bounded(tmp_path / "file", 3) == b"xxx"
    with pytest.raises(OSError, match="it holds more than"):
        read_bounded(tmp_path / "file", 2)


@pytest.mark.parametrize("pipes", [True, False])
def test_a_device_without_end_is_refused(pipes: bool) -> None:
    with pytest.raises(OSError, match="holds more than 1 MiB" if pipes else "no regular file"):
        read_bounded(Path("/dev/zero"), MIB, pipes=pipes)


def test_a_pipe_is_read_where_it_may_be_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(b"said"), daemon=True).start()

    assert read_bounded(tmp_path / "pipe", MIB) == b"said"


@pytest.mark.parametrize("look", [lambda path: read_bounded(path, MIB, pipes=False), require_file])
def test_a_pipe_is_refused_at_once_where_it_may_not_be_named(tmp_path: Path, look: object) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    assert callable(look)

    for name in ("pipe", "link"):
        with pytest.raises(OSError, match="no regular file"):
            look(tmp_path / name)


def test_a_folder_and_a_socket_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="it is a folder"), opened(tmp_path):
        pass
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        with pytest.raises(OSError, match="No such device"), opened(tmp_path / "s"):
            pass
