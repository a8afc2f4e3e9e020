"""A snapshot names itself: the digest of its rows, and what is said of a file that was edited."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.collect.collected import Silent, SnapshotFile
from scanner.collect.snapshot import SnapshotSource, save_snapshot
from scanner.collect.snapshot_reading import read_snapshot
from scanner.errors import SnapshotError
from tests.fuzz.support import collected

SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
ROWS = [{"id": SUBSCRIPTION, "location": "here"}]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save_snapshot(collected(ROWS), tmp_path / "scan.gz")
    return tmp_path / "scan.gz"


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()))))


def file_of(path: Path) -> SnapshotFile:
    found = read_snapshot(path).file
    assert found is not None
    return found


def test_a_snapshot_is_named_by_the_digest_of_its_file(saved: Path) -> None:
    assert file_of(saved) == SnapshotFile(hashlib.sha256(saved.read_bytes()).hexdigest(), edited=False)


def test_the_last_line_is_the_digest_of_all_before_it(saved: Path) -> None:
    *rows, last = gzip.decompress(saved.read_bytes()).splitlines(keepends=True)

    assert json.loads(last) == {"sha256": hashlib.sha256(b"".join(rows)).hexdigest()}


def test_without_its_last_line_it_is_truncated(saved: Path) -> None:
    rewrite(saved, lambda content: b"".join(content.splitlines(keepends=True)[:-1]))

    with pytest.raises(SnapshotError, match="truncated"):
        read_snapshot(saved)


def test_packing_it_anew_is_no_edit(saved: Path) -> None:
    rewrite(saved, lambda content: content)

    assert file_of(saved).edited is False


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b'"here"', b'"there"'),
        lambda content: content.replace(b'"cloud":"public"', b'"cloud":"usgov"'),
        lambda content: content.replace(b'{"id"', b'{ "id"'),
        lambda content: content.replace(b'"sha256":"', b'"sha256":"0'),
    ],
    ids=["a row", "the header", "a space", "the digest"],
)
def test_an_edited_snapshot_is_told_and_read(saved: Path, change: Callable[[bytes], bytes]) -> None:
    rewrite(saved, change)

    assert file_of(saved).edited is True


def test_a_snapshot_of_an_earlier_version_carries_no_digest(saved: Path) -> None:
    def earlier(content: bytes) -> bytes:
        header, *rows, _ = content.splitlines(keepends=True)
        assert b',"digest":true' in header
        return b"".join([header.replace(b',"digest":true', b""), *rows])

    rewrite(saved, earlier)

    assert file_of(saved).edited is None


def test_what_was_accepted_is_said_of_what_was_edited_alone(saved: Path) -> None:
    source = SnapshotSource(saved, accept_edited=True)
    whole = source.collect(Silent()).file
    rewrite(saved, lambda content: content.replace(b'"here"', b'"there"'))
    edited = source.collect(Silent()).file

    assert whole is not None
    assert not whole.is_accepted
    assert edited is not None
    assert edited.is_accepted


@pytest.mark.parametrize("more", [b"{}\n", b'{"sha256": 7}\n', b'{"sha256": "x"}\n{"sha256": "x"}\n', b"\n"])
def test_what_comes_behind_the_rows_and_is_no_digest_is_refused(saved: Path, more: bytes) -> None:
    rewrite(saved, lambda content: b"".join(content.splitlines(keepends=True)[:-1]) + more)

    with pytest.raises(SnapshotError, match="it should hold 1 resources"):
        read_snapshot(saved)


@pytest.mark.parametrize("field", ["resources", "gaps", "requests"])
@pytest.mark.parametrize("count", [-1, 10**30, 1.5])
def test_a_count_that_is_none_is_damage(saved: Path, field: str, count: float) -> None:
    header, _, rest = gzip.decompress(saved.read_bytes()).partition(b"\n")
    damaged = json.dumps(json.loads(header) | {field: count}).encode()
    rewrite(saved, lambda _: damaged + b"\n" + rest)

    with pytest.raises(SnapshotError, match="is damaged"):
        read_snapshot(saved)


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_time_beyond_the_calendar_is_damage(saved: Path, moment: str) -> None:
    header, _, rest = gzip.decompress(saved.read_bytes()).partition(b"\n")
    damaged = json.dumps(json.loads(header) | {"started": moment}).encode()
    rewrite(saved, lambda _: damaged + b"\n" + rest)

    with pytest.raises(SnapshotError, match="is damaged"):
        read_snapshot(saved)


def test_a_snapshot_that_was_read_and_is_saved_again_has_a_digest_of_its_own(saved: Path, tmp_path: Path) -> None:
    rewrite(saved, lambda content: content.replace(b'"here"', b'"there"'))
    read = read_snapshot(saved)
    save_snapshot(replace(read), tmp_path / "again.gz")

    assert file_of(tmp_path / "again.gz").edited is False
