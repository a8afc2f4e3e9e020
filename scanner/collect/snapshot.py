"""Snapshots: everything that a scan read, in one file, to be judged again without Azure.

Gzip of JSON lines: a header, then each resource as ARM shapes it, then each gap. Secrets were taken out before anything
got here. What was seen completely is in the header, so that older versions, which do not know of it, read the file. An
older file says nothing of it: it loads as a closed world in which gaps are the only holes, as it was judged then.

The last line is the SHA-256 of all lines before it. It tells of a change that was made by hand and meant no harm; who
means to deceive computes it anew. What was judged is named by the SHA-256 of the file, which the reports have.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from scanner import __version__
from scanner.collect.collected import Collected, Progress, SnapshotFile, any_below
from scanner.collect.redaction.redact import redact
from scanner.collect.redaction.secrets import scrubbed
from scanner.errors import SnapshotError, one_line
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage, Covered, Ground
from scanner.graph.rows import PackedRows
from scanner.model.arm import Json
from scanner.system.files import written_whole
from scanner.system.reading import MIB, opened, too_large

T = TypeVar("T")

SCHEMA = "mlsec-scan-snapshot/1"

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_MOST_PACKED = 250
"""Times that an honest snapshot is at most smaller when packed: copies of one resource come to half of that."""

_LEAST = MIB
"""Bytes that any snapshot may hold."""

_LARGEST = 256 * MIB
"""Bytes of a file: millions of resources."""

_LARGEST_UNPACKED = 4096 * MIB

_LONGEST_LINE = 1 << 25
"""Bytes of one resource; Azure answers with a few megabytes at most."""


_Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class _Header(msgspec.Struct, frozen=True):
    """The first line. The counts tell a truncated file.

    `horizon` and `covered` are those of the coverage, `horizon` None where there is none. `covered` are the fields of
    each entry in their order.
    """

    schema: str
    tool: dict[str, str]
    source: str
    cloud: str
    subscriptions: tuple[str, ...]
    context_subscriptions: tuple[str, ...]
    started: datetime
    finished: datetime
    requests: _Count
    resources: _Count
    gaps: _Count
    neighbours: tuple[str, ...] = ()
    horizon: tuple[str, ...] | None = None
    covered: tuple[tuple[str, str, Ground, str], ...] = ()


class _Footer(msgspec.Struct, frozen=True):
    """The last line: the digest of all before it, in hexadecimal. Older files have none."""

    sha256: str


def save_snapshot(collected: Collected, path: Path) -> None:
    """Write a snapshot, readable by its owner alone. Raises OutputError."""
    with written_whole(path, private=True) as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        digest = sha256()
        for line in _lines(collected):
            written = _encoded(line) + b"\n"
            digest.update(written)
            packed.write(written)
        packed.write(_encoded(_Footer(digest.hexdigest())) + b"\n")


def _encoded(line: object) -> bytes:
    try:
        return msgspec.json.encode(line)
    except UnicodeEncodeError:
        return msgspec.json.encode(_escaped(line))


def _escaped(value: object) -> object:
    """Write unpaired surrogates as escapes: JSON can spell them in a name, and UTF-8 cannot hold them."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case list() | tuple():
            return [_escaped(each) for each in value]
        case dict():
            return {_escaped(key): _escaped(item) for key, item in value.items()}
        case _:
            return value


def _lines(collected: Collected) -> Iterator[object]:
    coverage = collected.coverage
    yield _Header(
        SCHEMA,
        {"name": "mlsec-scan", "version": __version__},
        collected.source,
        collected.cloud,
        collected.subscriptions,
        collected.context_subscriptions,
        collected.started,
        collected.finished,
        collected.requests,
        len(collected.resources),
        len(collected.gaps),
        collected.neighbours,
        None if coverage is None else tuple(sorted(coverage.horizon)),
        () if coverage is None else tuple(sorted(map(astuple, coverage.covered))),
    )
    yield from collected.resources
    yield from (asdict(gap) for gap in collected.gaps)


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """A saved scan as a source. `accept_edited` says that the user knows of changes to it."""

    path: Path
    accept_edited: bool = False

    def collect(self, _progress: Progress) -> Collected:
        """Read it. Raises SnapshotError, also where it holds nothing of a subscription that is to be judged."""
        collected = read_snapshot(self.path)
        _require_scope(collected, self.path)
        file = collected.file
        return replace(collected, file=file and replace(file, accepted=self.accept_edited))


def _require_scope(collected: Collected, path: Path) -> None:
    """Raise SnapshotError for a subscription of the scope of which there is nothing, not even its own row."""
    keys = collected.keys
    bare = [each for each in collected.subscriptions if not any_below(keys, each)]
    own = set(keys) if bare else set()
    absent = [each for each in bare if f"/subscriptions/{each.lower()}" not in own]
    if absent:
        names = ", ".join(map(one_line, absent))
        raise SnapshotError(
            f"{path} holds nothing of subscription {names}; take it again with rights there or without it"
        )
    if not keys:
        raise SnapshotError(f"{path} holds no resource at all; take the snapshot again")


