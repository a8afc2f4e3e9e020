"""Judging again: what an edit does to the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeAlias

from scanner.engine import Result, Rule, Subject, Verdict
from scanner.engine.evaluate import evaluate
from scanner.graph import Graph

Key: TypeAlias = tuple[str, str]
"""Rule and subject: its ARM id in lower case, "" for none."""


def key_of(result: Result) -> Key:
    """Return what a result is about."""
    return result.rule.id, result.subject.id.key if result.subject is not None else ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every result of an estate, by what it is about."""

    graph: Graph
    results: Mapping[Key, Result]

    @property
    def failures(self) -> tuple[Result, ...]:
        """What fails and nobody accepted, worst first, then in rule order."""
        found = (each for each in self.results.values() if each.verdict is Verdict.FAIL and not each.is_waived)
        return tuple(sorted(found, key=lambda each: -each.severity.rank))


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two judgements.

    `clears` are failures that are none any more, `eases` such as have fewer problems left, `breaks` what fails now and
    did not before, or passed and is not known now, for a reason that was not there before. All are results of the
    earlier judgement but `breaks`, which are of the later.
    """

    clears: tuple[Result, ...]
    eases: tuple[Result, ...]
    breaks: tuple[Result, ...]

    @property
    def helps(self) -> bool:
        """Whether anything got better."""
        return bool(self.clears or self.eases)


def judgement(results: Iterable[Result], graph: Graph) -> Judgement:
    """Return results by what they are about."""
    return Judgement(graph, {key_of(each): each for each in results})


def again(before: Judgement, graph: Graph) -> Judgement:
    """Judge an edited graph by every rule; what was accepted before is accepted still."""
    return judgement(map(_waived_as(before), evaluate(rules_of(before), graph)), graph)


def rules_of(judged: Judgement) -> tuple[Rule[Subject], ...]:
    """Return the rules that were asked, in their order."""
    return tuple({each.rule.id: each.rule for each in judged.results.values()}.values())


def difference(before: Judgement, after: Judgement) -> Difference:
    """Return what changed."""
    doubted = {(each.rule.id, doubt.message) for each in before.results.values() for doubt in each.doubts}
    clears, eases = [], []
    for was in before.failures:
        now = after.results.get(key_of(was))
        if now is None or now.verdict in _GOOD:
            clears.append(was)
        elif len(now.problems) < len(was.problems) and (now.problems or not _has_new_doubt(now, doubted)):
            eases.append(was)
    breaks = [each for key, each in after.results.items() if _is_worse(before.results.get(key), each, doubted)]
    return Difference(tuple(clears), tuple(eases), tuple(breaks))


_GOOD = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
_Doubted = AbstractSet[tuple[str, str]]


def _is_worse(was: Result | None, now: Result, doubted: _Doubted) -> bool:
    if now.is_waived:
        return False
    if now.verdict is Verdict.FAIL:
        return was is None or was.verdict is not Verdict.FAIL or len(now.problems) > len(was.problems)
    return now.verdict is Verdict.UNKNOWN and was is not None and was.verdict in _GOOD and _has_new_doubt(now, doubted)


def _has_new_doubt(now: Result, doubted: _Doubted) -> bool:
    return any((now.rule.id, doubt.message) not in doubted for doubt in now.doubts)


def _waived_as(before: Judgement) -> Callable[[Result], Result]:
    def keep(result: Result) -> Result:
        was = before.results.get(key_of(result))
        return replace(result, waiver=was.waiver) if was is not None and was.waiver is not None else result

    return keep
