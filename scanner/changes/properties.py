"""Changes that give a property of the subject a value."""

from __future__ import annotations

from typing import Any

from scanner.engine import Subject
from scanner.engine.change import Change, Changes, Changing, Set, Stage
from scanner.estate.solution import Solution
from scanner.graph import Graph


def sets(path: str, *, to: Any, stage: Stage, says: str) -> Changing[Any]:  # noqa: ANN401 - JSON
    """Offer to give a property of the subject, or of a solution's workspace, a value; `{}` in `says` is its name."""

    def changes(subject: Subject, _: Graph) -> Changes:
        target = subject.network_workspace.id if isinstance(subject, Solution) else subject.id
        yield Change(says.format(target.name), target, (Set(target, path, to),), stage)

    return changes


closes_public_access = sets(
    "properties.publicNetworkAccess", to="Disabled", stage=Stage.CLOSE, says="close the public endpoint of {}"
)
"""Turns a service's public network access off."""
