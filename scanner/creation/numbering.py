"""Ids that Azure gives the parts of resources, which templates and plans name without one."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.creation.estate import Estate, items
from scanner.model.arm import ArmId

_PARTS: Mapping[str, tuple[str, ...]] = {
    "microsoft.network/virtualnetworks": ("subnets", "virtualNetworkPeerings"),
    "microsoft.network/networksecuritygroups": ("securityRules",),
    "microsoft.network/routetables": ("routes",),
    "microsoft.network/networkinterfaces": ("ipConfigurations",),
    "microsoft.network/loadbalancers": (
        "frontendIPConfigurations",
        "backendAddressPools",
        "inboundNatRules",
        "inboundNatPools",
    ),
}


def number(estate: Estate) -> None:
    """Give every named part of a resource the id that follows from its name."""
    for key, row in estate.rows.items():
        for place in _PARTS.get(ArmId(key).type, ()):
            for part in items(row, "properties", place):
                if isinstance(part.get("name"), str):
                    part.setdefault("id", f"{row['id']}/{place}/{part['name']}")
