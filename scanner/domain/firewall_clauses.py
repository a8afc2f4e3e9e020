"""One rule of an Azure Firewall as sets: who may send what where, by addresses and by names of hosts.

Sources, below https://learn.microsoft.com/azure/firewall/ (2025): fqdn-filtering-network-rules, fqdn-tags,
web-categories, premium-features (URLs need TLS inspection, else the host alone is seen).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from scanner.domain.host_names import HostName, Keeper, KeptNames
from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.prefixes import prefixes
from scanner.domain.rulesets import EVERYWHERE, Clause
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Name, Terms, Unread
from scanner.evidence import Maybe, MissingEvidence, Unknown, known
from scanner.model.arm import ArmId
from scanner.model.firewall import (
    ApplicationProtocol,
    ApplicationRule,
    ClassicApplicationRule,
    FirewallProtocol,
    NatRule,
    NetworkRule,
    PolicyRule,
    RuleKind,
    Service,
)
from scanner.model.network_security import ANY_ADDRESS, Access, AddressTerm, Protocol, ServiceTag

T = TypeVar("T")

AddressesOf: TypeAlias = Callable[[ArmId], tuple[AddressTerm, ...]]
"""Returns the addresses of an IP group; raises MissingEvidence where they are not known."""

_PROTOCOLS = {
    FirewallProtocol.TCP: frozenset({Protocol.TCP}),
    FirewallProtocol.UDP: frozenset({Protocol.UDP}),
    FirewallProtocol.ICMP: frozenset({Protocol.ICMP}),
    FirewallProtocol.ANY: EVERY_PROTOCOL,
}
_STAR = "*"
_USUAL_PORTS = {ApplicationProtocol.HTTP: 80, ApplicationProtocol.HTTPS: 443, ApplicationProtocol.MSSQL: 1433}
_WEB = IntervalSet.of([(80, 80), (443, 443)])


@dataclass(frozen=True, slots=True)
class _Service:
    """What a rule is for beside its ends, and what of its conditions is not known."""

    protocols: frozenset[Protocol]
    ports: IntervalSet
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A collection of rules: where it stands, when it is tried, and what its rules do."""

    name: str
    priority: int
    access: Access
    at: ArmId


def network_clause(rule: NetworkRule, place: Place, addresses_of: AddressesOf) -> Clause:
    """Return a network rule."""
    about = _about(rule, place)
    names: list[Name] = [HostName(each) for each in _found(rule.destination_names)]
    names += _unread(about, rule.destination_names)
    sources = _terms(rule.sources, rule.source_groups, about, "source", addresses_of)
    destinations = _terms(rule.destinations, rule.destination_groups, about, "destination", addresses_of, names)
    return _clause(about, place, _network_service(rule, about), sources, destinations)


def nat_clause(rule: NatRule, place: Place, addresses_of: AddressesOf) -> Clause:
    """Return what a rule of address translation matches: its destinations are addresses of the firewall itself."""
    about = _about(rule, place)
    sources = _terms(rule.sources, rule.source_groups, about, "source", addresses_of)
    destinations = _terms(rule.destinations, (), about, "destination", addresses_of)
    return _clause(about, place, _network_service(rule, about), sources, destinations)


def _network_service(rule: NetworkRule | NatRule, about: str) -> _Service:
    kind = rule.kind if isinstance(rule, PolicyRule) else RuleKind.NETWORK
    ports = IntervalSet.of(_found(rule.ports)) if _found(rule.ports) else EVERY_PORT_SET
    unread = (
        *_unread(about, kind, rule.protocols, rule.ports),
        *_missing(about, protocol=rule.protocols, port=rule.ports),
    )
    return _Service(_protocols(rule), ports, unread)


def application_clauses(rule: ApplicationRule, place: Place, addresses_of: AddressesOf) -> Iterator[Clause]:
    """Yield an application rule: one clause for its names, and one for each URL, often of a part of a host."""
    about = _about(rule, place)
    sources = _terms(rule.sources, rule.source_groups, about, "source", addresses_of)
    service = _application_service(rule, about)
    urls = _found(rule.urls) if isinstance(rule, PolicyRule) else ()
    names = _names(rule, about)
    if names or not urls:
        yield _clause(about, place, service, sources, _named(names, about))
    for url in urls:
        partly = [] if _is_whole(url) else [Unread(f"{about} is for the URL {url}, not for its whole host")]
        of_url = replace(service, unread=(*service.unread, *partly))
        yield _clause(about, place, of_url, sources, _named([_host_of(url)], about))


def _application_service(rule: ApplicationRule, about: str) -> _Service:
    # A rule with FQDN tags alone needs no protocols.
    missing = [] if _found(rule.tags) else _missing(about, protocol=rule.services)
    unread = (*_unread(about, rule.services), *_narrowed(rule, about), *missing)
    return _Service(frozenset({Protocol.TCP}), _ports(rule), unread)


