"""Snapshots: everything that a scan read, in one file, to be judged again without Azure."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, replace
from hashlib import sha256
from pathlib import Path

import msgspec

from scanner import __version__
from scanner.collect.collected import Collected, Progress, any_below
from scanner.collect.snapshot_format import SCHEMA, Footer, Header
from scanner.collect.snapshot_reading import read_snapshot
from scanner.errors import SnapshotError, one_line
from scanner.system.files import written_whole


def save_snapshot(collected: Collected, path: Path) -> None:
    """Write a snapshot, readable by its owner alone. Raises OutputError."""
    with written_whole(path, private=True) as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        digest = sha256()
        for line in _lines(collected):
            written = _encoded(line) + b"\n"
            digest.update(written)
            packed.write(written)
        packed.write(_encoded(Footer(digest.hexdigest())) + b"\n")


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
    yield Header(
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
        digest=True,
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
