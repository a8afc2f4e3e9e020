"""What name resolution asks of the world: zones and their links, forwarding rules, DNS servers."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol, TypeAlias

from msgspec import Struct

from scanner.model.arm import ArmId
from scanner.model.fields import Address


class LinkedZone(Struct, frozen=True):
    """A private DNS zone with a completed link to a virtual network. `name` is normal (see dns_names)."""

    id: ArmId
    name: str
    public_fallback: bool


class Record(Struct, frozen=True):
    """The A records of a name, or the name that it is another one of."""

    addresses: tuple[IPv4Address, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Forwarder:
    """An enabled rule of a forwarding ruleset: its domain (normal; empty for every name) and the servers it asks."""

    id: ArmId
    domain: str
    servers: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Inbound:
    """A Private Resolver's inbound endpoint: it answers as Azure-provided DNS does in the resolver's network."""

    id: ArmId
    vnet: ArmId


@dataclass(frozen=True, slots=True)
class Proxy:
    """A firewall's DNS proxy: it asks its own servers from its network; Azure-provided DNS there if it has none.

    `vnet` is None for a firewall in a Virtual WAN hub, to which no zone can be linked.
    """

    id: ArmId
    vnet: ArmId | None
    servers: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """A server whose answers cannot be foretold, and why: a machine's, or one that was not seen."""

    why: str


Server: TypeAlias = Inbound | Proxy | Opaque


class View(Protocol):
    """What resolution asks of the world. Each question raises MissingEvidence where its answer could not be seen."""

    def servers(self, vnet: ArmId) -> tuple[Address, ...]:
        """Return the DNS servers that a virtual network gives its machines; none for Azure-provided DNS."""
        ...

    def zone(self, vnet: ArmId, name: str) -> LinkedZone | None:
        """Return the zone of exactly this name that a virtual network is linked to."""
        ...

    def names(self, zone: ArmId) -> frozenset[str]:
        """Return the names of a zone's records, relative to it."""
        ...

    def record(self, zone: ArmId, name: str) -> Record:
        """Return what a zone has at one of its names."""
        ...

    def forwarders(self, vnet: ArmId) -> tuple[Forwarder, ...]:
        """Return the enabled rules of the rulesets linked to a virtual network."""
        ...

    def outbound(self, forwarder: Forwarder) -> ArmId:
        """Return the virtual network that a rule's resolver asks from."""
        ...

    def server(self, address: Address, vnet: ArmId | None) -> Server:
        """Return what answers at an address that is asked from a virtual network (from a Virtual WAN hub: None)."""
        ...
