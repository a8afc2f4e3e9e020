"""A network security group made ready to decide: read, sorted by priority and turned into sets, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import IPv4Network, IPv6Network

from msgspec import Struct

from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.prefixes import EVERY_ADDRESS, prefixes
from scanner.domain.service_tags import INTERNET, LOAD_BALANCER, PLATFORM_TAGS, VIRTUAL_NETWORK, standard
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Terms, Unread
from scanner.evidence import Maybe, Unknown, known
from scanner.model.arm import ArmId
from scanner.model.network_security import (
    ANY_ADDRESS,
    Access,
    AddressTerm,
    Direction,
    NetworkSecurityGroup,
    PortRange,
    Protocol,
    SecurityRule,
    ServiceTag,
)

EVERYWHERE = Terms(EVERY_ADDRESS)

_NETWORKS = (IPv4Network, IPv6Network)
_REMEMBERED = 10_000


class Clause(Struct, frozen=True, eq=False):
    """One security rule as sets. `group` is the network security group that it stands in.

    A security admin rule of Virtual Network Manager `is_admin` and stands in none: `group` is the rule itself. One that
    `overrides` lets through what the groups behind it would deny.
    """

    name: str
    priority: int
    is_default: bool
    group: ArmId
    access: Access
    protocols: frozenset[Protocol]
    sources: Terms
    destinations: Terms
    source_ports: IntervalSet
    ports: IntervalSet
    unread: tuple[Unread, ...] = ()
    is_admin: bool = False
    overrides: bool = False

    def __str__(self) -> str:
        kind = "security admin rule " if self.is_admin else "the default rule " if self.is_default else ""
        return f"{kind}{self.name} (priority {self.priority})"

    @property
    def is_platform(self) -> bool:
        """Whether the rule is one of the few that filter Azure's platform addresses, or may be."""
        return bool(self.unread) or any(each in PLATFORM_TAGS for each in self.destinations.names)


@dataclass(frozen=True)
class Ruleset:
    """The rules of one group in the order in which they are tried. Each direction is read when it is first asked for.

    Raises MissingEvidence if it is not known which rules there are, what they do, or in which order they come.
    """

    group: NetworkSecurityGroup

    def of(self, direction: Direction) -> tuple[Clause, ...]:
        """Return the rules of one direction."""
        return self._inbound if direction is Direction.INBOUND else self._outbound

    @cached_property
    def _inbound(self) -> tuple[Clause, ...]:
        return tuple(self._read(Direction.INBOUND))

    @cached_property
    def _outbound(self) -> tuple[Clause, ...]:
        return tuple(self._read(Direction.OUTBOUND))

    def _read(self, direction: Direction) -> Iterator[Clause]:
        group = self.group.id
        own = (rule for rule in known(self.group.security_rules, group.name) if known(rule.direction) is direction)
        yield from sorted((_clause(rule, group, is_default=False) for rule in own), key=_priority)
        given = known(self.group.default_rules, group.name) or ()
        own_defaults = [rule for rule in given if known(rule.direction) is direction]
        if not own_defaults:
            yield from _documented_defaults(group, direction)
        yield from sorted((_clause(rule, group, is_default=True) for rule in own_defaults), key=_priority)


def _priority(clause: Clause) -> int:
    return clause.priority


def _clause(rule: SecurityRule, group: ArmId, *, is_default: bool) -> Clause:
    """Turn a rule into sets. A condition that could not be read makes it match an unknown part of each flow."""
    name = known(rule.name, group.name)
    about = f"rule {name} of {group.name}"
    return Clause(
        name,
        known(rule.priority, about),
        is_default,
        group,
        known(rule.access, about),
        protocols_of(rule.protocol),
        _terms(rule.sources, rule.source_groups),
        _terms(rule.destinations, rule.destination_groups),
        ports_of(rule.source_ports),
        ports_of(rule.destination_ports),
        tuple(Unread(f"{about}: {why}") for why in _unread(rule)),
    )


def _unread(rule: SecurityRule) -> Iterator[str]:
    """Yield why a rule's conditions are not all known. Azure demands each of them, so an empty one was not read."""
    for what, conditions in (
        ("protocol", (rule.protocol,)),
        ("source", (rule.sources, rule.source_groups)),
        ("destination", (rule.destinations, rule.destination_groups)),
        ("source port", (rule.source_ports,)),
        ("destination port", (rule.destination_ports,)),
    ):
        missing = [each.why for each in conditions if isinstance(each, Unknown)]
        yield from missing
        if not missing and not any(conditions):
            yield f"it names no {what}"


def protocols_of(protocol: Maybe[Protocol]) -> frozenset[Protocol]:
    """Return the protocols that a rule names; all, where that was not read."""
    if isinstance(protocol, Unknown) or protocol is Protocol.ANY:
        return EVERY_PROTOCOL
    return _ALONE[protocol]


_ALONE = {each: frozenset({each}) for each in Protocol}


def ports_of(ports: Maybe[tuple[PortRange, ...]]) -> IntervalSet:
    """Return the ports that a rule names; all, where it names none or that was not read."""
    return EVERY_PORT_SET if isinstance(ports, Unknown) or not ports else _set_of(ports)


_set_of = lru_cache(_REMEMBERED)(IntervalSet.of)


def _terms(terms: Maybe[tuple[AddressTerm, ...]], groups: Maybe[tuple[ArmId, ...]]) -> Terms:
    if isinstance(terms, Unknown) or isinstance(groups, Unknown) or not (terms or groups):
        return EVERYWHERE
    # Tags are the same in whatever case, and print as they were written.
    return _terms_of(terms, groups, tuple([str(each) for each in (*terms, *groups) if not isinstance(each, _NETWORKS)]))


@lru_cache(_REMEMBERED)
def _terms_of(terms: tuple[AddressTerm, ...], groups: tuple[ArmId, ...], _written: tuple[str, ...]) -> Terms:
    """Return what a rule names: the same few again and again, held once with what is worked out of them."""
    tags = [standard(each) for each in terms if isinstance(each, ServiceTag)]
    if ANY_ADDRESS in tags:
        return EVERYWHERE
    return Terms(prefixes(each for each in terms if not isinstance(each, ServiceTag)), (*tags, *groups))


def _documented_defaults(group: ArmId, direction: Direction) -> Iterator[Clause]:
    """Yield the rules that Azure adds to every group (facts §4.4), for sources that leave them out."""
    for name, priority, access, sources, destinations in _DEFAULTS[direction]:
        every = (EVERY_PROTOCOL, sources, destinations, EVERY_PORT_SET, EVERY_PORT_SET)
        yield Clause(name, priority, True, group, access, *every)  # noqa: FBT003 - the default rules


_LOCAL = Terms(NOTHING, (VIRTUAL_NETWORK,))
_DEFAULTS = {
    Direction.INBOUND: (
        ("AllowVnetInBound", 65000, Access.ALLOW, _LOCAL, _LOCAL),
        ("AllowAzureLoadBalancerInBound", 65001, Access.ALLOW, Terms(NOTHING, (LOAD_BALANCER,)), EVERYWHERE),
        ("DenyAllInBound", 65500, Access.DENY, EVERYWHERE, EVERYWHERE),
    ),
    Direction.OUTBOUND: (
        ("AllowVnetOutBound", 65000, Access.ALLOW, _LOCAL, _LOCAL),
        ("AllowInternetOutBound", 65001, Access.ALLOW, EVERYWHERE, Terms(NOTHING, (INTERNET,))),
        ("DenyAllOutBound", 65500, Access.DENY, EVERYWHERE, EVERYWHERE),
    ),
}
