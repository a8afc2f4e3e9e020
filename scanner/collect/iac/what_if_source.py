"""What plans would do to an estate, as a source: the estate as it will be, with what it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from scanner.collect.collected import Collected, Progress
from scanner.collect.iac.assumed import kept, subscriptions_of
from scanner.collect.iac.hcl.code import Code
from scanner.collect.iac.left_behind import left_behind, prior_state
from scanner.collect.iac.overlay import overlay
from scanner.collect.iac.terraform.document import Document
from scanner.collect.iac.terraform_source import (
    code_notes,
    lines_of,
    notes_of,
    read_plan,
    read_state,
    written,
)
from scanner.creation.completion import complete
from scanner.creation.estate import Estate
from scanner.graph.rows import PackedRows
from scanner.model.arm import ArmId, Json


class There(Protocol):
    """What reads the estate as it is."""

    def collect(self, progress: Progress) -> Collected:
        """Read it."""
        ...


@dataclass(frozen=True, slots=True)
class WhatIfSource:
    """Plans applied to what another source reads; without any, what it reads beside states that tell of it.

    `code` is what plans and states were made of: of all of them, or one for each, plans first.
    """

    there: There
    plans: tuple[Path, ...] = ()
    states: tuple[Path, ...] = ()
    code: tuple[Code, ...] = ()

    def collect(self, progress: Progress) -> Collected:
        """Read both. Raises CodeError, and what the other source raises."""
        plans, states = [read_plan(each) for each in self.plans], [read_state(each) for each in self.states]
        written([*plans, *states], self.code)
        before = self.there.collect(progress)
        lines = lines_of([*plans, *states], self.code, _only(before.subscriptions))
        notes = (*before.notes, *code_notes(lines, self.code))
        left = left_behind([*states, *map(prior_state, plans)], before.cloud)
        before = replace(before, notes=notes, lines=lines, code=left)
        return self._applied(before, plans) if plans else before

    def _applied(self, before: Collected, documents: list[Document]) -> Collected:
        found = overlay(before.resources, documents, _only(before.subscriptions))
        gaps = [*found.gaps, *complete(found.estate, before.cloud)]
        strange = _elsewhere(found.estate, before)
        notes = [*found.notes, *(note for each in documents for note in notes_of(each)), *map(_not_read, strange)]
        rows: Sequence[Json] = PackedRows(map(kept, found.estate.rows.values()))
        return replace(
            before,
            resources=rows,
            gaps=(*before.gaps, *gaps),
            source="what-if",
            subscriptions=(*before.subscriptions, *strange),
            notes=(*before.notes, *notes),
            via="",
            why="",
            before=before,
            stand_ins=found.stand_ins,
        )


def _elsewhere(estate: Estate, before: Collected) -> list[str]:
    """Return the subscriptions of what the plans make that the estate as it is knows nothing of, sorted."""
    known = {each.lower() for each in (*before.subscriptions, *before.context_subscriptions)}
    known |= {ArmId(str(row["id"])).subscription for row in before.resources}
    return [each for each in subscriptions_of(estate) if each.lower() not in known]


def _not_read(subscription: str) -> str:
    return f"the plan makes resources in subscription {subscription}, of which nothing was read: they are judged alone"


def _only(subscriptions: tuple[str, ...]) -> str:
    """Return the subscription that new resources lie in, if there is but one."""
    return subscriptions[0] if len(subscriptions) == 1 else ""
