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
    for key, row in estate.rows.items():
        if key not in estate.seen:
            _give_own(row, estate)
    for row in list(estate.made(_WORKSPACES)):
        if estate.is_fresh(row):
            properties(row).setdefault("workspaceId", made_up(str(row["id"]), "workspace"))
        _granted_by_others(row, estate)
    for row in estate.of(_ASSIGNMENTS):
        inside = properties(row)
        inside["principalId"] = _principal(inside.get("principalId"), estate)


def _give_own(row: Row, estate: Estate) -> None:
    identity = row.get("identity")
    if not isinstance(identity, dict) or is_unknown(identity):
        return
    kind = identity.get("type")
    if isinstance(kind, str) and "systemassigned" in kind.lower():
        identity.setdefault("principalId", _made_up_or_not(row, estate))
    listed = identity.get("userAssignedIdentities")
    if isinstance(listed, dict) and not is_unknown(listed):
        identity["userAssignedIdentities"] = {
            each: held if isinstance(held, dict) and "principalId" in held else {"principalId": {PRINCIPAL_KEY: each}}
            for each, held in listed.items()
        }


def _made_up_or_not(row: Row, estate: Estate) -> str | Row:
    """Return the object id of a new identity, which is nobody else's; that of one that is there is not known."""
    own = str(row["id"])
    return made_up(own) if estate.is_fresh(row) else unknown(f"the object id of {ArmId(own).name} is not in the code")


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
        return within(row, "properties", "principalId") or _made_up_or_not(row, estate)
    return within(row, "identity", "principalId") or unknown(f"{ArmId(holder).name} has no system-assigned identity")


def _granted_by_others(workspace: Row, estate: Estate) -> None:
    """Add what others grant the system-assigned identity of a workspace: Azure to a new one, anybody to one that is.

    Since 2024-11-19 Azure grants Azure AI Administrator, and the page does not spell out where
    (https://learn.microsoft.com/azure/machine-learning/how-to-assign-roles, 2025-06).
    """
    kind, principal = within(workspace, "identity", "type"), within(workspace, "identity", "principalId")
    if not isinstance(kind, str) or "systemassigned" not in kind.lower() or not isinstance(principal, str):
        return
    name = ArmId(str(workspace["id"])).name
    if estate.is_fresh(workspace):
        why = f"Azure grants a role to the new identity of {name}, and where is not documented"
        _grant(workspace, principal, f"/providers/{_DEFINITIONS}/{_ADMINISTRATOR}", why, estate)
    else:
        why = f"the identity of {name} may hold roles that this code does not give it"
        _grant(workspace, principal, unknown(why), why, estate)


def _grant(workspace: Row, principal: str, role: object, why: str, estate: Estate) -> None:
    own = str(workspace["id"])
    name = made_up(own, "role")
    inside = {"scope": unknown(why), "roleDefinitionId": role, "principalId": principal}
    arm_id = f"{own}/providers/{_ASSIGNMENTS}/{name}"
    estate.add({"id": arm_id, "type": _ASSIGNMENTS, "name": name, "properties": inside})
