"""Reading JSON reports of earlier scans: what a baseline and a comparison start from."""

from __future__ import annotations

from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

import msgspec

from scanner.engine import Severity, Verdict
from scanner.errors import ReportError, one_line
from scanner.model.arm import ArmId
from scanner.report.json_v1 import SCHEMA
from scanner.scan.diff import Judged
from scanner.system.reading import MIB, opened, rest_of

T = TypeVar("T")

LARGEST = 512 * MIB
"""Bytes of a report: some hundred thousand results."""

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


def is_snapshot(file: BufferedReader) -> bool:
    """Tell whether an open file is packed as snapshots are; it can still be read from its start."""
    return file.peek(len(_GZIP)).startswith(_GZIP)


def read_report(path: Path) -> tuple[Judged, ...]:
    """Read the results of a JSON report. Raises ReportError for a file that is missing, damaged or something else."""
    try:
        with opened(path) as file:
            return report_in(file, path)
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror or error}") from error


def report_in(file: BufferedReader, path: Path) -> tuple[Judged, ...]:
    """Read the results from an open file. Raises ReportError, and OSError for one that is too large."""
    content = rest_of(file, path, LARGEST)
    if content.startswith(_GZIP):
        raise ReportError(f"{path} is packed, as snapshots are; judge it first: --snapshot {path} --format json")
    _require_schema(content, path)
    return tuple(_judged(each) for each in _decoded(content, _Report, path).results)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints of an earlier scan: of what failed, of what was unknown, and of every result.

    A failure that was waived there was no known one.
    """

    failed: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    every: frozenset[str] = frozenset()


def baseline_in(path: Path) -> Baseline:
    """Read what a report knew. Raises ReportError."""
    results = read_report(path)
    return Baseline(
        frozenset(each.fingerprint for each in results if each.verdict is Verdict.FAIL and not each.waived),
        frozenset(each.fingerprint for each in results if each.verdict is Verdict.UNKNOWN),
        frozenset(each.fingerprint for each in results if each.subject is not None),
    )


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
