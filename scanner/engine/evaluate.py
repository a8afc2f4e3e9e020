"""The loop over rules and subjects: a rule only says what it found, the verdict is decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from scanner.engine.result import Result
from scanner.engine.rule import Rule, Subject, Undecided
from scanner.engine.verdict import Doubt, Note, Notes, Problem, Verdict
from scanner.errors import RulePackError, one_line
from scanner.evidence import Gap, MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.system.heap import seldom_swept

T = TypeVar("T")

Share: TypeAlias = Callable[[Subject], bool]
"""Tells whether a subject is among those to judge."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging a share of a rule's subjects gave: results in no order, and doubts that are about no subject.

    `subjects` counts those of all shares.
    """

    results: tuple[Result, ...]
    doubts: tuple[Doubt, ...]
    subjects: int


def evaluate(rules: Iterable[Rule[Subject]], graph: Graph) -> tuple[Result, ...]:
    """Judge every subject of every rule; in rule order, then by the subject's id."""
    with seldom_swept():
        return tuple(result for each in rules for result in in_order(each, [judge_share(each, graph)]))


def judge_share(rule: Rule[Subject], graph: Graph, share: Share = lambda _: True) -> Judged:
    """Judge those subjects of a rule that are in a share. Every share tells the doubts that are about no subject."""
    found, doubts, subjects = [], [], 0
    for each in _subjects(rule, graph):
        match each:
            case Undecided(subject=None, missing=missing):
                doubts.append(_doubt(missing))
            case Undecided(subject=subject, missing=missing):
                subjects += 1
                if subject is not None and share(subject):
                    found.append(Result(rule, Verdict.UNKNOWN, subject, doubts=(_doubt(missing),)))
            case subject:
                subjects += 1
                if share(subject):
                    found.append(_decide(rule, subject, graph))
    return Judged(tuple(found), _merged(doubts), subjects)


def in_order(rule: Rule[Subject], shares: Sequence[Judged]) -> list[Result]:
    """Put together what the shares of a rule's subjects gave: the same, and in the same order, as without shares."""
    found = sorted((result for each in shares for result in each.results), key=_place)
    if shares[0].doubts:
        found.append(Result(rule, Verdict.UNKNOWN, doubts=shares[0].doubts))
    return found or [Result(rule, Verdict.NOT_APPLICABLE)]


def _place(result: Result) -> ArmId:
    return result.subject.id if result.subject else ArmId("")


def _merged(doubts: list[Doubt]) -> tuple[Doubt, ...]:
    """Put doubts that say the same into one."""
    said: dict[tuple[str, Gap | None], dict[ArmId, None]] = {}
    for doubt in doubts:
        said.setdefault((doubt.message, doubt.gap), {}).update(dict.fromkeys(doubt.involves))
    return tuple(Doubt(message, tuple(involves), gap) for (message, gap), involves in said.items())


def subjects_of(rule: Rule[Subject], graph: Graph) -> Iterator[Subject]:
    """Yield the subjects of a rule, those left out of which it could not be seen whether it applies to them."""
    for each in _subjects(rule, graph):
        if not isinstance(each, Undecided):
            yield each


def _subjects(rule: Rule[Subject], graph: Graph) -> Iterator[Subject | Undecided[Subject]]:
    try:
        yield from rule.each(graph)
    except MissingEvidence as missing:
        yield Undecided(None, missing)
    except Exception as error:
        raise _broken(rule, None, error) from error


def _decide(rule: Rule[Subject], subject: Subject, graph: Graph) -> Result:
    problems, doubts, notes = [], [], []
    for each in _findings(rule, subject, graph):
        match each:
            case Problem():
                problems.append(each)
            case Doubt():
                doubts.append(each)
            case Note():
                notes.append(each)
    verdict = Verdict.FAIL if problems else Verdict.UNKNOWN if doubts else Verdict.PASS
    return Result(rule, verdict, subject, _each_once(problems), _each_once(doubts), _each_once(notes))


def _each_once(reasons: list[T]) -> tuple[T, ...]:
    """Drop repetitions: several workspaces that share a subject can fail it for the same reason."""
    return tuple(dict.fromkeys(reasons) if len(reasons) > 1 else reasons)


def _findings(rule: Rule[Subject], subject: Subject, graph: Graph) -> Notes:
    """Yield what the check finds; evidence that it misses ends it with a doubt."""
    try:
        yield from rule.check(subject, graph)
    except MissingEvidence as missing:
        yield _doubt(missing)
    except Exception as error:
        raise _broken(rule, subject, error) from error


def _doubt(missing: MissingEvidence) -> Doubt:
    return Doubt(missing.why, tuple(ArmId(each) for each in missing.involves), missing.gap)


def _broken(rule: Rule[Subject], subject: Subject | None, error: Exception) -> RulePackError:
    about = f" on {subject.id}" if subject is not None else ""
    return RulePackError(f"rule {rule.id} broke{about}: {type(error).__name__}: {one_line(error)}")
