"""What code left behind when it was last applied, by its state: rows to hold what is there against."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.collect.collected import InCode
from scanner.collect.iac.assumed import rows_with_subscriptions
from scanner.collect.iac.mapping import map_documents
from scanner.collect.iac.terraform.document import Document
from scanner.creation.completion import complete


def prior_state(plan: Document) -> Document:
    """Return the state that a plan starts from, empty where it tells none."""
    values = plan.prior_state.values if plan.prior_state is not None else None
    return Document(plan.format_version, plan.terraform_version, values=values)


def left_behind(states: Sequence[Document], cloud: str) -> InCode | None:
    """Return how states have their resources; None where they have none."""
    mapped = map_documents(each for each in states if each.values is not None)
    managed = frozenset(mapped.estate.rows)
    if not managed:
        return None
    complete(mapped.estate, cloud)
    return InCode(rows_with_subscriptions(mapped.estate), managed)
