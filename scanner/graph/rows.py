"""Where the resources of a scan are kept: as they came, or packed as JSON outside the heap.

A row of ARM JSON takes four times its length as Python objects. Packed rows are unpacked when they are asked for; those
beyond a limit lie in a temporary file that has no name, readable by nobody else.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from operator import eq
from tempfile import TemporaryFile
from threading import Lock
from typing import Protocol, overload, runtime_checkable
from weakref import finalize

from scanner.errors import OutputError
from scanner.graph.lines import compressed, lines_in, pack, unpack
from scanner.model.arm import Json

IN_MEMORY = 32 << 20
"""Bytes of packed rows that are held in memory before the rest goes to disk."""


@runtime_checkable
class Rows(Protocol):
    """Resources by key, which is the id in lower case and without a closing slash; each once."""

    def keys(self) -> Sequence[str]:
        """Return every key, sorted."""
        ...

    def row(self, key: str) -> Json:
        """Return a resource. Raises KeyError."""
        ...

    def holds(self, key: str) -> bool:
        """Tell whether a key is there."""
        ...


def key_of(row: Json) -> str:
    """Return the key of a resource."""
    return str(row["id"]).rstrip("/").lower()


class HeldRows:
    """Rows as they are: for what is in memory anyhow. Of two with one id the first counts."""

    def __init__(self, rows: Iterable[Json]) -> None:
        self._rows: dict[str, Json] = {}
        for row in rows:
            self._rows.setdefault(key_of(row), row)

    def keys(self) -> list[str]:
        """Return every key, sorted."""
        return sorted(self._rows)

    def row(self, key: str) -> Json:
        """Return a resource. Raises KeyError."""
        return self._rows[key]

    def holds(self, key: str) -> bool:
        """Tell whether a key is there."""
        return key in self._rows


class PackedRows(Sequence[Json]):
    """Rows packed as JSON, a sequence in id order. Filled and read from any thread, and read after a fork."""

    def __init__(self, rows: Iterable[Json] = (), in_memory: int = IN_MEMORY) -> None:
        self._lock = Lock()
        self._in_memory = in_memory
        self._numbers: dict[str, int] = {}
        # Where each row begins and ends; a row that was replaced leaves its old text behind.
        self._starts, self._ends = array("Q"), array("Q")
        self._memory = bytearray()
        self._file: int | None = None
        self._length = 0
        self._sorted: list[str] | None = None
        for row in rows:
            self.add(row)

    def add(self, row: Json) -> bool:
        """Keep a row unless one with its id is here; tell whether it is new. Raises OutputError."""
        key = key_of(row)
        return key not in self._numbers and self._keep(key, pack(row))

    def _keep(self, key: str, packed: bytes) -> bool:
        with self._lock:
            if key in self._numbers:
                return False
            start, end = self._write(packed)
            self._starts.append(start)
            self._ends.append(end)
            self._numbers[key] = len(self._starts) - 1
            self._sorted = None
        return True

    def replace(self, row: Json) -> None:
        """Keep a row in the place of the one with its id. Raises KeyError and OutputError."""
        packed = pack(row)
        with self._lock:
            number = self._numbers[key_of(row)]
            self._starts[number], self._ends[number] = self._write(packed)

    def keys(self) -> list[str]:
        """Return every key, sorted."""
        with self._lock:
            if self._sorted is None:
                self._sorted = sorted(self._numbers)
            return self._sorted

    def row(self, key: str) -> Json:
        """Return a resource. Raises KeyError."""
        found: Json = unpack(self.packed(key))
        return found

    def packed(self, key: str) -> bytes:
        """Return the JSON text of a resource, one line. Raises KeyError."""
        number = self._numbers[key]
        start, end = self._starts[number], self._ends[number]
        if start < self._in_memory:
            return bytes(self._memory[start:end])
        assert self._file is not None  # noqa: S101 - what lies beyond the limit was written there
        return os.pread(self._file, end - start, start - self._in_memory)

    def holds(self, key: str) -> bool:
        """Tell whether a key is there."""
        return key in self._numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Json]:
        return (self.row(key) for key in self.keys())

    @overload
    def __getitem__(self, index: int) -> Json: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Json, ...]: ...
    def __getitem__(self, index: int | slice) -> Json | tuple[Json, ...]:
        """Return the resource at a place in id order."""
        if isinstance(index, slice):
            return tuple(self.row(key) for key in self.keys()[index])
        return self.row(self.keys()[index])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes compressed."""
        return unsent, (self.sent(), self._in_memory)

    def sent(self) -> bytes:
        """Return all of it as compressed lines of JSON, each key before its row: who receives it parses no row."""
        return compressed(line for key in self.keys() for line in (pack(key), self.packed(key)))

    def _write(self, packed: bytes) -> tuple[int, int]:
        """Append a text and return where it begins and ends; one begins in the file if it ends beyond the limit."""
        start = self._length
        if start + len(packed) <= self._in_memory and self._file is None:
            self._memory += packed
        else:
            start = max(start, self._in_memory)
            self._to_disk(packed)
        self._length = start + len(packed)
        return start, self._length

    def _to_disk(self, packed: bytes) -> None:
        try:
            if self._file is None:
                self._file = _unnamed()
                finalize(self, os.close, self._file)
            while packed:
                packed = packed[os.write(self._file, packed) :]
        except OSError as error:
            raise OutputError(
                f"what was read cannot be kept in a temporary file: {error.strerror}; set TMPDIR to a folder with room"
            ) from error


def unsent(sent: bytes, in_memory: int = IN_MEMORY) -> PackedRows:
    """Return the rows that another process sent."""
    rows, lines = PackedRows(in_memory=in_memory), lines_in(sent)
    for key, row in zip(lines, lines, strict=True):
        rows._keep(unpack(key), row)  # noqa: SLF001 - one of its own
    return rows


def _unnamed() -> int:
    """Open a file that only this process knows of, and that is gone with it."""
    with TemporaryFile() as file:
        return os.dup(file.fileno())
