"""Lines of JSON: a resource as one, and many of them compressed for another process."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from scanner.model.arm import Json

_CHUNK = 1 << 20


def pack(row: Json | str) -> bytes:
    """Write a resource, or a text, as one line of JSON."""
    try:
        return msgspec.json.encode(row)
    except (UnicodeEncodeError, OverflowError):
        # Unpaired surrogates and numbers beyond 64 bits: JSON has them, msgspec does not write them.
        return json.dumps(row, separators=(",", ":")).encode()


def unpack(text: bytes) -> Any:  # noqa: ANN401 - who packed it knows what it is
    """Read a resource, or a text, from its JSON."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


def compressed(lines: Iterable[bytes]) -> bytes:
    """Compress lines, for speed."""
    packer = zlib.compressobj(1)
    return b"".join([*(packer.compress(b"%b\n" % each) for each in lines), packer.flush()])


def lines_in(sent: bytes) -> Iterator[bytes]:
    """Yield the lines that were compressed, of which few are held at a time."""
    unpacker, rest = zlib.decompressobj(), b""
    for start in range(0, len(sent), _CHUNK):
        *whole, rest = (rest + unpacker.decompress(sent[start : start + _CHUNK])).split(b"\n")
        yield from whole
