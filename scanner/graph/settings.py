"""What a scan was told: which guidance, which cloud, which workspaces, and what the user knows about the estate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.model.arm import ArmId
from scanner.model.fields import Network


class Profile(StrEnum):
    """Which age of Microsoft's guidance decides where they differ."""

    CURRENT = "current"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which workspaces are judged. Everything else that was read is context.

    `subscriptions` are GUIDs; empty means every subscription that was read, less the `context` ones. `resource_group`
    is a name, `workspace` a name or an ARM id; empty means any. `only` are the workspaces of an estate that is judged
    again in part; empty means all of them.
    """

    subscriptions: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    resource_group: str = ""
    workspace: str = ""
    only: frozenset[ArmId] = frozenset()

    def judges(self, workspace: ArmId) -> bool:
        """Tell whether this workspace is to be judged."""
        subscription = workspace.subscription
        return (
            subscription not in {each.lower() for each in self.context}
            and subscription in ({each.lower() for each in self.subscriptions} or {subscription})
            and self.resource_group.lower() in {"", workspace.resource_group.lower()}
            and self.workspace.lower().rstrip("/") in {"", workspace.name.lower(), workspace.key}
            and (not self.only or workspace in self.only)
        )


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
