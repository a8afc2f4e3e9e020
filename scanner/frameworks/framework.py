"""A framework: its controls, and which rules are about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scanner.engine import Rule, Subject
from scanner.engine.mapping import Basis, ControlMapping, Fit


@dataclass(frozen=True, slots=True)
class Control:
    """One control by its id. `title` is "" where the publisher's terms do not let us carry it."""

    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """That a rule is about a control. `profile` is the only one under which that holds, "" for every one."""

    rule: str
    control: str
    fit: Fit
    basis: Basis
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework as far as rules are about it: its other controls are not here.

    `source` says where ids and mappings were taken from; of a user's own framework it is the file and its SHA-256.
    """

    id: str
    title: str
    version: str
    publisher: str
    source: str
    controls: tuple[Control, ...]
    links: tuple[Link, ...]

    @property
    def name(self) -> str:
        """Title and version."""
        return f"{self.title} {self.version}".strip()

    def under(self, profile: str) -> Framework:
        """Return it with the links that hold under one profile: the age of the guidance can turn a rule round."""
        return replace(self, links=tuple(each for each in self.links if each.profile in {"", profile}))


def mapped(rules: Iterable[Rule[Subject]], frameworks: Iterable[Framework]) -> tuple[Rule[Subject], ...]:
    """Return the rules with the controls that they are about, in the order of frameworks and controls."""
    found: dict[str, list[ControlMapping]] = {}
    for framework in frameworks:
        for each in framework.links:
            found.setdefault(each.rule, []).append(ControlMapping(framework.id, each.control, each.fit, each.basis))
    return tuple(replace(each, mappings=tuple(found.get(each.id, ()))) for each in rules)
