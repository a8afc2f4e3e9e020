"""Results on their way between processes: without their rules, and subjects without the graph that they lie in."""

from __future__ import annotations

import pickle
from typing import TypeAlias, TypeGuard

from msgspec import Struct

from scanner.engine.evaluate import Judged
from scanner.engine.result import Result
from scanner.engine.rule import Rule, Subject
from scanner.engine.verdict import Doubt, Note, Problem, Verdict
from scanner.model.arm import ArmId
from scanner.system.heap import seldom_swept


class Named(Struct, frozen=True):
    """A subject as results show it, without the graph that it lies in."""

    id: ArmId
    name: str
    TYPE: str


class Sent(Struct, frozen=True):
    """A result without its rule."""

    verdict: Verdict
    subject: Named
    problems: tuple[Problem, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[Note, ...]


OfRule: TypeAlias = tuple[tuple[Sent, ...], tuple[Doubt, ...], int]
"""What one share gave of one rule: results, the doubts about no subject, and the subjects of all shares."""

Part: TypeAlias = tuple[OfRule, ...]
"""What one share gave of every rule."""


def sent(judged: Judged) -> OfRule:
    """Return what one share gave of one rule, fit to be sent."""
    results = (
        Sent(each.verdict, Named(each.subject.id, each.subject.name, each.subject.TYPE), *_reasons(each))
        for each in judged.results
        if each.subject is not None
    )
    return tuple(results), judged.doubts, judged.subjects


def received(rule: Rule[Subject], part: OfRule) -> Judged:
    """Return what one share gave of one rule, as if it had been judged here."""
    results, doubts, subjects = part
    return Judged(
        tuple(Result(rule, each.verdict, each.subject, each.problems, each.doubts, each.notes) for each in results),
        doubts,
        subjects,
    )


def packed(part: Part) -> bytes:
    """Return a part as bytes: whoever hands on as many objects looks for garbage among them, which takes longer."""
    with seldom_swept():
        return pickle.dumps(part, pickle.HIGHEST_PROTOCOL)


def unpacked(answer: object, rules: int) -> Part:
    """Return the part, of so many rules, that another process packed. Raises ValueError where it is none."""
    part = _loaded(answer) if isinstance(answer, bytes) else None
    if not _is_part(part, rules):
        raise ValueError("what was sent is no part of so many rules")
    return part


def _loaded(answer: bytes) -> object:
    with seldom_swept():
        try:
            found: object = pickle.loads(answer)  # noqa: S301 - who sent it runs our code, and sends objects anyway
        except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError):
            return None
        return found


def _is_part(value: object, rules: int) -> TypeGuard[Part]:
    return isinstance(value, tuple) and len(value) == rules and all(map(_is_of_rule, value))


def _is_of_rule(value: object) -> bool:
    match value:
        case (tuple() as results, tuple() as doubts, int()):
            return all(isinstance(each, Sent) for each in results) and all(isinstance(each, Doubt) for each in doubts)
        case _:
            return False


def _reasons(result: Result) -> tuple[tuple[Problem, ...], tuple[Doubt, ...], tuple[Note, ...]]:
    return result.problems, result.doubts, result.notes
