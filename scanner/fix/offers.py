"""The changes that rules offer for what fails, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.engine import Result, Subject
from scanner.engine.change import Change, offered
from scanner.engine.evaluate import subjects_of
from scanner.fix.bench import Judgement
from scanner.graph import Graph
from scanner.model.arm import ArmId


@dataclass(frozen=True, slots=True)
class Offer:
    """A change with the failures for whose sake rules offer it."""

    change: Change
    asked_by: tuple[Result, ...]


def offers(judged: Judgement, failures: Iterable[Result] | None = None) -> tuple[Offer, ...]:
    """Return what is offered for failures, of all or of some, by stage; within one the worst failure comes first."""
    found: dict[str, tuple[Change, list[Result]]] = {}
    for result, subject in _with_subjects(judged.failures if failures is None else failures, judged.graph):
        for change in offered(result.rule.changes, subject, judged.graph):
            found.setdefault(change.id, (change, []))[1].append(result)
    every = (Offer(change, tuple(asked)) for change, asked in found.values())
    return tuple(sorted(every, key=lambda each: each.change.stage))


def _with_subjects(failures: Iterable[Result], graph: Graph) -> Iterator[tuple[Result, Subject]]:
    """Yield failures with their subjects as the graph has them: of one judged elsewhere only its name came back."""
    by_rule: dict[str, dict[ArmId, Subject]] = {}
    for each in failures:
        if each.rule.id not in by_rule:
            by_rule[each.rule.id] = {found.id: found for found in subjects_of(each.rule, graph)}
        subject = by_rule[each.rule.id].get(each.subject.id) if each.subject is not None else None
        if subject is not None:
            yield each, subject
