"""What a scan was told: which guidance, which cloud, which workspaces, and what the user knows about the estate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from scanner.model.arm import ArmId
from scanner.model.fields import Network


class Profile(StrEnum):
    """Which age of Microsoft's guidance decides where they differ."""

    CURRENT = "current"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which workspaces are judged. Everything else that was read is context.

    `subscriptions` are GUIDs; empty means every subscription that was read, less the `context` ones. `resource_groups`
    are names or globs of them, `workspaces` names, ARM ids or globs of either; empty means any. `only` are the
    workspaces of an estate that is judged again in part; empty means all of them.
    """

    subscriptions: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    resource_groups: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    only: frozenset[ArmId] = frozenset()

    def judges(self, workspace: ArmId) -> bool:
        """Tell whether this workspace is to be judged."""
        subscription = workspace.subscription
        return (
            subscription not in {each.lower() for each in self.context}
            and subscription in ({each.lower() for each in self.subscriptions} or {subscription})
            and (not self.resource_groups or any(is_group_of(each, workspace) for each in self.resource_groups))
            and (not self.workspaces or any(is_named(each, workspace) for each in self.workspaces))
            and (not self.only or workspace in self.only)
        )


def is_group_of(pattern: str, workspace: ArmId) -> bool:
    """Tell whether a name of a resource group, or a glob, fits the one of a workspace."""
    return _fits(pattern, workspace.resource_group.lower())


def is_named(pattern: str, workspace: ArmId) -> bool:
    """Tell whether a name or an id, or a glob of either, fits a workspace."""
    return _fits(pattern, workspace.name.lower()) or _fits(pattern, workspace.key)


def _fits(pattern: str, text: str) -> bool:
    return fnmatchcase(text, pattern.lower().rstrip("/"))


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices that a verdict depends on.

    `allowed_ip_ranges` are public ranges from which access is accepted; `aml_vnets` and `access_vnets` are names or ids
    that override detection; endpoints in `trusted_subscriptions` (GUIDs in lower case) may lead to a solution's
    services.
    """

    profile: Profile = Profile.CURRENT
    cloud: str = "public"
    scope: Scope = Scope()
    allowed_ip_ranges: tuple[Network, ...] = ()
    aml_vnets: tuple[str, ...] = ()
    access_vnets: tuple[str, ...] = ()
    trusted_subscriptions: tuple[str, ...] = ()
