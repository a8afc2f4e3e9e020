"""What Azure makes of peerings: states that follow from the other side (facts §7), and address spaces."""

from __future__ import annotations

from scanner.creation.states import spaces_of_peer
from scanner.fix.places import Draft, Row
from scanner.graph import Graph
from scanner.model.arm import ArmId

_PEERINGS = "virtualNetworkPeerings"


def peering_made(draft: Draft, row: Row, _graph: Graph) -> None:
    """Give a new peering its state: both are Connected once the other side waits for it, else it waits itself."""
    properties = row["properties"]
    remote = draft.row(_remote(row).key)
    here = ArmId(row["id"]).parent
    properties |= {"peeringState": "Initiated", "peerCompleteVnets": True, **_in_sync_with(remote)}
    for other in (remote or {}).get("properties", {}).get(_PEERINGS, ()):
        if here is not None and _remote(other) == here and other["properties"].get("peeringState") == "Initiated":
            other["properties"]["peeringState"] = properties["peeringState"] = "Connected"


def synced(draft: Draft, row: Row) -> None:
    """Have a peering know its peer's present address space."""
    row["properties"] |= _in_sync_with(draft.row(_remote(row).key))


def _remote(peering: Row) -> ArmId:
    return ArmId(str(peering["properties"].get("remoteVirtualNetwork", {}).get("id", "")))


def _in_sync_with(vnet: Row | None) -> Row:
    space = (vnet or {}).get("properties", {}).get("addressSpace", {"addressPrefixes": []})
    return {"peeringSyncLevel": "FullyInSync", **spaces_of_peer(space)}
