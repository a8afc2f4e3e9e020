"""Every listing that a scan makes: one row a type. Adding a type is a row here, a model class and a fixture.

The api-version of each row is pinned, with the reason: SDK defaults move with every release and are newer than what
sovereign clouds offer, and a changed version changes defaults under our feet (facts §0.1, §0.2).
"""

from __future__ import annotations

from functools import cache

from scanner.collect.azure.arm.tables import (
    containers,
    data,
    machine_learning,
    machines,
    names,
    network,
    roles,
    services,
)
from scanner.collect.azure.arm.tables.listing import (
    IP_GROUP,
    RESOURCE_GROUP,
    ROLE_DEFINITION,
    SUBSCRIPTION,
    Arm,
    Listing,
    Older,
    Sdk,
    nothing,
)

_GROUPS = Listing(
    RESOURCE_GROUP,
    Sdk("resource", "resource_groups.list"),
    "2021-04-01",
    "stable in every cloud",
    permission="Microsoft.Resources/subscriptions/resourceGroups/read",
)

LISTINGS: tuple[Listing, ...] = (
    _GROUPS,
    *machine_learning.ROWS,
    *data.ROWS,
    *network.ROWS,
    *names.ROWS,
    *services.ROWS,
    *machines.ROWS,
    *containers.ROWS,
    *roles.ROWS,
)
"""All rows. Parents stand before their children."""

_ITEMS = {row.type.lower(): row for row in LISTINGS if not row.fields} | {
    row.type.lower(): row
    for row in (
        Listing(SUBSCRIPTION, Arm(nothing), "2022-12-01", "stable in every cloud"),
        Listing(ROLE_DEFINITION, Arm(nothing), roles.AUTHORIZATION, "stable in every cloud"),
        Listing(IP_GROUP, Arm(nothing), network.STABLE, "as the firewall policies that name them"),
    )
}

API_VERSIONS = {kind: row.api_version for kind, row in _ITEMS.items()}
"""The api-version in which a single item of a type is read, by type in lower case."""


def item_listing(resource_type: str) -> Listing:
    """Return the row by which a single item of a type (lower case) is read: its api-versions, its permission."""
    return _ITEMS[resource_type]


_SOVEREIGN = frozenset({"usgov", "china"})


def spoken_in(cloud: str, listing: Listing) -> Older | None:
    """Return the version to ask a cloud for instead, with what it lacks: sovereign ones lag behind (facts §0.2)."""
    return listing.older[0] if cloud in _SOVEREIGN and listing.older else None


OTHER_ACTIONS = (
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/providers/read",
    "Microsoft.Authorization/permissions/read",
    "Microsoft.Authorization/roleDefinitions/read",
    f"{IP_GROUP}/read",
)
"""Permissions beside those of the listings."""


def children_of(resource_type: str) -> tuple[Listing, ...]:
    """Return the listings below a type."""
    return _CHILDREN.get(resource_type.lower(), ())


_CHILDREN: dict[str, tuple[Listing, ...]] = {
    parent: tuple(row for row in LISTINGS if row.parent.lower() == parent)
    for parent in {row.parent.lower() for row in LISTINGS}
}


@cache
def chain_below(resource_type: str) -> int:
    """Return how many listings must follow each other, at the most, once resources of a type are known."""
    return max((1 + chain_below(row.type.lower()) for row in children_of(resource_type)), default=0)


def actions() -> list[str]:
    """Return every permission that a scan needs, sorted: nothing but reads."""
    return sorted({row.action for row in LISTINGS} | set(OTHER_ACTIONS))
