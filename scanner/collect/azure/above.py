"""What is held at management groups, and so in every subscription below them: a few questions for thousands.

A role that is assigned at a management group holds in all subscriptions below it
(https://learn.microsoft.com/azure/role-based-access-control/scope-overview, 2025). What denies is Azure's own, and
leaves reading alone: deployment stacks exempt `*/read`
(https://learn.microsoft.com/dotnet/api/microsoft.azure.management.resources.models.denysettings.excludedactions, 2025).
That ARM tells permissions at a management group as it does at any scope is not documented: where it does not, each
subscription is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scanner.collect.azure.arm.held import Held, permissions_at
from scanner.collect.azure.arm.pages import Refused
from scanner.collect.azure.scopes import GROUPS, subscriptions_below
from scanner.collect.azure.session.answers import CAUGHT
from scanner.collect.azure.session.session import Session
from scanner.errors import NothingScanned
from scanner.model.arm import Json

MANY = 10
"""Subscriptions from which on it pays to ask above them."""
_MOST_TENANTS = 5


def groups_above(subscriptions: Iterable[Json]) -> list[str]:
    """Return the management groups that subscriptions, as ARM shows them, certainly lie below.

    The root group of a tenant has the tenant's id for its name
    (https://learn.microsoft.com/azure/governance/management-groups/overview#root-management-group-for-each-directory).
    """
    tenants = Counter(str(each["tenantId"]).lower() for each in subscriptions if each.get("tenantId"))
    return [tenant for tenant, _ in tenants.most_common(_MOST_TENANTS)]


def held_below(session: Session, groups: Iterable[str]) -> dict[str, Held]:
    """Return what is held at management groups, for each subscription (a GUID) below them; nothing that is not told."""
    found: dict[str, Held] = {}
    for group in groups:
        held = _held_at(session, group)
        for guid in _below(session, group) if held.roles else ():
            found[guid] = Held(found[guid].roles + held.roles) if guid in found else held
    return found


def _held_at(session: Session, group: str) -> Held:
    try:
        return permissions_at(session, f"/providers/{GROUPS}/{group}")
    except (Refused, *CAUGHT):
        return Held(is_told=False)


def _below(session: Session, group: str) -> tuple[str, ...]:
    try:
        return subscriptions_below(session, [group])
    except NothingScanned:
        return ()
