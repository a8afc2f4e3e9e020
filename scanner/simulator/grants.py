"""What the caller may do: the action that a path needs, taken from the path itself, and whether a role grants it.

Source: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations (an action is the
resource type and what is done to it) and https://learn.microsoft.com/azure/role-based-access-control/role-definitions
(a `*` in a role stands for anything, slashes too).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanner.simulator.target import Target

EVERYTHING = frozenset({"*"})

_MANAGEMENT_GROUPS = "/providers/microsoft.management/managementgroups/"

# Nobody needs a role for these: they answer with what the caller may see, if that is nothing (from memory).
_OPEN = frozenset({"/subscriptions", "/tenants", "/providers/microsoft.resourcegraph/resources"})


def action_for(target: Target) -> str | None:
    """Return the action that reading a target needs, None where ARM asks for none."""
    if target.key in _OPEN:
        return None
    # Asked of the subscription: public logs name it "over scope '/subscriptions/…'" to roles on a resource group only.
    is_provider = target.subscription is not None and "/" not in target.type
    return "Microsoft.Resources/subscriptions/providers/read" if is_provider else f"{target.type}/read"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role assignment: the actions of a role on a scope, which is an id, and on everything below it.

    A management group, like the root `/`, is above every subscription: an estate does not say where it hangs.
    `not_actions` take from the actions of this grant alone, as in
    https://learn.microsoft.com/azure/role-based-access-control/role-definitions#notactions
    """

    scope: str
    actions: Sequence[str]
    not_actions: Sequence[str] = ()

    def allows(self, action: str) -> bool:
        """Say whether the role has an action."""
        return _is_any(self.actions, action) and not _is_any(self.not_actions, action)

    def covers(self, path: str) -> bool:
        """Say whether a path is the scope or lies below it."""
        scope, below = self.scope.lower().rstrip("/"), path.lower()
        is_above_all = scope.startswith(_MANAGEMENT_GROUPS) and below.startswith("/subscriptions/")
        return is_above_all or f"{below}/".startswith(f"{scope}/")

    def touches(self, path: str) -> bool:
        """Say whether a path is the scope, or lies below it or above it."""
        return self.covers(path) or f"{self.scope.lower()}/".startswith(f"{path.lower()}/")


class Grants:
    """The actions of a role, as its definition lists them; in any case, as Azure compares them."""

    def __init__(self, actions: Iterable[str] = EVERYTHING) -> None:
        self._actions = frozenset(actions)
        self.limited = "*" not in self._actions

    def allow(self, target: Target) -> bool:
        """Say whether the target may be read."""
        action = action_for(target)
        return action is None or _is_any(self._actions, action)


def _is_any(patterns: Iterable[str], action: str) -> bool:
    return any(_pattern(each).fullmatch(action) for each in patterns)


@cache
def _pattern(action: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, action.split("*"))), re.IGNORECASE)
