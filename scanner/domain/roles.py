"""What a role permits and where an assignment of it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from scanner.evidence import MissingEvidence, known
from scanner.model.arm import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE, ArmId
from scanner.model.authorization import Permission, RoleDefinition
from scanner.model.services import RoleMode

_MANAGEMENT_GROUP = "microsoft.management/managementgroups"
_PLACES = {
    "": "the tenant root",
    SUBSCRIPTION_TYPE: "subscription ",
    RESOURCE_GROUP_TYPE: "resource group ",
    _MANAGEMENT_GROUP: "management group ",
}
"""What to call a scope, by its type; a resource goes by its name alone."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that an identity wants to do: the verb for it, and the action or data action that permits it."""

    verb: str
    action: str
    on_data: bool = False

    def __str__(self) -> str:
        if self.on_data:
            return f"the data action {self.action} (in {RoleMode.ABAC} mode no other counts)"
        return f"the action {self.action}"


# A registry in ABAC mode takes no notice of the registry-wide actions of AcrPull, AcrPush, Contributor and the like
# (https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions).
_IMAGES = {
    RoleMode.LEGACY: (
        Need("pull", "Microsoft.ContainerRegistry/registries/pull/read"),
        Need("push", "Microsoft.ContainerRegistry/registries/push/write"),
    ),
    RoleMode.ABAC: (
        Need("pull", "Microsoft.ContainerRegistry/registries/repositories/content/read", on_data=True),
        Need("push", "Microsoft.ContainerRegistry/registries/repositories/content/write", on_data=True),
    ),
}


def image_needs(mode: RoleMode) -> tuple[Need, ...]:
    """Return what it takes to pull and push images in a registry of a mode."""
    return _IMAGES[mode]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds at a scope, with the condition that limits it, if any."""

    role: RoleDefinition
    scope: ArmId
    condition: str = ""

    def __str__(self) -> str:
        place = _PLACES.get(self.scope.type, "")
        return f"{known(self.role.role_name) or self.role.name} (at {place}{self.scope.name})"

    def gives(self, need: Need) -> bool:
        """Tell whether the role permits something; raise MissingEvidence if that depends on its condition."""
        if not permits(self.role, need):
            return False
        if self.condition:
            raise MissingEvidence(f"{self} has a condition, and whether it is met was not judged", (str(self.role.id),))
        return True


def permits(role: RoleDefinition, need: Need) -> bool:
    """Tell whether a role permits something: one of its permission entries has the action and does not except it.

    An exception subtracts from its own entry only; another entry may still permit what this one leaves out.
    """
    return any(entry_permits(entry, need) for entry in known(role.permissions))


def entry_permits(entry: Permission, need: Need) -> bool:
    """Tell whether an entry has the action and does not except it."""
    given = known(entry.data_actions if need.on_data else entry.actions)
    if not any(fits(pattern, need.action) for pattern in given):
        return False
    excepted = known(entry.not_data_actions if need.on_data else entry.not_actions)
    return not any(fits(pattern, need.action) for pattern in excepted)


def fits(pattern: str, action: str) -> bool:
    """Tell whether an action is one that a pattern names; `*` stands for any text, slashes included."""
    return _compiled(pattern).fullmatch(action) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)


def covers(scope: ArmId, resource: ArmId, subscriptions: frozenset[str]) -> bool:
    """Tell whether an assignment at a scope holds for a resource: at it, or at what contains it.

    Ids do not say what a management group contains. Azure shows a subscription the assignments above it, so with one
    subscription read its groups are above it; with several of `subscriptions` that is not told and raises
    MissingEvidence.
    """
    if scope.type != _MANAGEMENT_GROUP:
        return f"{resource.key}/".startswith(f"{scope.key}/")
    if subscriptions != {resource.subscription}:
        raise MissingEvidence(
            f"a role is held at management group {scope.name}, and whether {resource.name} is below it was not read",
            (str(scope), str(resource)),
        )
    return True
