"""Network security perimeters: a boundary around services that lie in no virtual network, drawn beside them.

Shapes: NspAssociation and NspAccessRule in azure-mgmt-network 33.1 (2026-03), and
https://learn.microsoft.com/azure/templates/microsoft.network/networksecurityperimeters.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import Network, arm_id, at, many, network, one_of, part, text
from scanner.model.resource import Resource, model


class AccessMode(StrEnum):
    """Whether a perimeter's rules stand beside a service's own or in their place.

    Transition is what Learning has been called in the documentation since 2025-05; the API still says Learning.
    """

    LEARNING = "Learning"
    TRANSITION = "Transition"
    ENFORCED = "Enforced"
    AUDIT = "Audit"


class Direction(StrEnum):
    """Which way an access rule lets something through."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"


class Issues(StrEnum):
    """Whether a service could not take over what its perimeter says.

    Source: the example of
    https://learn.microsoft.com/powershell/module/az.network/update-aznetworksecurityperimeterassociation.
    """

    YES = "yes"
    NO = "no"


@model
class SecurityPerimeter(Resource):
    """A network security perimeter."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkSecurityPerimeters"


@model
class PerimeterProfile(Resource):
    """A set of access rules for some of a perimeter's members."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkSecurityPerimeters/profiles"


@model
class PerimeterAssociation(Resource):
    """A service's membership of a perimeter, by one of its profiles."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkSecurityPerimeters/resourceAssociations"

    member: Maybe[ArmId] = at("properties.privateLinkResource.id", arm_id)
    profile: Maybe[ArmId] = at("properties.profile.id", arm_id)
    # Learning is the default of a new association (network-security-perimeter-concepts, 2025-08).
    mode: Maybe[AccessMode] = at("properties.accessMode", one_of(AccessMode), absent=AccessMode.LEARNING)
    issues: Maybe[Issues] = at("properties.hasProvisioningIssues", one_of(Issues), absent=Issues.NO)


@model
class AllowedSubscription:
    """A subscription whose identities an access rule lets in."""

    id: Maybe[ArmId] = at("id", arm_id)


@model
class AllowedPerimeter:
    """Another perimeter whose members an access rule lets in."""

    id: Maybe[ArmId] = at("id", arm_id)


@model
class AccessRule(Resource):
    """What a profile lets through: inbound from addresses or subscriptions, outbound to names."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkSecurityPerimeters/profiles/accessRules"

    direction: Maybe[Direction] = at("properties.direction", one_of(Direction))
    ranges: Maybe[tuple[Network, ...]] = at("properties.addressPrefixes", many(network), absent=())
    tags: Maybe[tuple[str, ...]] = at("properties.serviceTags", many(text), absent=())
    subscriptions: Maybe[tuple[AllowedSubscription, ...]] = at(
        "properties.subscriptions", many(part(AllowedSubscription)), absent=()
    )
    perimeters: Maybe[tuple[AllowedPerimeter, ...]] = at(
        "properties.networkSecurityPerimeters", many(part(AllowedPerimeter)), absent=()
    )
    names: Maybe[tuple[str, ...]] = at("properties.fullyQualifiedDomainNames", many(text), absent=())
