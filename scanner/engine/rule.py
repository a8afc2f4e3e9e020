"""A rule: four facts about it, which subjects it judges, and the check that says what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from scanner.engine.change import Changing, no_changes
from scanner.engine.mapping import ControlMapping
from scanner.engine.severity import Severity
from scanner.engine.verdict import Notes
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId


class Subject(Protocol):
    """What one result is about: a resource, or a solution standing for its workspace."""

    @property
    def TYPE(self) -> str:  # noqa: N802 - resources have it as a constant
        """The ARM resource type."""
        ...

    @property
    def id(self) -> ArmId:
        """The ARM id."""
        ...

    @property
    def name(self) -> str:
        """The name."""
        ...


S = TypeVar("S", bound=Subject)


@dataclass(frozen=True, slots=True)
class Undecided(Generic[S]):
    """A subject of which it could not be seen whether the rule applies; None if subjects could not even be listed."""

    subject: S | None
    missing: MissingEvidence


Selector: TypeAlias = Callable[[Graph], Iterable[S | Undecided[S]]]
"""Yields the subjects of a rule."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One rule: four facts, a check, and what would mend a subject that fails.

    `page` is its file's docstring, filled in by `load_pack`. `mappings` are the controls of the frameworks that a scan
    was asked for; no rule's file names any.
    """

    id: str
    control: str
    severity: Severity
    each: Selector[S]
    check: Callable[[S, Graph], Notes]
    page: str = ""
    changes: Changing[S] = no_changes
    mappings: tuple[ControlMapping, ...] = ()

    @property
    def title(self) -> str:
        """The first sentence of the page, without its full stop."""
        return self.page.strip().partition("\n\n")[0].replace("\n", " ").rstrip(".")


def rule(
    *,
    id: str,  # noqa: A002 - it is the word that design, reports and users know
    control: str,
    severity: Severity,
    each: Selector[S],
    changes: Changing[S] = no_changes,
) -> Callable[[Callable[[S, Graph], Notes]], Rule[S]]:
    """Make a rule of the generator below: `id` in kebab case, `control` a heading of the checklist.

    `changes` yields what would mend a subject that fails.
    """

    def make(check: Callable[[S, Graph], Notes]) -> Rule[S]:
        return Rule(id, control, severity, each, check, changes=changes)

    return make
