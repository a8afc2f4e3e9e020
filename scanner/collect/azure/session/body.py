"""Reading the body of an answer bit by bit: within the scan's time, and no more of it than an answer may have.

What arrives is counted before and after decompression, so that neither a body without end nor one that is packed to
grow takes more memory than the limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from mmap import mmap
from threading import Condition
from typing import Any

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import DecodeError

from scanner.collect.azure.session.deadline import Deadline, Pulse
from scanner.collect.azure.session.limits import Limits
from scanner.collect.azure.session.wire import WireError
from scanner.system.reading import MIB

_PIECE = 1 << 16
_GZIP = 31
"""What zlib calls 16 + 15: gzip alone, the largest window."""
_SMALL = MIB
"""Bodies up to this size are read side by side however many there are."""
_BYTES_A_VALUE = 16
"""What ARM's answers take for each value on average is twice that; the smallest ones take thirty times their size."""
_LOOK_SECONDS = 0.1
_LIMITS = Limits()


class Reader:
    """Reads the bodies of one session, from many threads, within `limits`.

    The bodies that are read at one time share room for one that is as large as it may be. The one that has waited
    longest always gets on, so that none keeps all others from ending.
    """

    def __init__(self, deadline: Deadline | None = None, pulse: Pulse | None = None, limits: Limits = _LIMITS) -> None:
        self._deadline = deadline or Deadline(None)
        self._pulse = pulse or Pulse(limits.stall_seconds)
        self.limits = limits
        self._changed = Condition()
        self._held: dict[_Space, int] = {}

    def check(self) -> None:
        """Raise TimeUp when this thread should no longer read."""
        self._deadline.check()
        self._pulse.check()

    def read(self, raw: BaseHTTPResponse) -> bytes:
        """Return a whole body, decompressed; nothing where an error's is too long. Raises WireError and TimeUp."""
        is_error = raw.status >= HTTPStatus.BAD_REQUEST
        most = self.limits.error_bytes if is_error else self.limits.answer_bytes
        try:
            data = self._read(raw, most)
            self._pulse.beat()
        except WireError:
            if not is_error:
                raise
            data = b""
        finally:
            # What was not read to its end would be taken for the next answer; the connection of a whole one is kept.
            raw.close()
        return data

    def _read(self, raw: BaseHTTPResponse, most: int) -> bytes:
        declared = raw.headers.get("Content-Length", "")
        if _exceeds(declared, most):
            raise _too_large(most)
        with self._space(most) as space:
            for piece in _decoded(raw, most):
                self.check()
                if space.size + len(piece) > most:
                    raise _too_large(most)
                self._grow(space, space.size + len(piece))
                space.add(piece)
                if space.values > max(most, _SMALL) // _BYTES_A_VALUE:
                    raise WireError(f"the answer holds more than {max(most, _SMALL) // _BYTES_A_VALUE:,} values")
            return space.taken()

    @contextmanager
    def _space(self, most: int) -> Iterator[_Space]:
        space = _Space(most)
        try:
            yield space
        finally:
            space.close()
            with self._changed:
                if self._held.pop(space, None):
                    self._changed.notify_all()

    def _grow(self, holder: _Space, size: int) -> None:
        """Wait until a body may take so many bytes."""
        if size <= max(_SMALL, self._held.get(holder, 0)):
            return
        with self._changed:
            # Taken in steps, so that the lock is not asked for each piece.
            self._held.setdefault(holder, 0)
            while not self._has_room(holder):
                self._changed.wait(_LOOK_SECONDS)
                self.check()
            self._held[holder] = size + _SMALL

    def _has_room(self, holder: _Space) -> bool:
        return next(iter(self._held)) is holder or sum(self._held.values()) < self.limits.answer_bytes


class _Space:
    """Where a body is put together: in memory that goes back to the system at once, if it is a large one.

    Python's own would stay with the process, in a piece for each thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._small = bytearray()
        self._large: mmap | None = None
        self.size = 0
        self.values = 0
        """How many JSON values it holds at most."""

    def add(self, piece: bytes) -> None:
        """Append a piece."""
        self.size += len(piece)
        self.values += sum(map(piece.count, b",[{"))
        if self._large is not None:
            self._large.write(piece)
        elif self.size <= _SMALL:
            self._small += piece
        else:
            # No page of it is taken before something is written there.
            self._large = mmap(-1, self._most)
            self._large.write(self._small)
            self._large.write(piece)
            self._small.clear()

    def taken(self) -> bytes:
        """Return all of it."""
        return bytes(self._small) if self._large is None else self._large[: self.size]

    def close(self) -> None:
        """Give the memory back."""
        self._small.clear()
        if self._large is not None:
            self._large.close()


class Body:
    """Stands before the raw answer where requests reads the body from, and hands it over as one piece."""

    def __init__(self, raw: BaseHTTPResponse, reader: Reader) -> None:
        self._raw = raw
        self._reader = reader

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever urllib3 has
        return getattr(self._raw, name)

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """Yield the whole body."""
        yield self._reader.read(self._raw)

    def read(self, *_: object, **__: object) -> bytes:
        """Return nothing: what is asked for so are the remains of a body that could not be read."""
        self._raw.close()
        return b""


def _decoded(raw: BaseHTTPResponse, most: int) -> Iterator[bytes]:
    """Yield the pieces of a body as they arrive, of which none is larger than some tens of KiB."""
    encoding = ",".join(raw.headers.getlist("Content-Encoding")).strip().lower()
    match encoding:
        case "" | "identity":
            yield from _pieces(raw, most)
        case "gzip" | "x-gzip":
            yield from _inflated(_pieces(raw, most))
        case _:
            raise WireError("the answer is encoded in a way that was not asked for")


def _pieces(raw: BaseHTTPResponse, most: int) -> Iterator[bytes]:
    """Yield what arrives, at most one read of the socket's each."""
    came = 0
    while piece := raw.read1(_PIECE, decode_content=False):
        came += len(piece)
        if came > most:
            raise _too_large(most)
        yield piece


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress gzip, of one member or several. An empty piece is yielded where nothing came of what arrived."""
    stream, is_begun = zlib.decompressobj(_GZIP), False
    for piece in pieces:
        rest = piece
        while rest:
            if stream.eof:
                stream = zlib.decompressobj(_GZIP)
            try:
                yield stream.decompress(rest, _PIECE)
            except zlib.error as error:
                raise DecodeError("the answer is not gzip") from error
            is_begun = True
            rest = stream.unused_data if stream.eof else stream.unconsumed_tail
    if is_begun and not stream.eof:
        raise DecodeError("the answer ends within its gzip")


def _exceeds(declared: str, most: int) -> bool:
    """Tell whether a Content-Length is beyond a limit. It may have more digits than Python reads."""
    digits = declared.lstrip("0")
    return declared.isdecimal() and (len(digits) > len(str(most)) or int(digits or 0) > most)


def _too_large(most: int) -> WireError:
    size = f"{most // MIB:,} MiB" if most >= MIB else f"{most:,} bytes"
    return WireError(f"the answer is larger than {size}; answer_mib in mlsec.toml allows more")
