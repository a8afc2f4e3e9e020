"""Azure Virtual Network Manager: what its configurations come to shows once they are deployed."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Piece, in_group, kind
from scanner.collect.iac.terraform.rows import row

MANAGER = "Microsoft.Network/networkManagers"


@kind("azurerm_network_manager", MANAGER, in_group)
def network_manager(block: Block) -> Iterator[Piece]:
    """Map a manager with what it may manage."""
    found = block.blocks("scope")
    scope = found[0] if isinstance(found, list) and found else None
    scopes = (
        given({"subscriptions": scope.get("subscription_ids"), "managementGroups": scope.get("management_group_ids")})
        if scope is not None
        else found or None
    )
    features = block.get("scope_accesses")
    yield row(
        block,
        {
            "networkManagerScopes": scopes,
            "networkManagerScopeAccesses": block.get("features") if features is None else features,
        },
    )
