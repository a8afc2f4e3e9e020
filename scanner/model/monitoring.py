"""Azure Monitor: Log Analytics workspaces, which keep what Application Insights takes in, and private link scopes."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.exposure import EndpointConnection, PublicNetworkAccess
from scanner.model.fields import arm_id, at, many, one_of, part
from scanner.model.resource import Resource, model


class ScopeMode(StrEnum):
    """Whether networks of a private link scope reach Azure Monitor resources outside of it (facts §11)."""

    OPEN = "Open"
    PRIVATE_ONLY = "PrivateOnly"


@model
class LogMembership:
    """A private link scope's entry for a Log Analytics workspace, as the workspace lists it."""

    resource: Maybe[ArmId] = at("resourceId", arm_id)


@model
class LogWorkspace(Resource):
    """A Log Analytics workspace.

    Properties: https://learn.microsoft.com/azure/templates/microsoft.operationalinsights/workspaces (2023-09-01).
    """

    TYPE: ClassVar[str] = "Microsoft.OperationalInsights/workspaces"

    ingestion: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccessForIngestion",
        one_of(PublicNetworkAccess),
        absent=PublicNetworkAccess.ENABLED,
    )
    query: Maybe[PublicNetworkAccess] = at(
        "properties.publicNetworkAccessForQuery", one_of(PublicNetworkAccess), absent=PublicNetworkAccess.ENABLED
    )
    memberships: Maybe[tuple[LogMembership, ...]] = at(
        "properties.privateLinkScopedResources", many(part(LogMembership)), absent=()
    )


@model
class ScopeModes:
    """What a private link scope does with one of its endpoints' networks, where that differs from the others."""

    ingestion: Maybe[ScopeMode | None] = at("ingestionAccessMode", one_of(ScopeMode), absent=None)
    query: Maybe[ScopeMode | None] = at("queryAccessMode", one_of(ScopeMode), absent=None)


@model
class PrivateLinkScope(Resource):
    """An Azure Monitor private link scope."""

    TYPE: ClassVar[str] = "Microsoft.Insights/privateLinkScopes"

    modes: Maybe[ScopeModes | None] = at("properties.accessModeSettings", part(ScopeModes), absent=None)
    exclusions: Maybe[tuple[ScopeModes, ...]] = at(
        "properties.accessModeSettings.exclusions", many(part(ScopeModes)), absent=()
    )
    connections: Maybe[tuple[EndpointConnection, ...]] = at(
        "properties.privateEndpointConnections", many(part(EndpointConnection)), absent=()
    )
