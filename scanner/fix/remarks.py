"""What a plan says beside its edits, one line each and without anything that a terminal or shell would take amiss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.engine import Result
from scanner.engine.change import NoEdit
from scanner.fix.plan import Plan, Step

_MANY = 4


def remarks(number: int, step: Step) -> Iterator[str]:
    """Yield what a step does and what of it is a person's choice."""
    yield harmless(f"{number}. {step.change.says}")
    if step.does.clears:
        yield harmless(f"   clears {_listed(step.does.clears)}")
    if step.does.eases:
        yield harmless(f"   leaves fewer problems of {_listed(step.does.eases)}")
    for each in step.change.choices:
        yield harmless(f"   choose: {each.name} is {each.value} here, {each.why}")
    if step.cuts:
        ways = "; ".join(f"{subnet.name} to {what}" for subnet, _, what in step.cuts)
        yield harmless(f"   CUTS OFF {ways}: every other order does too")


def tail(plan: Plan) -> Iterator[str]:
    """Yield what is left once all steps are made, and why nothing is proposed for it."""
    if not plan.steps:
        yield "Nothing is proposed."
    for each in plan.refused:
        yield harmless(f"not proposed: {each.change.says}: {each.why}")
    for result in plan.remaining:
        yield harmless(f"remains: {_told(result)}: {why_none(result)}")
    if not plan.remaining:
        yield "No failure of what was asked for remains."


def why_none(result: Result) -> str:
    """Say why no edit is offered for a failure."""
    changes = result.rule.changes
    return changes.why if isinstance(changes, NoEdit) else "nothing that was found would mend it"


def harmless(text: str) -> str:
    """Return a line in which control characters are question marks."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _listed(results: Iterable[Result]) -> str:
    told = [_told(each) for each in results]
    more = f" and {len(told) - _MANY} more" if len(told) > _MANY else ""
    return ", ".join(told[:_MANY]) + more


def _told(result: Result) -> str:
    return f"{result.rule.id} of {result.subject.name}" if result.subject is not None else result.rule.id
