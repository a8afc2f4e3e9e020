"""The program in a process of its own, spared the second that a start takes for importing other people's libraries.

A process that has imported those, and has made our modules, is forked for each run. The fork gets arguments, variables,
a folder and streams of its own, and imports all that is ours as `python -m scanner` does (see tests/premade.py). What
is about the start itself (signals, hash seeds, where modules are found) is tested on processes that are started anew.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock

from tests.premade import premake

ROOT = Path(__file__).parents[1]
PLAIN = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT)}
"""The variables of a run that sets none: nothing of who runs the tests."""

LIBRARIES = (
    "azure.identity",
    "azure.mgmt.applicationinsights",
    "azure.mgmt.compute",
    "azure.mgmt.containerregistry",
    "azure.mgmt.containerservice",
    "azure.mgmt.core",
    "azure.mgmt.devopsinfrastructure",
    "azure.mgmt.dnsresolver",
    "azure.mgmt.keyvault",
    "azure.mgmt.machinelearningservices",
    "azure.mgmt.network",
    "azure.mgmt.privatedns",
    "azure.mgmt.resource.resources",
    "azure.mgmt.resourcegraph",
    "azure.mgmt.storage",
    "click",
    "jinja2",
    "msgspec",
    "requests",
    "rich.console",
    "rich.progress",
)
NOT_PREMADE = ("cluster", "collect.iac", "history", "simulator")
"""Packages of ours that few runs import, or none: they need extras."""
_OF_A_START = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC")
"""How variables begin that count when Python starts."""

_FAR_TOO_LONG = 60
_one_at_a_time = Lock()


def run(
    arguments: Sequence[str], environment: dict[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end. Raises TimeoutExpired after a minute."""
    if _of_a_start(environment) != _of_a_start(PLAIN):
        raise ValueError("what such variables do is seen in a process that is started anew only")
    with _one_at_a_time, ThreadPoolExecutor(2) as pool:
        forked = _forked()
        streams, theirs = zip(*(os.pipe() for _ in range(2)), strict=True)
        asked = json.dumps([list(arguments), environment, str(cwd or Path.cwd())])
        socket.send_fds(forked.control, [f"{asked}\n".encode()], theirs)
        for each in theirs:
            os.close(each)
        process = int(forked.line())
        read = [pool.submit(_text, each) for each in streams]
        try:
            stdout, stderr = [each.result(_FAR_TOO_LONG) for each in read]
        except TimeoutError:
            os.kill(process, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(arguments), _FAR_TOO_LONG) from None
        finally:
            code = int(forked.line())
    return subprocess.CompletedProcess(arguments, code, stdout, stderr)


def end() -> None:
    """End the process that is forked, if there is one."""
    if _forked.cache_info().currsize:
        _forked().close()
        _forked.cache_clear()


def _of_a_start(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_OF_A_START)}


def _text(descriptor: int) -> str:
    with open(descriptor, encoding="utf-8") as stream:
        return stream.read()


class _Forked:
    """The process that has imported the libraries, and how it is told what to run."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this module
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=PLAIN,
                cwd=ROOT,
            )
        self._lines = self.control.makefile()

    def line(self) -> str:
        return self._lines.readline()

    def close(self) -> None:
        self._lines.close()
        self.control.close()
        self._process.wait(_FAR_TOO_LONG)


@cache
def _forked() -> _Forked:
    return _Forked()


def _serve(control: socket.socket) -> list[str]:
    """Fork for everyone who asks. Returns in the fork, with what it was asked to run."""
    for library in LIBRARIES:
        import_module(library)
    premake("scanner", NOT_PREMADE)
    gc.collect()
    gc.freeze()
    while True:
        asked, streams = _request(control)
        process = os.fork()
        if not process:
            return _become(asked, streams)
        for each in streams:
            os.close(each)
        control.sendall(f"{process}\n".encode())
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        control.sendall(f"{code}\n".encode())


def _request(control: socket.socket) -> tuple[bytes, list[int]]:
    """Wait for a request and the streams that come with it. Leaves when there is nobody any more to ask."""
    asked, streams, _, _ = socket.recv_fds(control, 1 << 20, 2)
    while not asked.endswith(b"\n"):
        more = control.recv(1 << 20) if asked else b""
        if not more:
            sys.exit()
        asked += more
    return asked, streams


def _become(asked: bytes, streams: list[int]) -> list[str]:
    """Take on the streams, variables and folder of a run; return its arguments."""
    arguments: list[str]
    arguments, environment, folder = json.loads(asked)
    for descriptor, own in zip(streams, (1, 2), strict=True):
        os.dup2(descriptor, own)
        os.close(descriptor)
    os.chdir(folder)
    # Python sets this itself as it starts, where it is told of no locale.
    coerced = {name: value for name, value in os.environ.items() if name == "LC_CTYPE"}
    os.environ.clear()
    os.environ.update(coerced | environment)
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as `python -m` puts it there
    return arguments


if __name__ == "__main__":
    with suppress(KeyboardInterrupt), closing(socket.socket(fileno=int(sys.argv[1]))) as _control:
        _arguments = _serve(_control)
    sys.argv = ["scanner", *_arguments]
    runpy.run_module("scanner", run_name="__main__", alter_sys=True)
