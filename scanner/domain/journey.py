"""What becomes of a packet, and what has to be known of a network to tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from scanner.evidence import Gap, Seen
from scanner.model.arm import ArmId
from scanner.model.entrances import HubConnection, VirtualHub, VirtualNetworkGateway
from scanner.model.fields import Address
from scanner.model.network import Peering, Subnet, VirtualNetwork
from scanner.model.routing import GatewayConnection, RouteTable


class NextHop(StrEnum):
    """Where a subnet's routes send a packet first."""

    LOCAL = "virtual network"
    PEERING = "peering"
    GROUP = "connected group"
    GATEWAY = "gateway"
    HUB = "virtual WAN hub"
    APPLIANCE = "appliance"
    INTERNET = "internet"
    NONE = "none"
    UNKNOWN = "unknown"


class Step(Struct, frozen=True, gc=False):
    """One step of a journey: where it is taken, what was found there, and whether it succeeds (None: not known).

    `gap` is what was not read, where that is why it is not known.
    """

    at: ArmId
    says: str
    ok: bool | None
    gap: Gap | None = None


class Route(Struct, frozen=True, gc=False):
    """A journey one way: the first next hop, and every step up to the end or to the first that cannot be taken."""

    next_hop: NextHop
    steps: tuple[Step, ...]

    @property
    def arrives(self) -> bool | None:
        """Whether the packet arrives; None if a step is not known and none is seen to fail."""
        return outcome(self.steps)


class RoundTrip(Struct, frozen=True, gc=False):
    """A journey there and back."""

    there: Route
    back: Route

    @property
    def arrives(self) -> bool | None:
        """Whether packets arrive both ways."""
        return outcome(self.steps)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of both ways, each once."""
        return tuple(dict.fromkeys((*self.there.steps, *self.back.steps)))


def outcome(steps: tuple[Step, ...]) -> bool | None:
    """Return False if a step fails, else None if one is not known, else True."""
    found = {step.ok for step in steps}
    return False if False in found else None if None in found else True


@dataclass(frozen=True, slots=True)
class Appliance:
    """What answers to the address of an appliance route.

    `subnet` is where it passes packets on, None for a firewall in a Virtual WAN hub, whose hub is then `hub`.
    `forwards` tells whether it can take packets for others.
    """

    at: ArmId
    subnet: ArmId | None
    forwards: bool | None
    hub: ArmId | None = None


class View(Protocol):
    """A network as far as it was read. Every answer raises MissingEvidence where it could not be seen."""

    def vnet(self, vnet: ArmId) -> VirtualNetwork:
        """Return a virtual network."""
        ...

    def subnet(self, subnet: ArmId) -> Subnet:
        """Return a subnet."""
        ...

    def route_table(self, subnet: Subnet) -> RouteTable | None:
        """Return the route table of a subnet, None if it has none."""
        ...

    def peering(self, here: ArmId, there: ArmId) -> Peering | None:
        """Return `here`'s side of a peering with `there`, None if `here` was read and declares none."""
        ...

    def connected(self, vnet: ArmId) -> Seen[ArmId]:
        """Return the virtual networks that Virtual Network Manager joins a network with, without a peering."""
        ...

    def endpoint_subnet(self, address: Address, vnet: ArmId) -> Subnet | None:
        """Return the subnet of the private endpoint that has an address in a virtual network, None if none has."""
        ...

    def appliance(self, address: Address, network: ArmId) -> Appliance | None:
        """Return what has an address in a virtual network or Virtual WAN hub, None if nothing has."""
        ...

    def gateways(self, vnet: ArmId) -> tuple[VirtualNetworkGateway, ...]:
        """Return the VPN and ExpressRoute gateways in a virtual network."""
        ...

    def gateway(self, gateway: ArmId) -> VirtualNetworkGateway:
        """Return a gateway."""
        ...

    def connections(self, gateway: ArmId) -> tuple[GatewayConnection, ...]:
        """Return the connections that a gateway takes part in, on either end."""
        ...

    def hub_connections(self, vnet: ArmId) -> tuple[HubConnection, ...]:
        """Return a virtual network's connections to Virtual WAN hubs."""
        ...

    def hub(self, hub: ArmId) -> VirtualHub:
        """Return a Virtual WAN hub."""
        ...

    def spokes(self, hub: VirtualHub) -> Seen[HubConnection]:
        """Yield the connections of a hub and of the other hubs of its virtual WAN."""
        ...
