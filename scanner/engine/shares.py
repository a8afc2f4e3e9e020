"""Judging in shares: subjects are dealt out by where they lie, and what each share gave is put together again.

A solution lies in one subscription, most of all, so that what one rule worked out in a share serves the next one: where
it is dealt out to two, both work it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zlib import crc32

from scanner.engine.evaluate import Judged, in_order, judge_share
from scanner.engine.result import Result
from scanner.engine.rule import Rule, Subject
from scanner.engine.verdict import Doubt, Note, Problem, Verdict
from scanner.errors import ScanError
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.system.heap import seldom_swept


@dataclass(frozen=True, slots=True)
class Named:
    """A subject as results show it, without the graph that it lies in: what one process sends to another."""

    id: ArmId
    name: str
    TYPE: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A result on its way between processes, without its rule."""

    verdict: Verdict
    subject: Named
    problems: tuple[Problem, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[Note, ...]


Part: TypeAlias = tuple[tuple[tuple[Sent, ...], tuple[Doubt, ...], int], ...]
"""What one share gave: for each rule its results, the doubts about no subject, and the subjects of all shares."""


class ShareLost(ScanError):  # noqa: N818 - it names what happened
    """What shares gave does not come to one result for each subject."""

    exit_code = 4


_Place: TypeAlias = tuple[str, str]
"""A subscription and a resource group in it, in lower case; without a group what is dealt out as a whole."""

_PIECES = 4
"""What is larger than so many parts of a share is dealt out in pieces, so that shares are about as large."""


class Dealt:
    """Which share each subject of an estate is in, the same on every machine: subscriptions, and groups of large ones.

    `keys` are those of all rows.
    """

    def __init__(self, keys: Iterable[str], shares: int) -> None:
        sizes = Counter(_place_of(key) for key in keys)
        self._shares = shares
        whole: Counter[str] = Counter()
        for (subscription, _), size in sizes.items():
            whole[subscription] += size
        self._pieces = {each for each, size in whole.items() if size * shares * _PIECES > sizes.total()}
        self._numbers = self._deal(sizes)

    def share_of(self, subject: Subject) -> int:
        """Return the number of the share that a subject is in."""
        piece = self._piece(_place_of(subject.id.key))
        found = self._numbers.get(piece)
        return crc32("/".join(piece).encode("utf-8", "backslashreplace")) % self._shares if found is None else found

    def _piece(self, place: _Place) -> _Place:
        return place if place[0] in self._pieces else (place[0], "")

    def _deal(self, sizes: Counter[_Place]) -> dict[_Place, int]:
        """Give each piece, the largest first, to the share that has least."""
        pieces: Counter[_Place] = Counter()
        for place, size in sizes.items():
            pieces[self._piece(place)] += size
        loads, found = [0] * self._shares, {}
        for piece, size in sorted(pieces.items(), key=lambda each: (-each[1], each[0])):
            number = found[piece] = loads.index(min(loads))
            loads[number] += size
        return found


def _place_of(key: str) -> _Place:
    """Return where an id in lower case lies: "/subscriptions/{guid}/resourcegroups/{name}/…"."""
    parts = key.split("/", 5)
    return (parts[2] if len(parts) > 2 else "", parts[4] if len(parts) > 4 else "")  # noqa: PLR2004 - as above


def judge_part(rules: Sequence[Rule[Subject]], graph: Graph, number: int, shares: int) -> Part:
    """Judge one share of the subjects of every rule, and make the results fit to be sent."""
    dealt = Dealt(graph.rows.keys(), shares)

    def mine(subject: Subject) -> bool:
        return dealt.share_of(subject) == number

    with seldom_swept():
        return tuple(_sent(judge_share(each, graph, mine)) for each in rules)


def put_together(rules: Sequence[Rule[Subject]], parts: Sequence[Part]) -> tuple[Result, ...]:
    """Return what judging without shares would have given: the same results in the same order. Raises ShareLost."""
    return tuple(
        result for number, rule in enumerate(rules) for result in _whole(rule, [each[number] for each in parts])
    )


def _whole(rule: Rule[Subject], shares: list[tuple[tuple[Sent, ...], tuple[Doubt, ...], int]]) -> list[Result]:
    judged = [_received(rule, *each) for each in shares]
    if {each.subjects for each in judged} != {sum(len(each.results) for each in judged)}:
        raise ShareLost(f"rule {rule.id} was not judged on every subject: a share of the work was lost; scan again")
    return in_order(rule, judged)


def is_part(value: object, rules: int) -> bool:
    """Tell whether something has the shape of a Part of so many rules."""
    return isinstance(value, tuple) and len(value) == rules and all(map(_is_share, value))


def _is_share(value: object) -> bool:
    match value:
        case (tuple() as results, tuple() as doubts, int()):
            return all(isinstance(each, Sent) for each in results) and all(isinstance(each, Doubt) for each in doubts)
        case _:
            return False


def _sent(judged: Judged) -> tuple[tuple[Sent, ...], tuple[Doubt, ...], int]:
    results = (
        Sent(each.verdict, Named(each.subject.id, each.subject.name, each.subject.TYPE), *_reasons(each))
        for each in judged.results
        if each.subject is not None
    )
    return tuple(results), judged.doubts, judged.subjects


def _reasons(result: Result) -> tuple[tuple[Problem, ...], tuple[Doubt, ...], tuple[Note, ...]]:
    return result.problems, result.doubts, result.notes


def _received(rule: Rule[Subject], results: tuple[Sent, ...], doubts: tuple[Doubt, ...], subjects: int) -> Judged:
    return Judged(
        tuple(Result(rule, each.verdict, each.subject, each.problems, each.doubts, each.notes) for each in results),
        doubts,
        subjects,
    )
