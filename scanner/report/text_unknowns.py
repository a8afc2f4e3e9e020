"""Unknowns as the usual text report shows them: folded by what could not be read, the rest by what is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.engine import Result, Verdict
from scanner.evidence import Gap
from scanner.report.lines import Paper
from scanner.report.text_failures import some, why
from scanner.report.text_fitting import Block
from scanner.report.unread import spot_help, spot_words
from scanner.report.words import Status, name_of
from scanner.scan.blind_spots import BlindSpot, blind_spots
from scanner.system.counting import counted
from scanner.system.plain import plain

_NAMED = 3


def unknown_blocks(gaps: Iterable[Gap], results: Iterable[Result], paper: Paper, *, named: bool) -> Iterator[Block]:
    """Yield a block for each reason why something could not be read, then one for each other doubt.

    What hangs on something that could not be read is counted, and `named` too where that is wanted.
    """
    results = [*results]
    spots = blind_spots(gaps, results)
    hanging = {id(each) for spot in spots for each in spot.results}
    others = [each for each in results if each.verdict is Verdict.UNKNOWN and id(each) not in hanging]
    count = sum(len(each.gaps) for each in spots)
    yield from _under(
        f"Not read: {counted(count, 'listing or item', 'listings and items')}",
        [_spot(each, paper, named=named) for each in spots],
        paper,
    )
    yield from _under(f"Unknown for other reasons: {len(others)}", [*_doubts(others, paper)], paper)


def _under(heading: str, blocks: list[Block], paper: Paper) -> Iterator[Block]:
    """Put the heading on the first block."""
    for number, each in enumerate(blocks):
        above = [] if number else ["", *paper.lines(heading, 0, Status.UNKNOWN)]
        yield Block([*above, *each.head], each.entries)


def _spot(spot: BlindSpot, paper: Paper, *, named: bool) -> Block:
    told = (spot_help(spot), f"not read: {some(_kinds(spot), _NAMED)}", *(_hanging(spot) if named else ()))
    below = filter(None, told)
    return Block([*paper.lines(spot_words(spot), 1)], [[*paper.lines(each, 2)] for each in below])


def _hanging(spot: BlindSpot) -> Iterator[str]:
    """Yield the subjects that are unknown for it, by rule."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in spot.results:
        found[each.rule.id].append(name_of(each))
    yield from (f"{rule}: {some([*dict.fromkeys(names)], _NAMED)}" for rule, names in found.items())


def _kinds(spot: BlindSpot) -> list[str]:
    """Return the types that were not read, those on which most hangs first."""
    found: dict[str, int] = defaultdict(int)
    for gap, verdicts in spot.gaps:
        found[plain(gap.kind)] += verdicts
    return [f"{kind}{f' ({count})' if count else ''}" for kind, count in found.items()]


def _doubts(results: list[Result], paper: Paper) -> Iterator[Block]:
    reasons: dict[str, list[Result]] = defaultdict(list)
    for each in results:
        reasons[why(each)].append(each)
    for reason, same in sorted(reasons.items(), key=lambda each: (-len(each[1]), each[0])):
        names = some([*dict.fromkeys(f"{each.rule.id} {name_of(each)}" for each in same)], _NAMED)
        yield Block([*paper.lines(f"{len(same)}: {reason}", 1)], [[*paper.lines(names, 2)]])
