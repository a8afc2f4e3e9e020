"""Reading JSON reports of earlier scans: what a baseline and a comparison start from."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from scanner.engine import Severity, Verdict
from scanner.errors import ReportError, one_line
from scanner.model.arm import ArmId
from scanner.report.json_v1 import SCHEMA
from scanner.scan.diff import Judged

T = TypeVar("T")

_GZIP = b"\x1f\x8b"
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Schema(msgspec.Struct):
    schema: str


class _Subject(msgspec.Struct):
    id: str


class _Reason(msgspec.Struct):
    message: str


class _Result(msgspec.Struct):
    """What is needed of one result; the rest of it is for people."""

    rule: str
    severity: Severity
    verdict: Verdict
    waived: bool
    subject: _Subject | None
    problems: tuple[_Reason, ...]
    doubts: tuple[_Reason, ...]
    fingerprint: str


class _Report(msgspec.Struct):
    results: tuple[_Result, ...]


def is_snapshot(path: Path) -> bool:
    """Tell whether a file is packed as snapshots are. Raises ReportError for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_GZIP)) == _GZIP
    except OSError as error:
        raise _unreadable(path, error) from error


def read_report(path: Path) -> tuple[Judged, ...]:
    """Read the results of a JSON report. Raises ReportError for a file that is missing, damaged or something else."""
    content = _content(path)
    if content.startswith(_GZIP):
        raise ReportError(f"{path} is packed, as snapshots are; judge it first: --snapshot {path} --format json")
    _require_schema(content, path)
    return tuple(_judged(each) for each in _decoded(content, _Report, path).results)


def failed_in(path: Path) -> frozenset[str]:
    """Return the fingerprints of what failed in a report; a failure that was waived there was no known one."""
    return frozenset(each.fingerprint for each in read_report(path) if each.verdict is Verdict.FAIL and not each.waived)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ReportError:
    return ReportError(f"{path} cannot be read: {error.strerror or error}")


def _require_schema(content: bytes, path: Path) -> None:
    try:
        schema = msgspec.json.decode(content, type=_Schema).schema
    except _UNREADABLE as error:
        raise ReportError(f"{path} is not a JSON report of mlsec-scan: {one_line(error)}") from error
    if schema != SCHEMA:
        raise ReportError(f"{path} has the format {one_line(schema)}; this version reads {SCHEMA}")


def _decoded(content: bytes, kind: type[T], path: Path) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except _UNREADABLE as error:
        raise ReportError(f"{path} is damaged: {one_line(error)}; write the report again") from error


def _judged(result: _Result) -> Judged:
    return Judged(
        result.rule,
        ArmId(result.subject.id) if result.subject is not None else None,
        result.verdict,
        result.severity,
        result.waived,
        tuple(each.message for each in result.problems),
        tuple(each.message for each in result.doubts),
        result.fingerprint,
    )
