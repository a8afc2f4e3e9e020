"""What Resource Graph showed completely, where that is not all of a type in a subscription, or of a resource."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from scanner.collect.azure.arm.follow import workspace_of
from scanner.collect.azure.arm.service_names import names_service
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.resource_graph.tables import KINDS, OF_ZONES
from scanner.graph.coverage import Covered, Ground
from scanner.model.arm import ArmId, Json, properties_of

DEPLOYMENTS = "microsoft.machinelearningservices/workspaces/onlineendpoints/deployments"
_MANAGED = frozenset({"AllowInternetOutbound", "AllowOnlyApprovedOutbound"})
_PARENTS = {kind.listing.type: kind.listing.parent.lower() for kind in KINDS.values()}
_ZONE = OF_ZONES.parent.lower()


def is_whole_enough(row: Json, store: Store) -> bool:
    """Tell whether a row that lacks a property is of a resource on which that property is without effect.

    How a deployment gets out is chosen by itself only where its workspace has no managed network
    (https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint, 2024).
    """
    workspace = workspace_of(ArmId(str(row["id"])))
    if str(row["type"]).lower() != DEPLOYMENTS or not store.knows(workspace):
        return False
    network = properties_of(store.rows.row(workspace.key)).get("managedNetwork")
    return isinstance(network, dict) and network.get("isolationMode") in _MANAGED


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
