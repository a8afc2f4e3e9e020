"""Definitions of the built-in roles that code gives: Azure has them, and nobody declares them."""

from __future__ import annotations

from scanner.creation.estate import Estate, Row, within
from scanner.domain.built_in_roles import BuiltInRole, role_called, role_of_guid
from scanner.model.arm import ArmId

_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
_DEFINITIONS = "Microsoft.Authorization/roleDefinitions"


def id_called(name: str) -> str | None:
    """Return the id of the built-in role of a name, None where it is not known."""
    role = role_called(name)
    return f"/providers/{_DEFINITIONS}/{role.guid}" if role is not None else None


def add_definitions(estate: Estate) -> None:
    """Add the definition of every built-in role that an assignment names."""
    for row in list(estate.of(_ASSIGNMENTS)):
        named = within(row, "properties", "roleDefinitionId")
        role = role_of_guid(ArmId(named).name) if isinstance(named, str) else None
        if role is not None and isinstance(named, str):
            estate.add(role_definition(named, role), fresh=False)


def role_definition(arm_id: str, role: BuiltInRole) -> Row:
    """Return the row of a built-in role's definition."""
    return {
        "id": arm_id,
        "type": _DEFINITIONS,
        "name": role.guid,
        "properties": {
            "roleName": role.name,
            "permissions": [
                {
                    "actions": list(role.actions),
                    "notActions": list(role.not_actions),
                    "dataActions": list(role.data_actions),
                }
            ],
        },
    }
