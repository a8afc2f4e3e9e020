"""An output respects what is there: files are replaced, all else is written into, and nothing is tried in vain."""

from __future__ import annotations

import os
import pty
import socket
import stat
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from scanner.errors import OutputError
from scanner.system.files import deliver, require_outputs, try_output, written_whole
from scanner.system.targets import is_windows_device
from tests.system.conftest import Does
from tests.system.users import NOBODY, as_nobody

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes such")


def kind(path: Path) -> int:
    return stat.S_IFMT(path.lstat().st_mode)


def read_from(path: Path, write: Callable[[], object]) -> bytes:
    """Return what comes through a pipe while something writes."""
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()), daemon=True)
    reader.start()
    write()
    reader.join(5)
    return b"".join(got)


# What is there and is no file


def test_a_pipe_is_written_into(folder: Path, does: Does) -> None:
    def check() -> None:
        os.mkfifo(folder / "pipe")

        assert read_from(folder / "pipe", lambda: deliver("report", folder / "pipe")) == b"report"
        assert kind(folder / "pipe") == stat.S_IFIFO

    does(check)


def test_a_link_to_a_pipe_stays_and_the_pipe_is_written_into(folder: Path, does: Does) -> None:
    def check() -> None:
        os.mkfifo(folder / "pipe")
        (folder / "link").symlink_to("pipe")

        assert read_from(folder / "pipe", lambda: deliver("report", folder / "link")) == b"report"
        assert kind(folder / "link") == stat.S_IFLNK

    does(check)


def test_a_terminal_is_written_into(folder: Path, does: Does) -> None:
    def check() -> None:
        ours, theirs = pty.openpty()
        device = Path(os.ttyname(theirs))
        deliver("report", device)

        assert os.read(ours, 100) == b"report"
        assert kind(device) == stat.S_IFCHR
        assert not any(folder.iterdir())

    does(check)


@as_root
@pytest.mark.parametrize("through", ["null", "link"])
def test_the_null_device_takes_a_report_and_stays(folder: Path, through: str) -> None:
    os.mknod(folder / "null", 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    (folder / "null").chmod(0o666)
    (folder / "link").symlink_to("null")
    with written_whole(folder / through, private=True) as file:
        file.write(b"report")

    assert kind(folder / "null") == stat.S_IFCHR
    assert stat.S_IMODE((folder / "null").stat().st_mode) == 0o666


def test_a_descriptor_of_ours_is_written_into_where_it_stands(folder: Path, does: Does) -> None:
    def check() -> None:
        handle = os.open(folder / "file", os.O_WRONLY | os.O_CREAT)
        os.write(handle, b"before ")
        for each in (f"/dev/fd/{handle}", f"/proc/self/fd/{handle}"):
            deliver("report ", Path(each))
        os.write(handle, b"after")

        assert (folder / "file").read_text() == "before report report after"

    does(check)


@as_root
def test_a_disk_is_not_written_into(folder: Path) -> None:
    os.mknod(folder / "disk", 0o666 | stat.S_IFBLK, os.makedev(7, 250))

    with pytest.raises(OutputError, match="it is a disk"):
        try_output(folder / "disk")


def test_a_socket_is_refused(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "s"))

        with pytest.raises(OutputError, match="it is a socket"):
            try_output(folder / "s")


@pytest.mark.parametrize("where", [".", "", "/", "..", "/tmp"])  # noqa: S108 - a folder
def test_a_folder_is_named_as_such(where: str) -> None:
    with pytest.raises(OutputError, match="it is a folder; name a file in it"):
        try_output(Path(where))


# Files


def test_a_file_keeps_its_mode(folder: Path, does: Does) -> None:
    def check() -> None:
        (folder / "file").write_text("old")
        (folder / "file").chmod(0o640)
        deliver("report", folder / "file")

        assert (folder / "file").read_text() == "report"
        assert stat.S_IMODE((folder / "file").stat().st_mode) == 0o640
        assert [each.name for each in folder.iterdir()] == ["file"]

    does(check)


@as_root
def test_a_file_keeps_its_owner_where_we_may_give_it_away(folder: Path) -> None:
    (folder / "file").write_text("old")
    os.chown(folder / "file", NOBODY, 4321)
    deliver("report", folder / "file")
    there = (folder / "file").stat()

    assert (there.st_uid, there.st_gid) == (NOBODY, 4321)


@as_root
def test_a_group_that_cannot_be_kept_opens_the_file_to_no_other(folder: Path) -> None:
    (folder / "file").write_text("old")
    os.chown(folder / "file", NOBODY, 4321)
    (folder / "file").chmod(0o664)
    as_nobody(lambda: deliver("report", folder / "file"))
    there = (folder / "file").stat()

    assert (there.st_gid, stat.S_IMODE(there.st_mode)) == (NOBODY, 0o604)


@pytest.mark.parametrize("mode", [None, 0o644, 0o666, 0o600])
def test_a_file_is_private_where_that_is_asked_for(folder: Path, mode: int | None) -> None:
    if mode is not None:
        (folder / "file").touch(mode)
    with written_whole(folder / "file", private=True) as file:
        file.write(b"x")

    assert stat.S_IMODE((folder / "file").stat().st_mode) == 0o600


