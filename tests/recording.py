"""What a rule reads: the types that it asks a graph for, over every estate and its own cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from scanner.engine import Rule, Subject, evaluate
from scanner.evidence import Gap, Seen
from scanner.graph import Graph
from scanner.graph.settings import Settings
from scanner.model.arm import ArmId
from scanner.model.resource import Resource
from tests.cases import CASES, FIXTURES, changed, estate, settings_of

R = TypeVar("R", bound=Resource)


class Recorder(Graph):
    """A graph that notes which types are asked for, as they are listed."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.asked: set[str] = set()
        gaps = [Gap(**each) for each in case.get("gaps", [])]
        settings = settings_of(case["settings"]) if "settings" in case else Settings()
        super().__init__(changed(estate(case.get("base", "reference")), case), gaps, settings)

    def seen(self, kind: type[R]) -> tuple[R, ...]:
        """Note the type."""
        self._note(kind)
        return super().seen(kind)

    def children(self, kind: type[R], parent: ArmId) -> Seen[R]:
        """Note the type."""
        self._note(kind)
        return super().children(kind, parent)

    def _inside(self, kind: type[R], within: ArmId) -> tuple[R, ...]:
        self._note(kind)
        return super()._inside(kind, within)

    def _look_up(self, kind: type[R], arm_id: ArmId) -> R | None:
        self._note(kind)
        return super()._look_up(kind, arm_id)

    def _note(self, kind: type[Resource]) -> None:
        self.asked.add(kind.LISTED_WITH or kind.TYPE)


def reads_of(rule: Rule[Subject]) -> list[str]:
    """Return the types that a rule asks for, sorted."""
    asked: set[str] = set()
    for case in _cases(rule.id):
        graph = Recorder(case)
        evaluate([rule], graph)
        asked |= graph.asked
    return sorted(asked)


def _cases(rule_id: str) -> Iterator[dict[str, Any]]:
    """Yield every estate as it is, and the rule's own cases."""
    yield from ({"base": path.stem} for path in sorted(FIXTURES.glob("*.json")))
    yield from (json.loads(path.read_text()) for path in sorted((CASES / rule_id).glob("*.json")))
