"""The streams of the process: whatever a terminal takes, and readers who may leave, are full, or never were there.

What stdout does not take ends the run with an OutputError or PipeClosed. What stderr does not take is lost, and changes
nothing: no verdict hangs on whether somebody reads the progress.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from errno import EBADF
from select import select

from scanner.errors import OutputError, PipeClosed

TYPE_CHECKING = False  # typing's own would import typing, before signals are caught
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STDOUT, _STDERR = 1, 2
_REPLACED = "backslashreplace"


def set_up_streams() -> None:
    """Make stdin, stdout and stderr safe to use, whatever the process was started with. Call it once, first of all."""
    _occupy_what_is_closed()
    sys.stdout = _text(_Strict(_STDOUT, "wb", closefd=False), sys.stdout)
    sys.stderr = _text(_Lenient(_STDERR, "wb", closefd=False), sys.stderr, line_buffering=True)


def to_stdout(text: str, *, exact: bool = False) -> None:
    """Write to stdout at once. Raises PipeClosed when nobody reads it any more, and OutputError when it is full.

    Characters that its encoding lacks become escapes; `exact` text is written in UTF-8 instead, for programs.
    """
    if exact:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", _REPLACED))
    else:
        sys.stdout.write(text)
    sys.stdout.flush()


class _Strict(io.FileIO):
    """Stdout: what goes wrong is said in our words, whoever writes."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write as much as the reader takes, and wait for one who does not take anything now."""
        try:
            while (written := super().write(data)) is None:  # another program left it non-blocking
                select([], [self.fileno()], [])
        except BrokenPipeError as error:
            raise PipeClosed from error
        except OSError as error:
            why = "it is closed" if error.errno == EBADF else error.strerror or error
            raise OutputError(f"stdout cannot be written: {why}") from error
        return written


class _Lenient(io.FileIO):
    """Stderr: what cannot be written is dropped."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Return that all was written."""
        with suppress(OSError):
            super().write(data)
        return memoryview(data).nbytes


def _text(raw: io.FileIO, before: object, *, line_buffering: bool = False) -> io.TextIOWrapper:
    """Return a text stream over a raw one, in the encoding of the one that Python made, None where it was closed."""
    if not isinstance(before, io.TextIOWrapper):
        return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", _REPLACED, line_buffering=line_buffering)
    if isinstance(getattr(before.buffer, "raw", before.buffer), io.FileIO):  # PYTHONUNBUFFERED leaves the raw one alone
        return io.TextIOWrapper(io.BufferedWriter(raw), before.encoding, _REPLACED, line_buffering=line_buffering)
    before.reconfigure(errors=_REPLACED)  # a console of Windows has a writer of its own
    return before


def _occupy_what_is_closed() -> None:
    """Put an end that takes nothing where a stream was closed: the next file that is opened would get its number."""
    for number in (0, _STDOUT, _STDERR):
        try:
            os.fstat(number)
        except OSError:
            # Lower numbers are taken by now, so this is the one it gets.
            os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)  # noqa: FBT003 - as every stream is
