"""What a plan says beside its edits, one line each and without anything that a terminal or shell would take amiss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.engine import Result
from scanner.engine.change import NoEdit
from scanner.fix.plan import Cost, Plan, Step
from scanner.system.plain import plain

_MANY = 4


def remarks(number: int, step: Step) -> Iterator[str]:
    """Yield what a step does and what of it is a person's choice."""
    yield plain(f"{number}. {step.change.says}")
    if step.does.clears:
        yield plain(f"   clears {_listed(step.does.clears)}")
    if step.does.eases:
        yield plain(f"   leaves fewer problems of {_listed(step.does.eases)}")
    for each in step.change.choices:
        yield plain(f"   choose: {each.name} is {each.value} here, {each.why}")
    if step.cost is not None:
        yield plain(f"   costs {cost_words(step.cost)}")
    if step.cuts:
        ways = "; ".join(f"{subnet.name} to {what}" for subnet, _, what in step.cuts)
        yield plain(f"   CUTS OFF {ways}: every other order does too")


def cost_words(cost: Cost) -> str:
    """Say what a step adds to the bill, and by which prices."""
    least = "at least " if cost.at_least else ""
    traffic = " and what goes through" if cost.by_traffic else ""
    return f"{least}{cost.monthly:+.2f} {cost.currency} a month{traffic}, by {cost.prices}"


def tail(plan: Plan) -> Iterator[str]:
    """Yield what is left once all steps are made, and why nothing is proposed for it."""
    if not plan.steps:
        yield "Nothing is proposed."
    for each in plan.refused:
        yield plain(f"not proposed: {each.change.says}: {each.why}")
    for result in plan.remaining:
        yield plain(f"remains: {_told(result)}: {why_none(result)}")
    if not plan.remaining:
        yield "No failure of what was asked for remains."
    if plan.waived:
        yield plain(f"waived, and so left as it is: {_listed(plan.waived)}")
    if plan.unknown:
        yield plain(f"not known, and so left as it is: {_listed(plan.unknown)}; `mlsec-scan causes` says what to read")


def why_none(result: Result) -> str:
    """Say why no edit is offered for a failure."""
    changes = result.rule.changes
    return changes.why if isinstance(changes, NoEdit) else "nothing that was found would mend it"


def _listed(results: Iterable[Result]) -> str:
    told = [_told(each) for each in results]
    more = f" and {len(told) - _MANY} more" if len(told) > _MANY else ""
    return ", ".join(told[:_MANY]) + more


def _told(result: Result) -> str:
    return f"{result.rule.id} of {result.subject.name}" if result.subject is not None else result.rule.id
