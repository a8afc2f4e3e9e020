"""What costs money: a resource, or a peering, with what it is charged by and who uses it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scanner.cost.meters import Meter
from scanner.model.arm import ArmId


class Control(StrEnum):
    """The services of the cost table in Microsoft's article, then what a private estate needs beside them."""

    NETWORK = "Virtual Network"
    PRIVATE_LINK = "Private Link"
    ZONES = "Azure DNS, private zones"
    PEERING = "Virtual Network peering"
    VPN = "VPN Gateway"
    EXPRESS_ROUTE = "ExpressRoute"
    BASTION = "Azure Bastion"
    RESOLVER = "DNS Private Resolver"
    WAN = "Virtual WAN"
    EGRESS = "Firewalls, NAT and public addresses"
    REGISTRY = "Container Registry"
    MACHINES = "Jump hosts and agents"


@dataclass(frozen=True, slots=True)
class Charge:
    """So many units of a meter, where `before` others of the same tiers come first.

    `region` is where it is charged, where that is not where the item is.
    """

    meter: Meter
    quantity: Decimal = Decimal(1)
    before: Decimal = Decimal(0)
    region: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is paid for: `fixed` whatever goes through it, `traffic` by what does, a unit of each.

    `users` are the workspaces that it serves, judged or not; `unpriced` says why what it costs is not known,
    `unrated` why what goes through it is not, and `note` what was assumed.
    """

    id: ArmId
    control: Control
    what: str
    region: str
    users: tuple[ArmId, ...] = ()
    fixed: tuple[Charge, ...] = ()
    traffic: tuple[Charge, ...] = ()
    unpriced: str = ""
    unrated: str = ""
    note: str = ""

    @property
    def meters(self) -> tuple[Meter, ...]:
        """Every meter that it is charged by."""
        return tuple(each.meter for each in (*self.fixed, *self.traffic))


@dataclass(frozen=True, slots=True)
class Inventory:
    """What costs money, by control and id, what may cost more but was not seen, and the workspaces that were judged."""

    items: tuple[Item, ...]
    doubts: tuple[str, ...] = ()
    judged: tuple[ArmId, ...] = ()
