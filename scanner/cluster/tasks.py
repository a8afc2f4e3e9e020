"""What the workers run. They import it from their own installation; arguments and results are plain data."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from scanner import __version__
from scanner.engine import Rule, Subject
from scanner.evidence import Gap
from scanner.graph import Graph
from scanner.model.arm import Json
from scanner.pack import built_in_pack, load_packs
from scanner.rows import PackedRows, pack, unpack
from scanner.settings import Settings
from scanner.shares import Part, judge_part

_one_at_a_time = Lock()
"""Threads of one worker share an interpreter and a graph: taking turns costs nothing."""


@dataclass(frozen=True, slots=True)
class Estate:
    """What is judged: rows as compressed lines of JSON, gaps and settings. `digest` tells it from others."""

    lines: bytes
    gaps: tuple[Gap, ...]
    settings: Settings
    digest: str


def packed_estate(rows: Iterable[Json], gaps: tuple[Gap, ...], settings: Settings) -> Estate:
    """Make an estate fit to be sent."""
    lines = packed_lines(rows)
    return Estate(lines, gaps, settings, hashlib.sha256(lines + repr((gaps, settings)).encode()).hexdigest())


def packed_lines(rows: Iterable[Json]) -> bytes:
    """Write rows as compressed lines of JSON."""
    packer = zlib.compressobj(1)
    return b"".join([*(packer.compress(pack(row) + b"\n") for row in rows), packer.flush()])


def rows_in(lines: bytes) -> PackedRows:
    """Read what `packed_lines` wrote."""
    rows, unpacker, rest = PackedRows(), zlib.decompressobj(), b""
    for start in range(0, len(lines), 1 << 20):
        *whole, rest = (rest + unpacker.decompress(lines[start : start + (1 << 20)])).split(b"\n")
        for each in whole:
            rows.add(unpack(each))
    return rows


def fingerprint() -> str:
    """Return our version and a digest of the rules that come with it."""
    digest = hashlib.sha256()
    for path in sorted(built_in_pack().rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return f"{__version__} with rules {digest.hexdigest()[:12]}"


def judge(estate: Estate, rules: Sequence[str], number: int, shares: int) -> Part:
    """Judge one share of an estate by built-in rules, named by id. Raises RulePackError."""
    with _one_at_a_time:
        known = built_in_rules()
        return judge_part([known[each] for each in rules], _graph(estate), number, shares)


@lru_cache(maxsize=1)
def built_in_rules() -> dict[str, Rule[Subject]]:
    """Return the rules that come with us, by id."""
    return {each.id: each for each in load_packs([built_in_pack()])}


_last: dict[str, Graph] = {}


def _graph(estate: Estate) -> Graph:
    """Return the graph of an estate; the last one is kept, as a worker judges several shares of it."""
    if estate.digest not in _last:
        _last.clear()
        _last[estate.digest] = Graph(rows_in(estate.lines), estate.gaps, estate.settings)
    return _last[estate.digest]
