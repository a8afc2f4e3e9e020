"""What Azure charges by: the meters of the Retail Prices API, and how much of a unit runs in a month.

Names of services, products and meters: facts §17; the meters of Bastion's further instances, of ExpressRoute and of the
Private Resolver as the API is quoted in public code of 2026 (prices.json beside this names it with each price).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

HOURS = Decimal(730)
"""Hours of a month, as Microsoft's pricing calculator counts them."""


class Unit(StrEnum):
    """What a price is for; a meter's quantity counts what runs all month, or goes through in it."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    GB = "GB"
    MILLION = "million"

    @property
    def in_a_month(self) -> Decimal:
        """How many of it there are in a month that something runs."""
        return {Unit.HOUR: HOURS, Unit.DAY: HOURS / 24}.get(self, Decimal(1))


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter: the API compares its texts with case. `sku` is an armSkuName, where that tells meters apart.

    `product` is "" where the service and the name do.
    """

    service: str
    name: str
    unit: Unit
    product: str = ""
    sku: str = ""

    @property
    def key(self) -> str:
        """The same for the same meter, in every version."""
        return "/".join((self.service, self.product, self.sku or self.name)).lower()


_LINK = "Virtual Network Private Link"
_PEERING, _GLOBAL_PEERING = "Virtual Network Peering", "Global Virtual Network Peering"

ENDPOINT = Meter("Virtual Network", "Standard Private Endpoint", Unit.HOUR, _LINK)
ENDPOINT_IN = Meter("Virtual Network", "Standard Data Processed - Ingress", Unit.GB, _LINK)
ENDPOINT_OUT = Meter("Virtual Network", "Standard Data Processed - Egress", Unit.GB, _LINK)
ZONE = Meter("Azure DNS", "Private Zone", Unit.MONTH)
QUERIES = Meter("Azure DNS", "Private Queries", Unit.MILLION)
RESOLVER_IN = Meter("Azure DNS", "Private Resolver Inbound Endpoint", Unit.MONTH)
RESOLVER_OUT = Meter("Azure DNS", "Private Resolver Outbound Endpoint", Unit.MONTH)
RULESET = Meter("Azure DNS", "Private Resolver DNS Forwarding Ruleset", Unit.MONTH)
PEERING_IN = Meter("Virtual Network", "Intra-Region Ingress", Unit.GB, _PEERING)
PEERING_OUT = Meter("Virtual Network", "Intra-Region Egress", Unit.GB, _PEERING)
GLOBAL_IN = Meter("Virtual Network", "Inter-Region Ingress", Unit.GB, _GLOBAL_PEERING)
GLOBAL_OUT = Meter("Virtual Network", "Inter-Region Egress", Unit.GB, _GLOBAL_PEERING)
ADDRESS = Meter("Virtual Network", "Standard IPv4 Static Public IP", Unit.HOUR, "IP Addresses")
HUB = Meter("Virtual WAN", "Standard Hub Unit", Unit.HOUR)
HUB_DATA = Meter("Virtual WAN", "Standard Hub Data Processed", Unit.GB)
HUB_EXPRESS_ROUTE = Meter("Virtual WAN", "ExpressRoute Scale Unit", Unit.HOUR)
HUB_SITES = Meter("Virtual WAN", "VPN S2S Scale Unit", Unit.HOUR)
HUB_CLIENTS = Meter("Virtual WAN", "VPN P2S Scale Unit", Unit.HOUR)


def old_address(allocation: str) -> Meter:
    """Return the meter of an address of the Basic SKU, `allocation` being Static or Dynamic."""
    return Meter("Virtual Network", f"Basic IPv4 {allocation.capitalize()} Public IP", Unit.HOUR, "IP Addresses")


def vpn_gateway(sku: str) -> Meter:
    """Return the meter of a VPN gateway."""
    return Meter("VPN Gateway", "Basic Gateway" if sku == "Basic" else sku, Unit.HOUR)


_EXPRESS_ROUTE = {
    "standard": ("Standard Gateway", "ExpressRoute Standard Gateway"),
    "highperformance": ("High Performance Gateway", "ExpressRoute High Performance Gateway"),
    "ultraperformance": ("Ultra High Performance Gateway", "ExpressRoute Ultra High Performance Gateway"),
}


def express_route_gateway(sku: str) -> Meter:
    """Return the meter of an ExpressRoute gateway."""
    name, product = _EXPRESS_ROUTE.get(sku.lower(), (f"{sku} Gateway", "ExpressRoute Gateway"))
    return Meter("ExpressRoute", name, Unit.HOUR, product)


def circuit(tier: str, family: str, megabits: int) -> Meter:
    """Return the meter of a circuit: its fee is by bandwidth, plan and tier."""
    speed = f"{megabits // 1000} Gbps" if megabits >= _GIGABIT else f"{megabits} Mbps"
    plan = family.removesuffix("Data")
    return Meter("ExpressRoute", f"{tier} {plan} Data {speed} Circuit", Unit.MONTH, "ExpressRoute")


_GIGABIT = 1000


def bastion(sku: str) -> Meter:
    """Return the meter of a Bastion host with the two instances that it comes with."""
    return Meter("Azure Bastion", f"{sku} Gateway", Unit.HOUR)


def further_bastion(sku: str) -> Meter:
    """Return the meter of each further instance of a Bastion host."""
    return Meter("Azure Bastion", f"{sku} Additional Gateway", Unit.HOUR)


def bastion_data(sku: str) -> Meter:
    """Return the meter of what a Bastion host sends out."""
    return Meter("Azure Bastion", f"{sku} Data Transfer Out", Unit.GB)


def firewall(tier: str) -> Meter:
    """Return the meter of a firewall in a virtual network."""
    return Meter("Azure Firewall", f"{tier} Deployment", Unit.HOUR)


def secured_hub(tier: str) -> Meter:
    """Return the meter of a firewall in a Virtual WAN hub."""
    return Meter("Azure Firewall", f"{tier} Secured Virtual Hub Deployment", Unit.HOUR)


def firewall_data(tier: str) -> Meter:
    """Return the meter of what a firewall processes."""
    return Meter("Azure Firewall", f"{tier} Data Processed", Unit.GB)


def nat(sku: str) -> Meter:
    """Return the meter of a NAT gateway."""
    return Meter("NAT Gateway", f"{sku} Gateway", Unit.HOUR)


def nat_data(sku: str) -> Meter:
    """Return the meter of what a NAT gateway processes."""
    return Meter("NAT Gateway", f"{sku} Data Processed", Unit.GB)


def registry(sku: str) -> Meter:
    """Return the meter of a container registry, or of a replica."""
    return Meter("Container Registry", f"{sku} Registry Unit", Unit.DAY)


def machine(size: str, system: str) -> Meter:
    """Return the meter of a virtual machine: `size` as Azure writes it, the system being Linux or Windows."""
    return Meter("Virtual Machines", system, Unit.HOUR, sku=f"{size} {system}")
