"""Names for what is to be made."""

from __future__ import annotations

from scanner.graph import Graph
from scanner.model.arm import ArmId

_LONGEST = 80


def made_name(wanted: str, kind: str, group: str, graph: Graph) -> str:
    """Return a name that nothing of a kind has in a resource group (`/subscriptions/…/resourceGroups/…`)."""
    name, number = wanted[:_LONGEST], 1
    while graph.rows.holds(ArmId(f"{group}/providers/{kind}/{name}").key):
        number += 1
        name = f"{wanted[: _LONGEST - 3]}-{number}"
    return name
