"""Ids that Azure gives the parts of resources, which templates and plans name without one."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.creation.estate import Estate, Row, is_unknown, items, unknown, within
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

_ATTACHED = ("networkSecurityGroup", "routeTable", "natGateway")


def number(estate: Estate) -> None:
    """Give every named part of a resource the id that follows from its name."""
    for key, row in estate.rows.items():
        for place in _PARTS.get(ArmId(key).type, ()):
            for part in items(row, "properties", place):
                if isinstance(part.get("name"), str):
                    part.setdefault("id", f"{row['id']}/{place}/{part['name']}")
                _name_attached(part)


def _name_attached(part: Row) -> None:
    """Leave open what a subnet names by an object without an id: templates may declare it there whole."""
    for place in _ATTACHED:
        named = within(part, "properties", place)
        if isinstance(named, dict) and named and "id" not in named and not is_unknown(named):
            named["id"] = unknown(f"the {place} is declared inside the subnet and has no id there")
