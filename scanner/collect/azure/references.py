"""Reading what is referred to elsewhere, and nothing twice that one answer tells for several.

A built-in role is the same in every subscription (https://learn.microsoft.com/azure/role-based-access-control/
built-in-roles), and a subscription of somebody else's answers for one of its endpoints as for all.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.collect.azure.arm.demand import Demand
from scanner.collect.azure.arm.listings import item_listing
from scanner.collect.azure.arm.tables.listing import PRIVATE_ENDPOINT, ROLE_DEFINITION
from scanner.collect.azure.reading import Reading
from scanner.model.arm import ArmId, Json, properties_of

_ROLE, _ENDPOINT = ROLE_DEFINITION.lower(), PRIVATE_ENDPOINT.lower()
_BUILT_IN = "builtinrole"


def read_items(reading: Reading, items: Iterable[ArmId], seen: frozenset[str] | None) -> None:
    """Read single resources and wait for them.

    `seen` are the subscriptions that the identity sees (GUIDs), None where that is not known.
    """
    rest: list[tuple[ArmId, ArmId]] = []
    demand = reading.aside.demand()
    for each in items:
        if _is_away(each, seen) and not (reading.aside.reads_all or _is_worth_asking(each, demand)):
            continue
        leader = reading.leaders.setdefault(_question(each, seen), each)
        if leader is each:
            _start(reading, each)
        else:
            rest.append((each, leader))
    reading.pool.drain()
    for each, leader in rest:
        if not _is_told_by(reading, each, leader):
            _start(reading, each)
    reading.pool.drain()


def _is_worth_asking(endpoint: ArmId, demand: Demand) -> bool:
    """Tell of an endpoint that lies away whether a verdict may depend on what Azure says of it."""
    return demand.may_matter(endpoint) and not demand.is_of_a_managed_network(endpoint)


def _start(reading: Reading, item: ArmId) -> None:
    reading.start_item(item, home=item in reading.store.hosts)


def _question(item: ArmId, seen: frozenset[str] | None) -> object:
    """Return what is asked by reading an item: items with one question may have one answer."""
    if item.type == _ROLE:
        return item.name.lower()
    return item.subscription if _is_away(item, seen) else item


def _is_away(item: ArmId, seen: frozenset[str] | None) -> bool:
    """Tell whether an item is known to be an endpoint in a subscription that the identity does not see."""
    return item.type == _ENDPOINT and seen is not None and item.subscription not in seen


def _is_told_by(reading: Reading, item: ArmId, leader: ArmId) -> bool:
    """Tell whether what was read of another item, its leader, tells of an item as well, and keep that."""
    if item.type == _ENDPOINT:
        return item.subscription in reading.foreign
    if not reading.store.knows(leader):
        return False
    row = reading.store.rows.row(leader.key)
    if not _is_built_in(row):
        return False
    reading.take([{**row, "id": str(item)}], item_listing(_ROLE), home=item in reading.store.hosts)
    return True


def _is_built_in(role: Json) -> bool:
    return str(properties_of(role).get("type")).lower() == _BUILT_IN
