"""Identities, role assignments and role definitions."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.iac.terraform.block import Block
from scanner.collect.iac.terraform.references import Target
from scanner.collect.iac.terraform.registry import Piece, in_group, kind
from scanner.collect.iac.terraform.rows import row, tuple_of
from scanner.creation.estate import Row
from scanner.creation.roles import id_called

USER = "Microsoft.ManagedIdentity/userAssignedIdentities"
_GROUPS = "azuread_group"
_MEMBERSHIPS = ("azuread_group_member", "azuread_group")
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
DEFINITION = "Microsoft.Authorization/roleDefinitions"


@kind("azurerm_user_assigned_identity", USER, in_group)
def user_identity(block: Block) -> Iterator[Piece]:
    """Map an identity of its own."""
    principal = block.get("principal_id")
    yield row(block, {"principalId": principal if isinstance(principal, str) else None})


def _at_scope(block: Block) -> str:
    """Return what a role assignment is given on; made up where that is not known."""
    found = block.id("scope")
    return found if isinstance(found, str) and found.startswith("/") else block.world.group_of(block)


@kind("azurerm_role_assignment", ASSIGNMENT, _at_scope)
def assignment(block: Block) -> Iterator[Piece]:
    """Map a role that a principal is given."""
    principal = _principal(block)
    yield row(
        block,
        {
            "scope": block.id("scope"),
            "principalId": principal,
            "roleDefinitionId": _role(block),
            "condition": block.get("condition"),
        },
    )


def _principal(block: Block) -> object:
    value = block.get("principal_id")
    targets = [each.instance.type for each in block.found("principal_id") if isinstance(each, Target)]
    if any(each.startswith(_GROUPS) for each in targets):
        return block.why("principal_id", "is a group, and who is in it is not read from the code")
    if isinstance(value, str):
        fills = block.world.declares(_MEMBERSHIPS)
        return block.why("principal_id", "may be a group that the code puts identities into") if fills else value
    every = [found for each in block.found("principal_id") if (found := block.world.principal_in(each)) is not None]
    return every[0] if len(every) == 1 else block.why("principal_id")


def _role(block: Block) -> object:
    """Return the id of a role, by its name where it is built in."""
    name = block.get("role_definition_name")
    if isinstance(name, str) and block.is_set("role_definition_name"):
        why = f"is {name!r}, and what that role permits is not known here"
        return id_called(name) or block.why("role_definition_name", why)
    found = block.id("role_definition_id", DEFINITION)
    return block.why("role_definition_id") if found is None else found


def _definition_scope(block: Block) -> str:
    found = block.id("scope")
    scope = found if isinstance(found, str) else block.world.group_of(block)
    return "/".join(scope.split("/", 3)[:3]) if scope.startswith("/subscriptions/") else scope


@kind("azurerm_role_definition", DEFINITION, _definition_scope, name="role_definition_id")
def definition(block: Block) -> Iterator[Piece]:
    """Map a custom role."""
    yield row(block, {"roleName": block.get("name"), "permissions": tuple_of(block, "permissions", _permission)})


def _permission(block: Block) -> Row:
    return block.pick(
        {
            "actions": "actions",
            "notActions": "not_actions",
            "dataActions": "data_actions",
            "notDataActions": "not_data_actions",
        }
    )
