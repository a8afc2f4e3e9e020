"""Signals at any moment: the right exit code, no traceback, and no half-written file.

MLSEC_SIGNAL_TRIES sets how many random moments are tried for each kind of scan and signal.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from scanner.collect.snapshot_reading import read_snapshot
from scanner.simulator import Fault, FaultKind, Simulator, read_estate
from tests.cases import FIXTURES
from tests.cli.test_cli import PLAIN, live, start
from tests.conftest import Tell

TRIES = int(os.environ.get("MLSEC_SIGNAL_TRIES", "6"))
AT_ONCE = 4
FAR_TOO_LONG = 10
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}
UNFINISHED = {-signal.SIGINT, -signal.SIGTERM, 1, *SIGNALS.values()}
"""How Python itself ends when the signal comes before any line of ours ran."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc tells when signals are caught")


@dataclass(frozen=True)
class Ended:
    """How one try ended; `seconds` since the signal."""

    code: int
    stdout: str
    stderr: str
    seconds: float


def catches(process: subprocess.Popen[str], sent: signal.Signals) -> bool:
    """Tell from outside whether a process handles a signal."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught, 16) >> (sent - 1) & 1)


def await_handlers(process: subprocess.Popen[str]) -> None:
    """Wait until the first thing is done that a process of ours does; Python's own handler is of SIGINT only."""
    while process.poll() is None and not catches(process, signal.SIGTERM):
        time.sleep(0.001)


def end(process: subprocess.Popen[str], *signals: signal.Signals) -> Ended:
    began = time.monotonic()
    for each in signals:
        process.send_signal(each)
    stdout, stderr = process.communicate(timeout=FAR_TOO_LONG)
    return Ended(process.returncode, stdout, stderr, time.monotonic() - began)


def outputs(folder: Path) -> tuple[str, ...]:
    report, snapshot, table = (str(folder / name) for name in ("report.json", "estate.gz", "report.csv"))
    return ("--output", report, "--report", f"csv={table}", "--format", "json", "--save-snapshot", snapshot)


def assert_whole_or_absent(folder: Path) -> int:
    """Read each file that is there to its end; return how many there are."""
    names = {each.name for each in folder.iterdir()}
    readers: dict[str, Callable[[Path], bool]] = {
        "report.json": lambda path: json.loads(path.read_text())["summary"]["fail"] > 0,
        "estate.gz": lambda path: len(read_snapshot(path).resources) > 0,
        "report.csv": lambda path: path.read_text().endswith('"\n'),
    }
    read = {name: read_whole(folder / name) for name, read_whole in readers.items() if name in names}

    assert names <= readers.keys()
    assert all(read.values())
    return len(names)


