"""What a collector hands over, and how it tells of its progress."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scanner.collect.lines import Lines
from scanner.evidence import Gap
from scanner.graph.coverage import Coverage
from scanner.graph.rows import Rows, key_of
from scanner.model.arm import Json


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A file that a scan was read from: the SHA-256 of its bytes, in hexadecimal.

    `edited` tells whether its rows differ from those that were saved, None where it does not say what those were;
    `accepted`, that the user knows.
    """

    sha256: str
    edited: bool | None
    accepted: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether there is something to accept, and that was done."""
        return self.accepted and self.edited is True


@dataclass(frozen=True, slots=True)
class InCode:
    """How code left resources behind: rows in id order, and the keys of those that it manages."""

    rows: tuple[Json, ...]
    managed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Collected:
    """Resources in id order, gaps, and where they came from. Times are UTC; `requests` counts what was sent.

    `via` is "arm" or "graph" for what was read live, `why` says why it was read so. `coverage` says what was seen
    completely; None stands for a closed world, in which gaps are the only holes. `neighbours` are subscriptions (GUIDs)
    that were read unasked, for what connects to the others. `file` is the snapshot that all of it comes from. `notes`
    are sentences on what was read, for readers of the report. `before` is what there is now, where all of this is what
    there will be. `lines` tells where resources stand in code, where they come from code;
    `code` how code left them, where it stands beside what was read. `stand_ins` are addresses in code by the names, in
    lower case, that stand for unknown ones.
    """

    resources: Sequence[Json]
    gaps: tuple[Gap, ...]
    source: str
    cloud: str
    subscriptions: tuple[str, ...]
    context_subscriptions: tuple[str, ...]
    started: datetime
    finished: datetime
    requests: int = 0
    via: str = ""
    why: str = ""
    coverage: Coverage | None = None
    neighbours: tuple[str, ...] = ()
    file: SnapshotFile | None = None
    notes: tuple[str, ...] = ()
    before: Collected | None = None
    lines: Lines | None = None
    code: InCode | None = None
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> Sequence[str]:
        """The ids of the resources in lower case, sorted."""
        rows = self.resources
        return rows.keys() if isinstance(rows, Rows) else sorted(map(key_of, rows))


def any_below(keys: Sequence[str], subscription: str) -> bool:
    """Tell whether one of several sorted ids lies in a subscription (GUID); its own is none of those."""
    prefix = f"/subscriptions/{subscription.lower()}/"
    place = bisect_left(keys, prefix)
    return place < len(keys) and keys[place].startswith(prefix)


class Progress(Protocol):
    """What a collector tells while it works. Called from many threads."""

    def asked(self, what: str) -> None:
        """Note that a listing or item is being read."""

    def listed(self, kind: str, rows: int) -> None:
        """Note that a page of `rows` resources of a type arrived."""

    def missed(self, gap: Gap) -> None:
        """Note a gap."""

    def waiting(self, scope: str, seconds: float) -> None:
        """Note a wait for Azure's limit: of a subscription, of the tenant (""), or of "graph", Resource Graph."""


class Silent:
    """Says nothing."""

    def asked(self, what: str) -> None:
        """Ignore it."""

    def listed(self, kind: str, rows: int) -> None:
        """Ignore it."""

    def missed(self, gap: Gap) -> None:
        """Ignore it."""

    def waiting(self, scope: str, seconds: float) -> None:
        """Ignore it."""