def test_a_link_stays_and_what_it_leads_to_is_replaced(folder: Path, does: Does) -> None:
    def check() -> None:
        (folder / "deep").mkdir()
        (folder / "link").symlink_to("other")
        (folder / "other").symlink_to("deep/file")
        for text in ("new", "replaced"):
            deliver(text, folder / "link")

            assert (folder / "deep" / "file").read_text() == text
        assert kind(folder / "link") == stat.S_IFLNK

    does(check)


def test_a_name_as_long_as_names_may_be_is_written(folder: Path) -> None:
    deliver("report", folder / ("x" * 255))

    assert (folder / ("x" * 255)).read_text() == "report"


def test_what_fails_half_way_leaves_the_old_file(folder: Path) -> None:
    (folder / "file").write_text("old")
    with suppress(ZeroDivisionError), written_whole(folder / "file") as file:
        file.write(b"half")
        raise ZeroDivisionError

    assert [each.read_text() for each in folder.iterdir()] == ["old"]


def test_a_link_that_goes_round_is_refused(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")

    with pytest.raises(OutputError, match="Too many levels"):
        try_output(folder / "a")


@as_root
def test_an_ordinary_user_is_told_before_what_it_may_not_write(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(0o755)
    (folder / "file").write_text("old")
    (folder / "file").chmod(0o444)
    os.mkfifo(folder / "pipe", 0o644)

    def check() -> None:
        reasons = {closed / "x": "Permission denied", folder / "file": "write-protected", folder / "pipe": "not yours"}
        for path, why in reasons.items():
            with pytest.raises(OutputError, match=why):
                try_output(path)

    as_nobody(check)


@as_root
@pytest.mark.parametrize(
    "make", [lambda path: path.symlink_to("/etc/x"), os.mkfifo, Path.touch], ids=["link", "pipe", "file"]
)
def test_what_others_put_into_a_folder_for_everybody_is_not_written_to(make: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as name:
        shared = Path(name)
        shared.chmod(0o1777)
        as_nobody(lambda: make(shared / "report"))

        with pytest.raises(OutputError, match="somebody else put it there"):
            try_output(shared / "report")


# Before the scan


def test_trying_leaves_no_trace(folder: Path, does: Does) -> None:
    def check() -> None:
        (folder / "file").write_text("old")
        os.mkfifo(folder / "pipe")
        for name in ("file", "pipe", "new"):
            try_output(folder / name)

        assert {each.name for each in folder.iterdir()} == {"file", "pipe"}
        assert (folder / "file").read_text() == "old"

    does(check)


@pytest.mark.parametrize("where", ["nowhere/file", "file/below"])
def test_a_folder_that_is_missing_is_told(folder: Path, where: str) -> None:
    (folder / "file").write_text("old")

    with pytest.raises(OutputError, match="cannot be written: there is no folder"):
        try_output(folder / where)


def test_a_descriptor_that_only_reads_is_told(folder: Path) -> None:
    (folder / "file").write_text("old")
    with (folder / "file").open() as reading, pytest.raises(OutputError, match="reading alone"):
        try_output(Path(f"/dev/fd/{reading.fileno()}"))


@pytest.mark.parametrize("other", ["file", "./file", "sub/../file", "link", "sub/link"])
@pytest.mark.parametrize("exists", [False, True])
def test_two_outputs_are_never_one_file(folder: Path, other: str, exists: bool) -> None:
    (folder / "sub").mkdir()
    (folder / "link").symlink_to("file")
    (folder / "sub" / "link").symlink_to("../link")
    [(folder / "file").write_text("old") for _ in range(exists)]

    with pytest.raises(OutputError, match="a and b are one place"):
        require_outputs([("a", folder / "file"), ("b", folder / other)], [])
    with pytest.raises(OutputError, match="history and b are one place"):
        require_outputs([("b", folder / other)], [("history", folder / "file")])


def test_two_outputs_are_never_one_pipe_and_a_device_takes_any_number(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    null = Path(os.devnull)
    require_outputs([("a", null), ("b", null)], [("c", null)])

    with pytest.raises(OutputError, match="one place"):
        require_outputs([("a", folder / "pipe"), ("b", folder / "pipe")], [])


def test_a_pipe_that_nobody_reads_is_waited_for_and_a_signal_ends_that(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    code = (
        "import sys; from pathlib import Path; from scanner.system.stopping import catch_signals; catch_signals();"
        "from scanner.system.files import deliver; print(flush=True); deliver('x', Path(sys.argv[1]))"
    )
    with subprocess.Popen(["python3", "-c", code, folder / "pipe"], stdout=subprocess.PIPE) as process:  # noqa: S603, S607
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.terminate()

        assert process.wait(5) == 143


@pytest.mark.parametrize("name", ["NUL", "nul.json", "Con", "COM1", "lpt9.txt", "aux .x", "COM\u00b9", "CONOUT$"])
def test_names_that_windows_takes_for_devices_are_known(name: str) -> None:
    assert is_windows_device(name, windows=True)
    assert not is_windows_device(name, windows=False)


@pytest.mark.parametrize("name", ["report.json", "console", "nullable.txt", "COM10", "x.nul", ""])
def test_other_names_are_files_on_windows(name: str) -> None:
    assert not is_windows_device(name, windows=True)
