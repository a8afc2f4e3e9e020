"""A PostgreSQL server of our own for the tests: installed binaries, a folder under /tmp, a free port on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

USER, PASSWORD = "mlsec", "s3cr3t-of-the-test"
_ACCOUNTS = ("postgres", "nobody")
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    numbers: Iterator[int]

    def database(self) -> str:
        """Create a database and return its address."""
        name = f"history{next(self.numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.address(name)

    def address(self, name: str, password: str = PASSWORD) -> str:
        """Return the address of a database."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{name}"


@contextmanager
def started() -> Iterator[Server]:
    """Run a server while the block runs; skip the test where there is none to be had."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="mlsec-pg-"))
    try:
        _own(folder, account)
        port = _free_port()
        _initialise(binaries, folder, account)
        command = [binaries / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-h", "127.0.0.1", "-F"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **account)  # type: ignore[call-overload] # noqa: S603
        try:
            server = Server(port, count())
            _wait_for(server, process, folder / "log")
            yield server
        finally:
            process.terminate()
            process.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    """Return where initdb and postgres are: Debian keeps them out of PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name), reverse=True)
    found = shutil.which("initdb")
    places = [*debian, *([Path(found).resolve().parent] if found else [])]
    return next((each for each in places if (each / "initdb").exists() and (each / "postgres").exists()), None)


def _account() -> dict[str, object]:
    """Return whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {each.pw_name for each in pwd.getpwall()}
    name = next((each for each in _ACCOUNTS if each in names), None)
    if name is None:
        pytest.skip("PostgreSQL refuses to run as root, and there is no other account")
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def _own(folder: Path, account: dict[str, object]) -> None:
    if account:
        shutil.chown(folder, str(account["user"]))


def _initialise(binaries: Path, folder: Path, account: dict[str, object]) -> None:
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    _own(secret, account)
    options = ["-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"]
    command = [binaries / "initdb", "-D", folder / "data", *options]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **account)  # type: ignore[call-overload] # noqa: S603


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(server.address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > ends:
                pytest.fail(f"PostgreSQL did not start: {log.read_text()[-500:]}")
            time.sleep(0.1)
        else:
            return
