"""Who resources will be: the object ids of identities and the GUIDs of workspaces, which Azure makes up.

Each is a GUID that follows from the resource's id, so that it equals itself wherever it is referred to.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from scanner.creation.estate import Estate, Row, is_unknown, properties, unknown, within
from scanner.model.arm import ArmId

PRINCIPAL_KEY = "$principal"
"""`{"$principal": id}` stands for the object id of the identity that a resource has, or is."""

_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
_DEFINITIONS = "Microsoft.Authorization/roleDefinitions"
_ADMINISTRATOR = "b78c5d69-af96-48a3-bf8d-a8b4d589de94"
_WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
_IDENTITIES = "microsoft.managedidentity/userassignedidentities"


def made_up(arm_id: str, what: str = "principal") -> str:
    """Return the GUID that stands for one that Azure will make up for a resource."""
    return str(uuid5(NAMESPACE_URL, f"{what} {ArmId(arm_id).key}"))


def give_identities(estate: Estate) -> None:
    """Fill in the object ids of identities and the GUIDs of workspaces, and who holds a role."""
    for row in estate.rows.values():
        _give_own(row)
    for row in estate.of(_WORKSPACES):
        properties(row).setdefault("workspaceId", made_up(str(row["id"]), "workspace"))
        _granted_by_azure(row, estate)
    for row in estate.of(_ASSIGNMENTS):
        inside = properties(row)
        inside["principalId"] = _principal(inside.get("principalId"), estate)


def _give_own(row: Row) -> None:
    identity = row.get("identity")
    if not isinstance(identity, dict) or is_unknown(identity):
        return
    kind = identity.get("type")
    if isinstance(kind, str) and "systemassigned" in kind.lower():
        identity.setdefault("principalId", made_up(str(row["id"])))
    listed = identity.get("userAssignedIdentities")
    if isinstance(listed, dict) and not is_unknown(listed):
        identity["userAssignedIdentities"] = {
            each: held if isinstance(held, dict) and "principalId" in held else {"principalId": {PRINCIPAL_KEY: each}}
            for each, held in listed.items()
        }


def give_user_identities(estate: Estate) -> None:
    """Fill in the object ids of the user-assigned identities that resources list."""
    for row in estate.rows.values():
        listed = within(row, "identity", "userAssignedIdentities")
        for held in listed.values() if isinstance(listed, dict) and not is_unknown(listed) else ():
            held["principalId"] = _principal(held.get("principalId"), estate)


def _principal(value: Any, estate: Estate) -> object:  # noqa: ANN401 - JSON
    """Return the object id that a mark stands for, unknown where its holder is not in the estate."""
    if not isinstance(value, dict) or PRINCIPAL_KEY not in value:
        return value
    holder = str(value[PRINCIPAL_KEY])
    row = estate.get(holder)
    if row is None:
        return unknown(f"{ArmId(holder).name} is outside of what was read, and its object id is not known")
    if ArmId(holder).type == _IDENTITIES:
        return within(row, "properties", "principalId") or made_up(holder)
    return within(row, "identity", "principalId") or unknown(f"{ArmId(holder).name} has no system-assigned identity")


def _granted_by_azure(workspace: Row, estate: Estate) -> None:
    """Add what Azure grants the system-assigned identity of a new workspace, as far as it is documented.

    Since 2024-11-19 that is Azure AI Administrator, and the page does not spell out where
    (https://learn.microsoft.com/azure/machine-learning/how-to-assign-roles, 2025-06).
    """
    kind = within(workspace, "identity", "type")
    if not estate.is_fresh(workspace) or not isinstance(kind, str) or "systemassigned" not in kind.lower():
        return
    own = str(workspace["id"])
    name = made_up(own, "role")
    why = f"Azure grants a role to the new identity of {ArmId(own).name}, and where is not documented"
    estate.add(
        {
            "id": f"{own}/providers/{_ASSIGNMENTS}/{name}",
            "type": _ASSIGNMENTS,
            "name": name,
            "properties": {
                "scope": unknown(why),
                "roleDefinitionId": f"/providers/{_DEFINITIONS}/{_ADMINISTRATOR}",
                "principalId": within(workspace, "identity", "principalId"),
            },
        }
    )