def read_snapshot(path: Path) -> Collected:
    """Read a snapshot. Raises SnapshotError for a file that is missing, truncated, damaged or something else."""
    try:
        with opened(path) as file:
            return snapshot_in(file, path)
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror or error}") from error


def snapshot_in(file: BufferedReader, path: Path) -> Collected:
    """Read a snapshot from an open file. Raises SnapshotError, and OSError for one that cannot be read."""
    packed = _Packed(file, path)
    try:
        with gzip.GzipFile(fileobj=packed, mode="rb") as unpacked:
            collected, edited = _collected(_Lines(unpacked, packed, path), path)
    except (EOFError, zlib.error) as error:
        raise SnapshotError(f"{path} is truncated or damaged: {one_line(error)}; take the snapshot again") from error
    except gzip.BadGzipFile as error:
        raise SnapshotError(f"{path} is not a snapshot of mlsec-scan: it is not gzip") from error
    return replace(collected, file=SnapshotFile(packed.digest.hexdigest(), edited))


class _Packed:
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


class _Lines:
    """The lines of an unpacked snapshot, up to what an honest one of its size could hold; `digest` of those gone by."""

    def __init__(self, file: gzip.GzipFile, packed: _Packed, path: Path) -> None:
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


def _collected(lines: _Lines, path: Path) -> tuple[Collected, bool | None]:
    """Return what a snapshot holds, and whether it was edited, as far as it tells."""
    header = _header(next(lines, b""), path)
    # A snapshot may be written by hand or by an older version: nothing passes into a report unlooked at.
    rows = PackedRows()
    resources = [rows.add(_resource(line, path)) for line in islice(lines, header.resources)]
    gaps = tuple(_gap(_object(line, path), path) for line in islice(lines, header.gaps))
    footer = next(lines, b"")
    edited = _sum(footer) != lines.digest.hexdigest() if _sum(footer) else None
    is_whole = len(resources) + len(gaps) == header.resources + header.gaps and (not footer or edited is not None)
    if not is_whole or next(lines, None) is not None:
        raise SnapshotError(f"{path} is truncated: it should hold {header.resources} resources; take it again")
    return _with(header, rows, gaps, path), edited


def _sum(footer: bytes) -> str:
    try:
        return msgspec.json.decode(footer, type=_Footer).sha256
    except _UNREADABLE:
        return ""


def _with(header: _Header, rows: PackedRows, gaps: tuple[Gap, ...], path: Path) -> Collected:
    return Collected(
        rows,
        gaps,
        "snapshot",
        header.cloud,
        header.subscriptions,
        header.context_subscriptions,
        _in_utc(header.started, path),
        _in_utc(header.finished, path),
        header.requests,
        coverage=_coverage(header),
        neighbours=header.neighbours,
    )


def _in_utc(moment: datetime, path: Path) -> datetime:
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:  # at the ends of the calendar
        raise SnapshotError(f"{path} is damaged: {one_line(error)}; take the snapshot again") from error


def _coverage(header: _Header) -> Coverage | None:
    if header.horizon is None:
        return None
    return Coverage((Covered(*each) for each in header.covered), header.horizon)


def _resource(line: bytes, path: Path) -> Json:
    row = _object(line, path)
    if not str(row.get("id")).startswith("/"):
        raise SnapshotError(f"{path} is damaged: a resource has no id; take the snapshot again")
    return _redacted(row, path)


def _header(line: bytes, path: Path) -> _Header:
    try:
        schema = msgspec.json.decode(line)["schema"]
    except (*_UNREADABLE, KeyError, TypeError) as error:
        raise SnapshotError(f"{path} is not a snapshot of mlsec-scan: its first line is not a header") from error
    if schema != SCHEMA:
        raise SnapshotError(f"{path} has the format {one_line(schema)}; this version reads {SCHEMA}")
    return _decoded(line, _Header, path)


def _redacted(row: dict[str, Any], path: Path) -> Json:
    try:
        return redact(row)
    except RecursionError as error:
        raise SnapshotError(f"{path} is damaged: a resource is nested too deeply; take the snapshot again") from error


def _object(line: bytes, path: Path) -> dict[str, Any]:
    return _decoded(line, dict[str, Any], path)


def _gap(row: dict[str, Any], path: Path) -> Gap:
    try:
        gap = msgspec.convert(row, Gap)
        return replace(gap, why=scrubbed(gap.why))
    except msgspec.ValidationError as error:
        raise SnapshotError(f"{path} is damaged: {one_line(error)}; take the snapshot again") from error


def _decoded(line: bytes, kind: type[T], path: Path) -> T:
    try:
        return msgspec.json.decode(line, type=kind)
    except _UNREADABLE as error:
        raise SnapshotError(f"{path} is damaged: {one_line(error)}; take the snapshot again") from error
