"""What the caller may do: the action that a path needs, taken from the path itself, and whether a role grants it.

Source: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations (an action is the
resource type and what is done to it) and https://learn.microsoft.com/azure/role-based-access-control/role-definitions
(a `*` in a role stands for anything, slashes too).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.simulator.target import Target

EVERYTHING = frozenset({"*"})

# Nobody needs a role for these: they answer with what the caller may see, if that is nothing (from memory).
_OPEN = frozenset({"/subscriptions", "/tenants", "/providers/microsoft.resourcegraph/resources"})


def action_for(target: Target) -> str | None:
    """Return the action that reading a target needs, None where ARM asks for none."""
    if target.key in _OPEN:
        return None
    is_provider = target.subscription is not None and "/" not in target.type
    return "Microsoft.Resources/subscriptions/providers/read" if is_provider else f"{target.type}/read"


class Grants:
    """The actions of a role, as its definition lists them; in any case, as Azure compares them."""

    def __init__(self, actions: Iterable[str] = EVERYTHING) -> None:
        self.limited = "*" not in (actions := frozenset(actions))
        self._patterns = [re.compile(_pattern(each), re.IGNORECASE) for each in sorted(actions)]

    def allow(self, target: Target) -> bool:
        """Say whether the target may be read."""
        action = action_for(target)
        return action is None or any(pattern.fullmatch(action) for pattern in self._patterns)


def _pattern(action: str) -> str:
    return ".*".join(map(re.escape, action.split("*")))