@pytest.fixture(scope="module")
def whole_scan(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Return how long an undisturbed scan takes from the moment that it catches signals, in seconds."""
    folder = tmp_path_factory.mktemp("whole")
    process = start("--demo", *outputs(folder))
    await_handlers(process)
    began = time.monotonic()
    process.communicate(timeout=60)

    assert assert_whole_or_absent(folder) == 3
    return time.monotonic() - began


@pytest.fixture
def stalled() -> Iterator[Simulator]:
    faults = [Fault("*", FaultKind.SLOW, every=3, seconds=60)]
    with Simulator(read_estate(FIXTURES / "reference.json"), faults=faults) as simulator:
        yield simulator


# Random moments


def disturbed(arguments: tuple[str, ...], folder: Path, moment: float, *signals: signal.Signals) -> Ended:
    folder.mkdir()
    process = start(*arguments, *outputs(folder))
    await_handlers(process)
    time.sleep(moment)
    return end(process, *signals)


def disturb(
    arguments: tuple[str, ...], folder: Path, moments: list[float], *signals: signal.Signals
) -> dict[Path, Ended]:
    """Run a scan for each moment, several at once, and send it signals that many seconds after it caught them."""
    folders = [folder / str(number) for number in range(len(moments))]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = pool.map(
            lambda each: disturbed(arguments, each[0], each[1], *signals), zip(folders, moments, strict=True)
        )
        return dict(zip(folders, ended, strict=True))


def told(tries: dict[Path, Ended]) -> str:
    codes = Counter(each.code for each in tries.values())
    longest = max(each.seconds for each in tries.values())
    ends = ", ".join(f"{count} with {code}" for code, count in sorted(codes.items()))
    return f"{len(tries)} tries: {ends}; longest end {longest:.2f} s"


@needs_proc
@pytest.mark.parametrize("sent", SIGNALS, ids=lambda sent: sent.name)
def test_signal_at_any_moment_of_a_scan_ends_it_cleanly(
    sent: signal.Signals, whole_scan: float, tmp_path: Path, tell: Tell
) -> None:
    random = Random(f"scan {sent}")  # noqa: S311 - moments, not secrets
    moments = [random.uniform(0, whole_scan * 1.2 * AT_ONCE / (os.cpu_count() or 1)) for _ in range(TRIES)]
    tries = disturb(("--demo",), tmp_path, moments, sent)
    tell("Signals at random moments", f"scan, {sent.name}", told(tries))
    files = {folder: assert_whole_or_absent(folder) for folder in tries}

    assert {ended.code for ended in tries.values()} <= {SIGNALS[sent], 1}
    assert {(ended.stdout, ended.stderr) for ended in tries.values()} == {("", "")}
    assert {files[folder] for folder, ended in tries.items() if ended.code == 1} <= {3}
    assert SIGNALS[sent] in {ended.code for ended in tries.values()}


@needs_proc
@pytest.mark.parametrize("sent", SIGNALS, ids=lambda sent: sent.name)
def test_signal_while_azure_stalls_ends_the_scan(
    sent: signal.Signals, stalled: Simulator, tmp_path: Path, tell: Tell
) -> None:
    random = Random(f"stall {sent}")  # noqa: S311
    tries = disturb(live(stalled), tmp_path, [random.uniform(0, 3) for _ in range(TRIES)], sent)
    tell("Signals at random moments", f"stalled, {sent.name}", told(tries))

    assert {(ended.code, ended.stdout, ended.stderr) for ended in tries.values()} == {(SIGNALS[sent], "", "")}
    assert {assert_whole_or_absent(folder) for folder in tries} == {0}


@needs_proc
def test_impatient_signals_end_it_as_one_does(whole_scan: float, tmp_path: Path, tell: Tell) -> None:
    random = Random("impatient")  # noqa: S311
    moments = [random.uniform(0, whole_scan) for _ in range(TRIES)]
    tries = disturb(("--demo",), tmp_path, moments, *[signal.SIGINT, signal.SIGTERM] * 5)
    tell("Signals at random moments", "scan, ten at once", told(tries))

    assert {ended.code for ended in tries.values()} <= {*SIGNALS.values(), 1}
    assert {(ended.stdout, ended.stderr) for ended in tries.values()} == {("", "")}
    assert all(assert_whole_or_absent(folder) in range(4) for folder in tries)


@pytest.mark.parametrize("sent", SIGNALS, ids=lambda sent: sent.name)
def test_signal_before_any_line_of_ours_ran_ends_it_too(sent: signal.Signals, tmp_path: Path) -> None:
    for moment in (0, 0.005, 0.01, 0.02, 0.03):
        process = start("--demo", *outputs(tmp_path))
        time.sleep(moment)

        assert end(process, sent).code in UNFINISHED
        assert list(tmp_path.iterdir()) == []


# Moments that chance would miss


def run(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=PLAIN | environment, timeout=60)  # noqa: S603


@pytest.mark.parametrize("sent", SIGNALS, ids=lambda sent: sent.name)
def test_signal_while_the_command_line_is_imported_leaves_no_traceback(sent: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text(f"import os\nos.kill(os.getpid(), {sent.value})\n")
    path = os.pathsep.join([str(tmp_path), PLAIN["PYTHONPATH"]])
    done = run("from scanner.__main__ import main; main()", PYTHONPATH=path)

    assert (done.returncode, done.stdout, done.stderr) == (SIGNALS[sent], "", "")


def test_nothing_that_takes_time_is_imported_before_signals_are_caught() -> None:
    code = "import sys, signal; before = {*sys.modules}; import scanner.__main__; print(*{*sys.modules} - before)"
    new = {*run(code).stdout.split()} - {"__future__", "collections.abc"}

    assert new == {"scanner", "scanner.__main__", "scanner.system", "scanner.system.stopping"}


WRITING = """
import os, signal, sys
from pathlib import Path
from scanner.system.files import written_whole
from scanner.system.stopping import catch_signals
catch_signals()
with written_whole(Path(sys.argv[1]), private=True) as file:
    file.write(b"half")
    file.flush()
    print(len(os.listdir(Path(sys.argv[1]).parent)), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
"""


def test_signal_while_a_file_is_written_leaves_nothing_of_it(tmp_path: Path) -> None:
    done = run(WRITING, str(tmp_path / "snapshot.gz"))

    assert (done.returncode, done.stdout, done.stderr) == (143, "1\n", "")
    assert list(tmp_path.iterdir()) == []


IGNORED = """
import os, signal
from scanner.system.stopping import Undone, catch_signals
class Dropped:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
def fail():
    raise ValueError
catch_signals()
with Undone(fail), Undone(lambda: print("undone", flush=True)):
    dropped = Dropped()
    del dropped
    print("went on")
"""


def test_signal_counts_where_python_ignores_exceptions_and_though_an_undo_fails() -> None:
    done = run(IGNORED)

    assert (done.returncode, done.stdout, done.stderr) == (130, "undone\n", "")


def test_closed_terminal_ends_the_scan_unless_it_is_to_outlive_it() -> None:
    code = "import os, signal; from scanner.system.stopping import catch_signals"
    hang_up = "catch_signals(); os.kill(os.getpid(), signal.SIGHUP); print('on', flush=True)"
    ignored = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"

    assert (run(f"{code}; {hang_up}").returncode, run(f"{code}; {ignored}; {hang_up}").stdout) == (129, "on\n")


def test_interrupt_gives_the_terminal_its_cursor_back(stalled: Simulator) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "scanner", *live(stalled)], stderr=theirs, env=PLAIN | {"TERM": "xterm"}
    )
    os.close(theirs)
    seen = b""
    while b"reading" not in seen:
        seen += os.read(ours, 4096)
    process.send_signal(signal.SIGINT)

    assert process.wait(FAR_TOO_LONG) == 130
    assert (seen + os.read(ours, 65536)).endswith(b"\x1b[?25h")
