"""Doing something as an ordinary user, in a process of its own, where the tests run as root."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

NOBODY = 65534


def as_nobody(check: Callable[[], object]) -> None:
    """Run a check without root's rights. Raises AssertionError with what went wrong there."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        said = b""
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            check()
        except BaseException:  # noqa: BLE001 - told to the test, whatever it is
            said = traceback.format_exc().encode()
        os.write(writing, said[-60_000:])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        said = told.read()
    os.waitpid(process, 0)

    assert not said, said.decode()
