"""Azure role-based access control."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import arm_id, at, boolean, many, one_of, part, text
from scanner.model.resource import Resource, model


@model
class RoleAssignment(Resource):
    """A role given to a principal at a scope."""

    TYPE: ClassVar[str] = "Microsoft.Authorization/roleAssignments"

    scope: Maybe[ArmId] = at("properties.scope", arm_id)
    role: Maybe[ArmId] = at("properties.roleDefinitionId", arm_id)
    principal_id: Maybe[str] = at("properties.principalId", text)
    # Not ARM's: the collector notes for which identities Azure returned this row, so that a role that a group holds
    # is found for its members.
    assigned_to: Maybe[tuple[str, ...]] = at("properties.assignedTo", many(text), absent=())
    condition: Maybe[str | None] = at("properties.condition", text, absent=None)


@model
class Permission:
    """What a role allows: actions without NotActions; `*` stands for anything."""

    actions: Maybe[tuple[str, ...]] = at("actions", many(text), absent=())
    not_actions: Maybe[tuple[str, ...]] = at("notActions", many(text), absent=())
    data_actions: Maybe[tuple[str, ...]] = at("dataActions", many(text), absent=())
    not_data_actions: Maybe[tuple[str, ...]] = at("notDataActions", many(text), absent=())


@model
class RoleDefinition(Resource):
    """A built-in or custom role."""

    TYPE: ClassVar[str] = "Microsoft.Authorization/roleDefinitions"

    role_name: Maybe[str] = at("properties.roleName", text, absent="")
    permissions: Maybe[tuple[Permission, ...]] = at("properties.permissions", many(part(Permission)))


@model
class DeniedPermission(Permission):
    """What a deny assignment forbids: actions without NotActions, under a condition if there is one."""

    condition: Maybe[str | None] = at("condition", text, absent=None)


class PrincipalKind(StrEnum):
    """What a principal is: those of role assignments, and what deny assignments call everybody."""

    USER = "User"
    GROUP = "Group"
    SERVICE_PRINCIPAL = "ServicePrincipal"
    FOREIGN_GROUP = "ForeignGroup"
    DEVICE = "Device"
    SYSTEM_DEFINED = "SystemDefined"
    EVERYONE = "Everyone"


@model
class Principal:
    """Whom a deny assignment is for, or leaves out. The kind of an identity is ServicePrincipal."""

    id: Maybe[str] = at("id", text)
    kind: Maybe[PrincipalKind] = at("type", one_of(PrincipalKind))


@model
class DenyAssignment(Resource):
    """What nobody of some principals may do at a scope, whatever roles they hold: Azure makes these, and its stacks.

    Source: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments (2025-03) and
    https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope, 2022-04-01.
    """

    TYPE: ClassVar[str] = "Microsoft.Authorization/denyAssignments"

    label: Maybe[str] = at("properties.denyAssignmentName", text, absent="")
    scope: Maybe[ArmId] = at("properties.scope", arm_id)
    stays_at_scope: Maybe[bool] = at("properties.doNotApplyToChildScopes", boolean, absent=False)
    permissions: Maybe[tuple[DeniedPermission, ...]] = at("properties.permissions", many(part(DeniedPermission)))
    principals: Maybe[tuple[Principal, ...]] = at("properties.principals", many(part(Principal)))
    condition: Maybe[str | None] = at("properties.condition", text, absent=None)
    left_out: Maybe[tuple[Principal, ...]] = at("properties.excludePrincipals", many(part(Principal)), absent=())
