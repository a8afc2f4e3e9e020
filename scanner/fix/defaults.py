"""What Azure has there by itself: the default rules of network security groups, and built-in roles.

Sources: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview (default security rules) and
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles.
"""

from __future__ import annotations

from typing import Any

from scanner.domain.built_in_roles import role_of_guid
from scanner.fix.places import Draft, Row
from scanner.graph import Graph
from scanner.model.arm import ArmId

_DEFAULTS = (
    ("AllowVnetInBound", "Inbound", 65000, "VirtualNetwork", "VirtualNetwork", "Allow"),
    ("AllowAzureLoadBalancerInBound", "Inbound", 65001, "AzureLoadBalancer", "*", "Allow"),
    ("DenyAllInBound", "Inbound", 65500, "*", "*", "Deny"),
    ("AllowVnetOutBound", "Outbound", 65000, "VirtualNetwork", "VirtualNetwork", "Allow"),
    ("AllowInternetOutBound", "Outbound", 65001, "*", "Internet", "Allow"),
    ("DenyAllOutBound", "Outbound", 65500, "*", "*", "Deny"),
)


def group_made(_draft: Draft, row: Row, _graph: Graph) -> None:
    """Give a new network security group its default rules."""
    row["properties"]["defaultSecurityRules"] = [_rule(row["id"], *each) for each in _DEFAULTS]


def _rule(group: str, name: str, direction: str, priority: int, source: str, to: str, access: str) -> Row:  # noqa: PLR0913, PLR0917
    properties: dict[str, Any] = {
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": to,
        "access": access,
        "priority": priority,
        "direction": direction,
    }
    return {"id": f"{group}/defaultSecurityRules/{name}", "name": name, "properties": properties}


def link_made(_draft: Draft, row: Row, _graph: Graph) -> None:
    """Complete a new link of a zone."""
    row["properties"] |= {"virtualNetworkLinkState": "Completed", "provisioningState": "Succeeded"}


def role_assigned(draft: Draft, row: Row, graph: Graph) -> None:
    """Say where a role is held, and have its definition there where no assignment led to it before."""
    row["properties"]["scope"] = str(row["id"]).rpartition("/providers/")[0]
    definition = ArmId(row["properties"]["roleDefinitionId"])
    role = role_of_guid(definition.name)
    if role is None or graph.rows.holds(definition.key):
        return
    permissions = {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
    }
    properties = {"roleName": role.name, "type": "BuiltInRole", "permissions": [permissions]}
    draft.put({"id": str(definition), "name": definition.name, "type": definition.type, "properties": properties})
