"""Role assignments of workspace identities, and what is denied where those roles are to hold."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.collect.azure.arm.tables.listing import WORKSPACE, Arm, Listing, Need, Query
from scanner.model.arm import Json, properties_of

AUTHORIZATION = "2022-04-01"


def _roles_of_identities(workspace: Json) -> Iterable[Query]:
    """Ask, where the workspace and its registry are, for the roles of each identity that the workspace can act as."""
    path = "providers/Microsoft.Authorization/roleAssignments"
    for scope in _scopes(workspace):
        for principal in _principals(workspace):
            yield Query(f"{scope}/{path}", f"assignedTo('{principal}')", principal)


def _denied_there(workspace: Json) -> Iterable[Query]:
    """Ask for every deny assignment there: Azure has no filter for those of whoever is in a group."""
    for scope in _scopes(workspace):
        yield Query(f"{scope}/providers/Microsoft.Authorization/denyAssignments")


def _scopes(workspace: Json) -> Iterable[str]:
    """Return the subscriptions that the workspace and its registry are in."""
    named = (workspace["id"], _property(workspace, "containerRegistry"))
    return dict.fromkeys(_subscription_of(each) for each in named if each)


def _subscription_of(arm_id: object) -> str:
    return "/".join(str(arm_id).split("/")[:3])


def _property(resource: Json, name: str) -> object:
    return properties_of(resource).get(name)


def _principals(workspace: Json) -> list[str]:
    identity = workspace.get("identity")
    if not isinstance(identity, dict):
        return []
    users = identity.get("userAssignedIdentities")
    held = [identity, *(users.values() if isinstance(users, dict) else ())]
    found = (each.get("principalId") for each in held if isinstance(each, dict))
    return sorted({each for each in found if isinstance(each, str) and each.replace("-", "").isalnum()})


ROWS: tuple[Listing, ...] = (
    # Roles of workspace identities. The SDK's responses have no json() to tap; the few rows are read raw.
    Listing(
        "Microsoft.Authorization/roleAssignments",
        Arm(_roles_of_identities),
        AUTHORIZATION,
        "stable in every cloud",
        WORKSPACE,
        need=Need.JUDGED,
    ),
    Listing(
        "Microsoft.Authorization/denyAssignments",
        Arm(_denied_there),
        AUTHORIZATION,
        "stable in every cloud",
        WORKSPACE,
        need=Need.JUDGED,
    ),
)
