"""A process that writes to its streams as the program does, started with streams of any kind."""

from __future__ import annotations

import os
import sys

from scanner.errors import OutputError, PipeClosed
from scanner.system.streams import set_up_streams, to_stdout


def _written(text: str, *, exact: bool) -> int:
    try:
        to_stdout(text, exact=exact)
    except OutputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except PipeClosed:
        return 141
    sys.stderr.write("done \u2713\n")
    return 0


if __name__ == "__main__":
    set_up_streams()
    os._exit(_written(sys.argv[2].encode().decode("unicode_escape"), exact=sys.argv[1] == "exact"))
