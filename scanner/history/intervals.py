"""What a run changes: which standings end, and which begin. Pure; the database only stores what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scanner.engine import Severity, Verdict


@dataclass(frozen=True, slots=True)
class Key:
    """A rule's id and a subject's ARM id in lower case; no subject for n/a and where subjects could not be listed."""

    rule: str
    subject: str


@dataclass(frozen=True, slots=True)
class State:
    """How a subject stands with a rule."""

    verdict: Verdict
    severity: Severity
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What one run saw. It speaks of the rules it `judged` alone; `unlisted` ones could not list all their subjects."""

    judged: frozenset[str]
    unlisted: frozenset[str]
    seen: Mapping[Key, State]


@dataclass(frozen=True, slots=True)
class Step:
    """What ends with a run and what begins; what goes on is in neither."""

    ended: tuple[Key, ...]
    begun: Mapping[Key, State]


def step(standing: Mapping[Key, State], sight: Sight) -> Step:
    """Compare what stood before a run with what it saw.

    A subject that is gone ends. Where a rule could not list its subjects nobody knows that, and the subject is unknown.
    """
    now = {key: _now(key, state, sight) for key, state in standing.items()}
    ended = tuple(key for key, state in standing.items() if now[key] != state)
    begun = {key: state for key in ended if (state := now[key]) is not None}
    new = {key: state for key, state in sight.seen.items() if key not in standing}
    return Step(ended, begun | new)


def _now(key: Key, before: State, sight: Sight) -> State | None:
    if key.rule not in sight.judged:
        return before
    if key not in sight.seen and key.subject and key.rule in sight.unlisted:
        return before if before.verdict is Verdict.UNKNOWN else replace(before, verdict=Verdict.UNKNOWN, waived=False)
    return sight.seen.get(key)
