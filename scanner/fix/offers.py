"""The changes that rules offer for what fails, each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.engine import Result
from scanner.engine.change import Change, offered
from scanner.fix.bench import Judgement


@dataclass(frozen=True, slots=True)
class Offer:
    """A change with the failures for whose sake rules offer it."""

    change: Change
    asked_by: tuple[Result, ...]


def offers(judged: Judgement, failures: Iterable[Result] | None = None) -> tuple[Offer, ...]:
    """Return what is offered for failures, of all or of some, by stage; within one the worst failure comes first."""
    found: dict[str, tuple[Change, list[Result]]] = {}
    for result in judged.failures if failures is None else failures:
        for change in offered(result.rule.changes, result.subject, judged.graph):
            found.setdefault(change.id, (change, []))[1].append(result)
    every = (Offer(change, tuple(asked)) for change, asked in found.values())
    return tuple(sorted(every, key=lambda each: each.change.stage))
