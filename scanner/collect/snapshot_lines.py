"""The lines of a packed snapshot, read no further than an honest one of its size goes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from hashlib import sha256
from io import BufferedReader
from pathlib import Path

from scanner.errors import SnapshotError
from scanner.system.reading import MIB, too_large

_MOST_PACKED = 250
"""Times that an honest snapshot is at most smaller when packed: copies of one resource come to half of that."""

_LEAST = MIB
"""Bytes that any snapshot may hold."""

_LARGEST = 256 * MIB
"""Bytes of a file: millions of resources."""

_LARGEST_UNPACKED = 4096 * MIB

_LONGEST_LINE = 1 << 25
"""Bytes of one resource; Azure answers with a few megabytes at most."""


class Packed:
    """A packed file as it is read: how much of it, and the digest of that."""

    def __init__(self, file: BufferedReader, path: Path) -> None:
        self._file = file
        self._path = path
        self.size = 0
        self.digest = sha256()

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes. Raises OSError where there are more than a snapshot has."""
        part = self._file.read(size)
        self.size += len(part)
        self.digest.update(part)
        if self.size > _LARGEST:
            raise too_large(self._path, _LARGEST)
        return part

    def seek(self, place: int) -> int:
        """Refuse it: nothing is read twice."""
        return self._file.seek(place)


class Lines:
    """The lines of an unpacked snapshot, up to what an honest one of its size could hold; `digest` of those gone by."""

    def __init__(self, file: gzip.GzipFile, packed: Packed, path: Path) -> None:
        self._file = file
        self._packed = packed
        self._path = path
        self._size = 0
        self._last = b""
        self.digest = sha256()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self.digest.update(self._last)
        self._last = self._file.readline(_LONGEST_LINE)
        self._size += len(self._last)
        most = min(_MOST_PACKED * self._packed.size + _LEAST, _LARGEST_UNPACKED)
        if self._size > most or len(self._last) == _LONGEST_LINE:
            raise SnapshotError(
                f"{self._path} unpacks to far more than a snapshot of its size would; it was not read on"
            )
        if not self._last:
            raise StopIteration
        return self._last
