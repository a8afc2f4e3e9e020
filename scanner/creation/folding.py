"""Parts that code declares apart from what holds them in ARM: subnets, peerings, rules, routes."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.creation.estate import Estate, Row, is_unknown, properties
from scanner.model.arm import ArmId

PARTS: Mapping[str, str] = {
    "microsoft.network/virtualnetworks/subnets": "subnets",
    "microsoft.network/virtualnetworks/virtualnetworkpeerings": "virtualNetworkPeerings",
    "microsoft.network/networksecuritygroups/securityrules": "securityRules",
    "microsoft.network/routetables/routes": "routes",
}
"""By type, the list of the parent's properties that it stands in."""


def doubt_parts(estate: Estate, kind: str, doubt: Row) -> None:
    """Leave open the parts of a type (in any case) of all that may hold one; nothing for what is no part."""
    place = PARTS.get(kind.lower())
    for row in estate.of(kind.rpartition("/")[0]) if place is not None else ():
        properties(row)[str(place)] = doubt


def fold(estate: Estate) -> None:
    """Put parts into the lists of their parents; of one that stands there too, what was declared apart counts.

    Subnets and peerings of a network that is not in the estate stay out: what else it holds is not known.
    """
    for key, row in sorted(estate.rows.items()):
        place = PARTS.get(ArmId(key).type)
        if place is None:
            continue
        estate.drop(key)
        parent = ArmId(str(row["id"])).parent
        held = estate.get(str(parent))
        if held is not None:
            _put(held, place, row)


def _put(parent: Row, place: str, row: Row) -> None:
    inside = properties(parent)
    listed = inside.setdefault(place, [])
    if is_unknown(listed) or not isinstance(listed, list):
        return
    key = ArmId(str(row["id"])).key
    listed[:] = [each for each in listed if not _is(each, key, str(row["name"]))]
    listed.append(row)


def _is(part: object, key: str, name: str) -> bool:
    if not isinstance(part, dict) or is_unknown(part):
        return False
    own = part.get("id")
    return ArmId(own).key == key if isinstance(own, str) else str(part.get("name", "")).lower() == name.lower()
