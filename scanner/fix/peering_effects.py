"""What Azure makes of peerings: states that follow from the other side (facts §7), and address spaces."""

from __future__ import annotations

from typing import Any

from scanner.fix.places import Draft, Row
from scanner.graph import Graph
from scanner.model.arm import ArmId

_PEERINGS = "virtualNetworkPeerings"


def peering_made(draft: Draft, row: Row, _graph: Graph) -> None:
    """Give a new peering its state: both are Connected once the other side waits for it, else it waits itself."""
    properties = row["properties"]
    remote = draft.row(_remote(row).key)
    here = ArmId(row["id"]).parent
    space = _space(remote)
    properties |= {
        "peeringState": "Initiated",
        "peeringSyncLevel": "FullyInSync",
        "peerCompleteVnets": True,
        "remoteAddressSpace": space,
        "remoteVirtualNetworkAddressSpace": space,
    }
    for other in (remote or {}).get("properties", {}).get(_PEERINGS, ()):
        if here is not None and _remote(other) == here and other["properties"].get("peeringState") == "Initiated":
            other["properties"]["peeringState"] = properties["peeringState"] = "Connected"


def synced(draft: Draft, row: Row) -> None:
    """Have a peering know its peer's present address space."""
    space = _space(draft.row(_remote(row).key))
    row["properties"] |= {
        "peeringSyncLevel": "FullyInSync",
        "remoteAddressSpace": space,
        "remoteVirtualNetworkAddressSpace": space,
    }


def _remote(peering: Row) -> ArmId:
    return ArmId(str(peering["properties"].get("remoteVirtualNetwork", {}).get("id", "")))


def _space(vnet: Row | None) -> Any:  # noqa: ANN401 - JSON
    return (vnet or {}).get("properties", {}).get("addressSpace", {"addressPrefixes": []})
