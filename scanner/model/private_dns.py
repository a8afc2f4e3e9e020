"""Private DNS zones and their links to virtual networks."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import arm_id, at, boolean, one_of
from scanner.model.resource import ProvisioningState, Resource, model


class LinkState(StrEnum):
    """How far Azure is with a private DNS zone's link. Only a completed one resolves (facts §6)."""

    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"


class ResolutionPolicy(StrEnum):
    """What becomes of a name that the zone lacks: it does not exist, or public DNS answers (facts §6)."""

    DEFAULT = "Default"
    PUBLIC_FALLBACK = "NxDomainRedirect"


@model
class PrivateDnsZone(Resource):
    """A private DNS zone."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones"


@model
class ZoneLink(Resource):
    """A private DNS zone's link to a virtual network."""

    TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"

    virtual_network: Maybe[ArmId] = at("properties.virtualNetwork.id", arm_id)
    registration: Maybe[bool] = at("properties.registrationEnabled", boolean, absent=False)
    policy: Maybe[ResolutionPolicy] = at(
        "properties.resolutionPolicy", one_of(ResolutionPolicy), absent=ResolutionPolicy.DEFAULT
    )
    state: Maybe[LinkState] = at("properties.virtualNetworkLinkState", one_of(LinkState))
    provisioning: Maybe[ProvisioningState] = at("properties.provisioningState", one_of(ProvisioningState))