def _clause(about: str, place: Place, service: _Service, sources: Terms, destinations: Terms) -> Clause:
    ends = (service.protocols, sources, destinations, EVERY_PORT_SET, service.ports)
    return Clause(about, place.priority, False, place.at, place.access, *ends, service.unread)  # noqa: FBT003 - no default


def _about(rule: NetworkRule | ApplicationRule | NatRule, place: Place) -> str:
    return f"{place.name}/{known(rule.name, place.name)}"


def _found(values: Maybe[tuple[T, ...]]) -> tuple[T, ...]:
    return () if isinstance(values, Unknown) else values


def _unread(about: str, *values: Maybe[object]) -> list[Unread]:
    return [Unread(f"{about}: {each.why}", each.gap) for each in values if isinstance(each, Unknown)]


def _missing(about: str, **conditions: Maybe[tuple[object, ...]]) -> list[Unread]:
    """Return a word on each condition that Azure demands and that is not there: it was not read."""
    empty = (what for what, each in conditions.items() if not isinstance(each, Unknown) and not each)
    return [Unread(f"{about} names no {what}") for what in empty]


def _protocols(rule: NetworkRule | NatRule) -> frozenset[Protocol]:
    named = [_PROTOCOLS[each] for each in _found(rule.protocols)]
    return frozenset().union(*named) if named else EVERY_PROTOCOL


def _ports(rule: ApplicationRule) -> IntervalSet:
    found = [_port(each) for each in _found(rule.services)]
    numbers = [each for each in found if each is not None]
    if len(numbers) < len(found) or not found:
        return _WEB if not found and _found(rule.tags) else EVERY_PORT_SET
    return IntervalSet.of((each, each) for each in numbers)


def _port(service: Service) -> int | None:
    """Return the port of a service, None if it cannot be told."""
    if isinstance(service.port, Unknown) or isinstance(service.protocol, Unknown):
        return None
    return _USUAL_PORTS[service.protocol] if service.port is None else service.port


def _narrowed(rule: ApplicationRule, about: str) -> list[Unread]:
    """Return a word on what makes a rule narrower than its names, or may do so."""
    found = [each for service in _found(rule.services) for each in _unread(about, service.protocol, service.port)]
    if isinstance(rule, ClassicApplicationRule):
        return found
    found += _unread(about, rule.destinations)
    return [*found, Unread(f"{about} is for some addresses only")] if _found(rule.destinations) else found


def _names(rule: ApplicationRule, about: str) -> list[Name]:
    found: list[Name] = [HostName(each) for each in _found(rule.names)]
    found += [KeptNames(Keeper.TAG, each) for each in _found(rule.tags)]
    found += _unread(about, rule.names, rule.tags)
    if isinstance(rule, PolicyRule):
        found += [KeptNames(Keeper.CATEGORY, each) for each in _found(rule.categories)]
        found += _unread(about, rule.urls, rule.categories)
    return found


def _named(names: Sequence[Name], about: str) -> Terms:
    if any(isinstance(each, HostName) and each.is_every_name for each in names):
        return EVERYWHERE
    return Terms(NOTHING, tuple(names) or (Unread(f"{about} names no host"),))


def _host_of(url: str) -> HostName:
    return HostName(_without_scheme(url).partition("/")[0])


def _is_whole(url: str) -> bool:
    """Tell whether a URL holds all of its host: a star stands for anything on its side (firewall-faq, 2025)."""
    host, _, path = _without_scheme(url).partition("/")
    return path.strip() == _STAR or (host.strip() == _STAR and not path)


def _without_scheme(url: str) -> str:
    return url.partition("://")[2] if "://" in url else url


def _terms(  # noqa: PLR0913, PLR0917 - what a rule says of one end
    terms: Maybe[tuple[AddressTerm, ...]],
    groups: Maybe[tuple[ArmId, ...]],
    about: str,
    what: str,
    addresses_of: AddressesOf,
    others: Iterable[Name] = (),
) -> Terms:
    """Turn addresses, tags and IP groups into one set; what is not known of it is a name of its own."""
    every, unread = [*_found(terms)], [*_unread(about, terms, groups)]
    for group in _found(groups):
        try:
            every += addresses_of(group)
        except MissingEvidence as missing:
            unread.append(Unread(f"IP group {group.name} was not read: {missing.why}", missing.gap))
    if ANY_ADDRESS in every:
        return EVERYWHERE
    tags = tuple(each for each in every if isinstance(each, ServiceTag))
    held = prefixes(each for each in every if not isinstance(each, ServiceTag))
    names = (*tags, *others, *unread)
    return Terms(held, names if held or names else (Unread(f"{about} names no {what}"),))
