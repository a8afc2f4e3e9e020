"""The requests of a scan as things to deny: each one, what is denied it, and which pairs of the two are tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl
from zlib import crc32

from scanner.simulator import Fault, FaultKind, Seen
from scanner.simulator.target import Target, read_target


@dataclass(frozen=True, slots=True, order=True)
class Request:
    """One listing or item that a scan reads: the path, the query of its first page, and the answer.

    `status` is what it is answered while nothing is wrong: Microsoft's own endpoints are not to be read.
    """

    path: str
    query: str
    status: int

    @property
    def target(self) -> Target:
        """What it asks for."""
        return read_target(self.path)

    @property
    def scope(self) -> str:
        """The ARM id that a gap should name: the item's own, or that of what the list lies in."""
        owner = self.path.rpartition("/")[0]
        before, provider, _ = owner.rpartition("/providers/")
        is_below_provider = bool(provider) and owner.count("/") == before.count("/") + 2
        return self.path if not self.target.is_list else before if is_below_provider else owner

    @property
    def permission(self) -> str:
        """The action that a gap should name."""
        return f"{self.target.type}/read"

    @property
    def shape(self) -> str:
        """What it has in common with the same listing below another parent, or with another item of the type."""
        version = dict(parse_qsl(self.query)).get("api-version", "")
        return f"{self.target.type.lower()} {self.target.is_list} {self.target.group is None} {version}"

    def meeting(self, kind: FaultKind) -> list[Fault]:
        """Let its every page meet a fault; what is denied is so in every api-version."""
        if kind is FaultKind.DENIED:
            return [Fault(self.path, kind)]
        return [Fault(self.path, kind, query=query) for query in (self.query, f"{self.query}&*")]


def requests_in(seen: Iterable[Seen]) -> list[Request]:
    """Return the different requests of a scan in one page each, in the order of their paths."""
    return sorted({Request(each.path, _decoded(each.query), each.status) for each in seen})


def _decoded(query: str) -> str:
    return "&".join(f"{name}={value}" for name, value in parse_qsl(query, keep_blank_values=True))


ONE_IN = 5
"""The shape of a list meets one kind in so many, other ones than the next shape: lists are read by the same code."""


def turns(
    estates: Sequence[Sequence[Request]], place: int, kinds: Sequence[FaultKind]
) -> Iterator[tuple[Request, FaultKind]]:
    """Pair the requests of the estate at a place with kinds, items with all, lists with one in `ONE_IN`.

    Each request is in a pair. Requests of one shape take turns: one zone's records are read as another's are.
    """
    for shape in sorted({each.shape for each in estates[place]}):
        having = [at for at, requests in enumerate(estates) if any(each.shape == shape for each in requests)]
        alike = [each for each in estates[place] if each.shape == shape]
        one_in = ONE_IN if alike[0].target.is_list else 1
        step = len(having) * one_in
        wanted = kinds[(crc32(shape.encode()) + having.index(place) * one_in) % step :: step]
        for turn in range(max(len(alike), len(wanted))):
            yield alike[turn % len(alike)], wanted[turn % len(wanted)]
