"""Private endpoints: what they ask for, and the zones that Azure keeps up to date for them."""

from __future__ import annotations

import re
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.fields import arm_id, at, many, one_of, part, text
from scanner.model.network import Reference
from scanner.model.resource import Resource, model

_ALIAS = re.compile(r".+\.[0-9a-f-]{36}\.[a-z0-9]+\.azure\.privatelinkservice", re.IGNORECASE)
"""https://learn.microsoft.com/azure/private-link/private-link-service-overview, "Alias", read 2026-11-29."""


def target_or_alias(value: object) -> ArmId | None:
    """Read what an endpoint leads to: a resource's id, or None for the alias of somebody's private link service."""
    return None if _ALIAS.fullmatch(text(value)) else arm_id(value)


@model
class ServiceConnection:
    """What a private endpoint asks for: a resource and its sub-resources.

    `target` is None for an alias: it names a private link service, which no resource that a workspace stands on is.
    """

    target: Maybe[ArmId | None] = at("properties.privateLinkServiceId", target_or_alias)
    group_ids: Maybe[tuple[str, ...]] = at("properties.groupIds", many(text), absent=())
    status: Maybe[ConnectionStatus] = at(
        "properties.privateLinkServiceConnectionState.status", one_of(ConnectionStatus)
    )


@model
class PrivateEndpoint(Resource):
    """A private endpoint: a network interface in a subnet that leads to one resource."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateEndpoints"

    subnet: Maybe[ArmId] = at("properties.subnet.id", arm_id)
    interfaces: Maybe[tuple[Reference, ...]] = at("properties.networkInterfaces", many(part(Reference)), absent=())
    application_security_groups: Maybe[tuple[Reference, ...]] = at(
        "properties.applicationSecurityGroups", many(part(Reference)), absent=()
    )
    automatic: Maybe[tuple[ServiceConnection, ...]] = at(
        "properties.privateLinkServiceConnections", many(part(ServiceConnection)), absent=()
    )
    manual: Maybe[tuple[ServiceConnection, ...]] = at(
        "properties.manualPrivateLinkServiceConnections", many(part(ServiceConnection)), absent=()
    )


@model
class ZoneConfig:
    """One zone that a zone group writes records to."""

    zone: Maybe[ArmId] = at("properties.privateDnsZoneId", arm_id)


@model
class ZoneGroup(Resource):
    """The private DNS zones that Azure keeps up to date for an endpoint."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"

    zones: Maybe[tuple[ZoneConfig, ...]] = at("properties.privateDnsZoneConfigs", many(part(ZoneConfig)), absent=())
