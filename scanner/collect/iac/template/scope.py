"""What expressions of a template can ask for, and how much work is left for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from scanner.collect.iac.template.frames import Frame
from scanner.collect.iac.template.values import NotKnown
from scanner.errors import CodeError

Json = Any

_MOST_STEPS = 2_000_000


class Resources(Protocol):
    """What a template's resources will be, for those that refer to them."""

    def reference(self, what: str, scope: Scope, *, full: bool) -> Json:
        """Return the properties of what an id, name or symbol names, or all of it."""
        ...


@dataclass
class Budget:
    """How much work is left: a template may be made to have no end."""

    left: int = _MOST_STEPS

    def spend(self) -> None:
        """Take a step. Raises CodeError where there were too many."""
        self.left -= 1
        if self.left < 0:
            raise CodeError("the template takes more steps than one of ARM would; it was not read on")


@dataclass
class Scope:
    """What expressions of a template can ask for. `parameters` are values, `variables` expressions still.

    `is_nested_inner` tells whether deployments in it that do not say so evaluate in their own scope. `condition` is why
    what is in it may not be deployed, where that is not known.
    """

    frame: Frame
    resources: Resources
    parameters: dict[str, Json] = field(default_factory=dict)
    declared: Mapping[str, Json] = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    deployment: str = "main"
    is_nested_inner: bool = False
    condition: NotKnown | None = None
    known: dict[str, Json] = field(default_factory=dict)
    evaluating: set[str] = field(default_factory=set)
