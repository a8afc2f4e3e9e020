"""What filters packets: network security groups, application security groups, service endpoint policies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import ClassVar, NamedTuple, TypeAlias, TypeVar

from scanner.evidence import Maybe, Unknown, unknown_in
from scanner.model.arm import ArmId
from scanner.model.fields import (
    Malformed,
    Network,
    Reader,
    arm_id,
    at,
    integer,
    many,
    mapping,
    network,
    one_of,
    part,
    text,
    word,
)
from scanner.model.resource import Resource, model

T = TypeVar("T")


class Access(StrEnum):
    """What a security rule does with what it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


class Direction(StrEnum):
    """Which way packets go, seen from the machines behind the group."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"


class Protocol(StrEnum):
    """The protocols that a security rule can name (facts §4.4)."""

    TCP = "Tcp"
    UDP = "Udp"
    ICMP = "Icmp"
    ESP = "Esp"
    AH = "Ah"
    ANY = "*"


@dataclass(frozen=True)
class ServiceTag:
    """The name of a set of addresses that Azure keeps. Compares without case and prints as it was written."""

    name: str

    @cached_property
    def key(self) -> str:
        """The name in lower case and without spaces: docs and ARM differ in both (facts §4.2)."""
        return self.name.lower().replace(" ", "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServiceTag) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.name


class PortRange(NamedTuple):
    """Ports from first to last, both included."""

    first: int
    last: int


EVERY_PORT = PortRange(0, 65535)
ANY_ADDRESS = ServiceTag("*")

_REMEMBERED = 10_000
_PORTS = re.compile(r"(?P<first>[0-9]{1,5})(?:\s*-\s*(?P<last>[0-9]{1,5}))?")

AddressTerm: TypeAlias = Network | ServiceTag
"""One thing that a rule's source or destination names; `*` is a tag."""


def address_term(value: object) -> AddressTerm:
    """Read a prefix, `*`, or a service tag."""
    return _term_in(text(value))


@lru_cache(_REMEMBERED)
def _term_in(told: str) -> AddressTerm:
    found = told.strip()
    if not found:
        raise Malformed("an empty address prefix")
    return network(found) if found[0].isdigit() or ":" in found else ServiceTag(found)


def ports(value: object) -> PortRange:
    """Read "443", "8000-8080" or "*"."""
    found = text(value).strip()
    if found == "*":
        return EVERY_PORT
    return _ports_in(found)


@lru_cache(_REMEMBERED)
def _ports_in(found: str) -> PortRange:
    numbers = _PORTS.fullmatch(found)
    if numbers is None:
        raise Malformed(f"{found!r} is not a port or a range of ports")
    first, last = int(numbers["first"]), int(numbers["last"] or numbers["first"])
    if not first <= last <= EVERY_PORT.last:
        raise Malformed(f"{found!r} is not a range of ports")
    return PortRange(first, last)


def united(one: str, several: str, read: Reader[T]) -> Reader[tuple[T, ...] | Unknown]:
    """Read a singular and a plural property as one tuple: ARM fills either, and has been seen to fill both."""
    read_all = many(read)

    @lru_cache(_REMEMBERED)
    def read_one(told: str) -> tuple[T, ...]:
        return (read(told),)

    def read_both(value: object) -> tuple[T, ...] | Unknown:
        found = mapping(value)
        single, plural = found.get(one), found.get(several)
        for each in (single, plural):
            if (unknown := unknown_in(each)) is not None:
                return unknown
        if type(single) is str and single and not plural:
            # What most rules have; the same few again and again.
            return read_one(single)
        return (*([] if single is None or single == "" else [read(single)]), *read_all(plural or ()))

    return read_both


def _group(value: object) -> ArmId:
    """Read one application security group: {"id": …}."""
    return arm_id(mapping(value).get("id"))


@model
class SecurityRule:
    """One rule of a network security group: the first that matches by priority decides."""

    name: Maybe[str] = at("name", word)
    priority: Maybe[int] = at("properties.priority", integer)
    direction: Maybe[Direction] = at("properties.direction", one_of(Direction))
    access: Maybe[Access] = at("properties.access", one_of(Access))
    protocol: Maybe[Protocol] = at("properties.protocol", one_of(Protocol))
    sources: Maybe[tuple[AddressTerm, ...]] = at(
        "properties", united("sourceAddressPrefix", "sourceAddressPrefixes", address_term)
    )
    destinations: Maybe[tuple[AddressTerm, ...]] = at(
        "properties", united("destinationAddressPrefix", "destinationAddressPrefixes", address_term)
    )
    source_ports: Maybe[tuple[PortRange, ...]] = at("properties", united("sourcePortRange", "sourcePortRanges", ports))
    destination_ports: Maybe[tuple[PortRange, ...]] = at(
        "properties", united("destinationPortRange", "destinationPortRanges", ports)
    )
    source_groups: Maybe[tuple[ArmId, ...]] = at("properties.sourceApplicationSecurityGroups", many(_group), absent=())
    destination_groups: Maybe[tuple[ArmId, ...]] = at(
        "properties.destinationApplicationSecurityGroups", many(_group), absent=()
    )


@model
class NetworkSecurityGroup(Resource):
    """A network security group. `default_rules` is None where the source leaves out what Azure adds itself."""

    TYPE: ClassVar[str] = "Microsoft.Network/networkSecurityGroups"

    security_rules: Maybe[tuple[SecurityRule, ...]] = at(
        "properties.securityRules", many(part(SecurityRule)), absent=()
    )
    default_rules: Maybe[tuple[SecurityRule, ...] | None] = at(
        "properties.defaultSecurityRules", many(part(SecurityRule)), absent=None
    )


@model
class PolicyDefinition:
    """What a service endpoint policy lets through: resource ids, or aliases such as /services/Azure/MachineLearning."""

    service: Maybe[str] = at("properties.service", text)
    resources: Maybe[tuple[str, ...]] = at("properties.serviceResources", many(text), absent=())


@model
class ServiceEndpointPolicy(Resource):
    """Which accounts a subnet's service endpoint for storage leads to; all others are refused (facts §13)."""

    TYPE: ClassVar[str] = "Microsoft.Network/serviceEndpointPolicies"

    definitions: Maybe[tuple[PolicyDefinition, ...]] = at(
        "properties.serviceEndpointPolicyDefinitions", many(part(PolicyDefinition)), absent=()
    )
