"""What Azure adds to links and role assignments by itself."""

from __future__ import annotations

from scanner.creation.roles import role_definition
from scanner.domain.built_in_roles import role_of_guid
from scanner.fix.places import Draft, Row
from scanner.graph import Graph
from scanner.model.arm import ArmId


def link_made(_draft: Draft, row: Row, _graph: Graph) -> None:
    """Complete a new link of a zone."""
    row["properties"] |= {"virtualNetworkLinkState": "Completed", "provisioningState": "Succeeded"}


def role_assigned(draft: Draft, row: Row, graph: Graph) -> None:
    """Say where a role is held, and have its definition there where no assignment led to it before."""
    row["properties"]["scope"] = ArmId(row["id"]).scope
    definition = ArmId(row["properties"]["roleDefinitionId"])
    role = role_of_guid(definition.name)
    if role is not None and not graph.rows.holds(definition.key):
        draft.put(role_definition(str(definition), role))
