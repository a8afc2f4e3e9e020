"""What a plan costs: the monthly difference that each of its steps makes."""

from __future__ import annotations

from dataclasses import replace

from scanner.cost.book import Book
from scanner.cost.estimate import monthly_difference
from scanner.evidence import MissingEvidence
from scanner.fix.effects import EditError, made
from scanner.fix.plan import Cost, Plan, Step
from scanner.graph import Graph


def priced(plan: Plan, graph: Graph, book: Book) -> Plan:
    """Return a plan for an estate with what each step adds to the bill."""
    steps: list[Step] = []
    for step in plan.steps:
        try:
            after = made(graph, step.change.edits)
        except (EditError, MissingEvidence):
            return plan
        found, more = monthly_difference(graph, after, book)
        by_traffic = any(line.rates for line in more)
        if found.monthly or found.at_least or by_traffic:
            cost = Cost(found.monthly, book.currency, found.at_least, by_traffic, book.remarks[-1])
            step = replace(step, cost=cost)  # noqa: PLW2901 - the same step, with its cost
        steps.append(step)
        graph = after
    return replace(plan, steps=tuple(steps))
