"""What Resource Graph showed completely of a subscription, where that is not all of a type, or of a resource."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from scanner.collect.azure.arm.follow import workspace_of
from scanner.collect.azure.arm.service_names import names_service
from scanner.collect.azure.arm.store import Store
from scanner.collect.azure.resource_graph.tables import KINDS, OF_ZONES, as_arm
from scanner.evidence import UNKNOWN_KEY
from scanner.graph.coverage import Covered, Ground
from scanner.graph.unread import LEFT_UNREAD
from scanner.model.arm import ArmId, Json, properties_of

DEPLOYMENTS = "microsoft.machinelearningservices/workspaces/onlineendpoints/deployments"
_EGRESS = "egressPublicNetworkAccess"
_MANAGED = frozenset({"AllowInternetOutbound", "AllowOnlyApprovedOutbound"})
_PARENTS = {kind.listing.type: kind.listing.parent.lower() for kind in KINDS.values()}
_ZONE = OF_ZONES.parent.lower()


def without_need(row: Json, store: Store) -> Json | None:
    """Return a row that lacks a property no verdict hangs on, as ARM would show it but for that; None for any other.

    How a deployment gets out is chosen by itself only where its workspace has no managed network
    (https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint, 2024).
    """
    workspace = workspace_of(ArmId(str(row["id"])))
    if str(row["type"]).lower() != DEPLOYMENTS or not store.knows(workspace):
        return None
    network = properties_of(store.rows.row(workspace.key)).get("managedNetwork")
    if not isinstance(network, dict) or network.get("isolationMode") not in _MANAGED:
        return None
    known = {**row, "properties": {**properties_of(row), _EGRESS: {UNKNOWN_KEY: f"{_EGRESS}: {LEFT_UNREAD}"}}}
    return as_arm(known)


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
