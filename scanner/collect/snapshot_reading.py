"""Reading a snapshot, which may be damaged or written by hand: nothing passes into a report unlooked at."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scanner.collect.collected import Collected, SnapshotFile
from scanner.collect.redaction.redact import redact
from scanner.collect.redaction.secrets import scrubbed
from scanner.collect.snapshot_format import SCHEMA, Footer, Header
from scanner.collect.snapshot_lines import Lines, Packed
from scanner.errors import SnapshotError, one_line
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage, Covered
from scanner.graph.rows import PackedRows
from scanner.model.arm import Json
from scanner.system.reading import opened

T = TypeVar("T")

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_snapshot(path: Path) -> Collected:
    """Read a snapshot. Raises SnapshotError for a file that is missing, truncated, damaged or something else."""
    try:
        with opened(path) as file:
            return snapshot_in(file, path)
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror or error}") from error


def snapshot_in(file: BufferedReader, path: Path) -> Collected:
    """Read a snapshot from an open file. Raises SnapshotError, and OSError for one that cannot be read."""
    packed = Packed(file, path)
    try:
        with gzip.GzipFile(fileobj=packed, mode="rb") as unpacked:
            collected, edited = _collected(Lines(unpacked, packed, path), path)
    except (EOFError, zlib.error) as error:
        raise SnapshotError(f"{path} is truncated or damaged: {one_line(error)}; take the snapshot again") from error
    except gzip.BadGzipFile as error:
        raise SnapshotError(f"{path} is not a snapshot of mlsec-scan: it is not gzip") from error
    return replace(collected, file=SnapshotFile(packed.digest.hexdigest(), edited))


def _collected(lines: Lines, path: Path) -> tuple[Collected, bool | None]:
    """Return what a snapshot holds, and whether it was edited, as far as it tells."""
    header = _header(next(lines, b""), path)
    # A snapshot may be written by hand or by an older version: nothing passes into a report unlooked at.
    rows = PackedRows()
    resources = [rows.add(_resource(line, path)) for line in islice(lines, header.resources)]
    gaps = tuple(_gap(_object(line, path), path) for line in islice(lines, header.gaps))
    footer = next(lines, b"")
    saved = _sum(footer)
    edited = saved != lines.digest.hexdigest() if saved else None
    has_footer = edited is not None or not (footer or header.digest)
    if len(resources) + len(gaps) < header.resources + header.gaps or not (footer or has_footer):
        raise SnapshotError(f"{path} is truncated: it should hold {header.resources} resources; take it again")
    if not has_footer or next(lines, None) is not None:
        raise SnapshotError(
            f"{path} is damaged: it should hold {header.resources} resources and goes on; take it again"
        )
    return _with(header, rows, gaps, path), edited


def _sum(footer: bytes) -> str:
    try:
        return msgspec.json.decode(footer, type=Footer).sha256
    except _UNREADABLE:
        return ""


def _with(header: Header, rows: PackedRows, gaps: tuple[Gap, ...], path: Path) -> Collected:
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


def _coverage(header: Header) -> Coverage | None:
    if header.horizon is None:
        return None
    return Coverage((Covered(*each) for each in header.covered), header.horizon)


def _resource(line: bytes, path: Path) -> Json:
    row = _object(line, path)
    if not str(row.get("id")).startswith("/"):
        raise SnapshotError(f"{path} is damaged: a resource has no id; take the snapshot again")
    return _redacted(row, path)


def _header(line: bytes, path: Path) -> Header:
    try:
        schema = msgspec.json.decode(line)["schema"]
    except (*_UNREADABLE, KeyError, TypeError) as error:
        raise SnapshotError(f"{path} is not a snapshot of mlsec-scan: its first line is not a header") from error
    if schema != SCHEMA:
        raise SnapshotError(f"{path} has the format {one_line(schema)}; this version reads {SCHEMA}")
    return _decoded(line, Header, path)


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
