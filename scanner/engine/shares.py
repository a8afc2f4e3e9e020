"""Judging in shares: subjects are dealt out by where they lie, and what each share gave is put together again.

A solution lies in one subscription, most of all, so that what one rule worked out in a share serves the next one: where
it is dealt out to two, both work it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias
from zlib import crc32

from scanner.engine.evaluate import in_order, judge_share, subjects_of
from scanner.engine.result import Result
from scanner.engine.rule import Rule, Subject
from scanner.engine.sent import OfRule, Part, received, sent
from scanner.errors import ScanError
from scanner.graph import Graph
from scanner.system.heap import seldom_swept


class ShareLost(ScanError):  # noqa: N818 - it names what happened
    """What shares gave does not come to one result for each subject."""

    exit_code = 4


_Place: TypeAlias = tuple[str, str]
"""A subscription and a resource group in it, in lower case; without a group what is dealt out as a whole."""

_PIECES = 4
"""What is larger than so many parts of a share is dealt out in pieces, so that shares are about as large."""


class Dealt:
    """Which share each subject of an estate is in, the same on every machine: subscriptions, and groups of large ones.

    `keys` are those of subjects, one for each judgement: what lies beside solutions costs nothing, however much it is.
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
    with seldom_swept():
        dealt = Dealt((each.id.key for rule in rules for each in subjects_of(rule, graph)), shares)

        def mine(subject: Subject) -> bool:
            return dealt.share_of(subject) == number

        return tuple(sent(judge_share(each, graph, mine)) for each in rules)


def put_together(rules: Sequence[Rule[Subject]], parts: Sequence[Part]) -> tuple[Result, ...]:
    """Return what judging without shares would have given: the same results in the same order. Raises ShareLost."""
    return tuple(
        result for number, rule in enumerate(rules) for result in _whole(rule, [each[number] for each in parts])
    )


def _whole(rule: Rule[Subject], shares: list[OfRule]) -> list[Result]:
    judged = [received(rule, each) for each in shares]
    if {each.subjects for each in judged} != {sum(len(each.results) for each in judged)}:
        raise ShareLost(f"rule {rule.id} was not judged on every subject: a share of the work was lost; scan again")
    return in_order(rule, judged)
