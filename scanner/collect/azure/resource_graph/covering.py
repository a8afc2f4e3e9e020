"""What Resource Graph showed completely of a subscription, where that is not all of a type."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from scanner.collect.azure.arm.service_names import names_service
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.resource_graph.tables import KINDS, OF_ZONES
from scanner.graph.coverage import Covered, Ground
from scanner.model.arm import ArmId

_PARENTS = {kind.listing.type: kind.listing.parent.lower() for kind in KINDS.values()}
_ZONE = OF_ZONES.parent.lower()


def below_parents(store: Store, partly: Mapping[tuple[str, str], Collection[str]]) -> Iterator[Covered]:
    """Yield the parents below which types were read whole, by type and subscription all but some (keys)."""
    wanted = {(_PARENTS[kind], guid): (kind, keys) for (kind, guid), keys in partly.items()}
    for key in tuple(store.rows.keys()) if wanted else ():
        arm_id = ArmId(key)
        kind, keys = wanted.get((arm_id.type, arm_id.subscription), ("", ()))
        if kind and key not in keys:
            yield Covered(kind, key, Ground.COUNTED)


def in_zones(store: Store, zoned: Collection[tuple[str, str]], read: Collection[tuple[str, str]]) -> Iterator[Covered]:
    """Yield the zones whose records were read, and that there are others, by types and subscriptions.

    `zoned` are those in which the graph was asked for records of needed zones, `read` those in which it told of all.
    """
    for key in tuple(store.rows.keys()) if zoned else ():
        if "/privatednszones/" not in key or (zone := ArmId(key)).type != _ZONE:
            continue
        at = (OF_ZONES.type, zone.subscription)
        if at in read and at in zoned and names_service(zone.name):
            yield Covered(OF_ZONES.type, key, Ground.COUNTED)
        elif at in zoned and not names_service(zone.name):
            yield Covered(OF_ZONES.type, f"/subscriptions/{zone.subscription}", Ground.LEFT)
