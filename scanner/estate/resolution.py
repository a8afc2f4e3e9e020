"""Name resolution in the graph: which zones, servers and forwarding rules a virtual network has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from scanner.domain.dns import Resolution, resolve
from scanner.domain.dns_names import answering, normal
from scanner.domain.dns_view import Forwarder, LinkedZone, Record, Server
from scanner.estate.dns_servers import server_at
from scanner.estate.keyed import Keyed
from scanner.evidence import MissingEvidence, Seen, each_of, known, matching, raise_any, seeing
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.dns import (
    AddressRecords,
    CanonicalName,
    DnsResolver,
    ForwardingRule,
    ForwardingRuleset,
    RulesetLink,
    RuleState,
)
from scanner.model.fields import Address
from scanner.model.network import VirtualNetwork
from scanner.model.private_dns import LinkState, PrivateDnsZone, ResolutionPolicy, ZoneLink
from scanner.model.private_link import ZoneGroup
from scanner.system.counting import counted

T = TypeVar("T")


def resolve_in(graph: Graph, vnet: ArmId, fqdn: str, alias: str = "", servers: tuple[Address, ...] = ()) -> Resolution:
    """Return how a name resolves for the machines of a virtual network; see `dns.resolve`."""
    return graph.once(GraphView).resolutions((vnet, fqdn, alias, servers))


def answer_in(zone: ArmId, record: str, graph: Graph) -> Record | None:
    """Return what one zone has for a name relative to it, by a wildcard record too; None if it lacks the name."""
    view = graph.once(GraphView)
    found = answering(record, view.names(zone))
    return None if found is None else view.record(zone, found)


def zones_called(name: str, graph: Graph) -> Seen[ArmId]:
    """Return the private DNS zones of a name.

    Zones in subscriptions that were not listed are known only if a zone group names them.
    """
    return graph.once(GraphView).called(normal(name))


def is_completed(link: ZoneLink) -> bool:
    """Tell whether a zone answers in the virtual network that it is linked to (facts §6)."""
    return known(link.state) is LinkState.COMPLETED and known(link.provisioning).lower() == "succeeded"


class GraphView:
    """The graph as name resolution sees it: a `dns_view.View`."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.resolutions = Remembered(self._resolve)
        self.called = Remembered(self._find_called)
        self._zones = Remembered(self._find_zone)
        self._linked = Remembered(self._zones_by_vnet)
        self._links = Remembered(self._links_of)
        self._records = Remembered(self._records_of)
        self._names = Remembered(self._names_of)
        self._forwarders = Remembered(self._forwarders_of)
        self._linked_elsewhere = Remembered(self._may_be_linked_elsewhere)

    def _resolve(self, question: tuple[ArmId, str, str, tuple[Address, ...]]) -> Resolution:
        return resolve(self, *question)

    def servers(self, vnet: ArmId) -> tuple[Address, ...]:
        """Return the DNS servers of a virtual network."""
        return known(self._graph.get(VirtualNetwork, vnet).dns_servers, vnet.name)

    # Zones

    def zone(self, vnet: ArmId, name: str) -> LinkedZone | None:
        """Return the zone of this name that a virtual network is linked to; Azure permits one (facts §6)."""
        called = self.called(name)
        if not called.found and called.missing is None:
            # Most of the domains that a name is in are nobody's zone, seen from whichever network.
            return None
        return self._zones((vnet, name))

    def _find_zone(self, asked: tuple[ArmId, str]) -> LinkedZone | None:
        vnet, name = asked
        found, missing = matching(self._linked(name).of(vnet), lambda zone: self._link(zone, vnet) is not None)
        if len(found) > 1:
            raise MissingEvidence(
                f"{vnet.name} is linked to {counted(len(found), 'zone')} called {name}", tuple(map(str, found))
            )
        link = self._link(found[0], vnet) if found else None
        if link is not None:
            return LinkedZone(found[0], name, known(link.policy) is ResolutionPolicy.PUBLIC_FALLBACK)
        raise_any(missing)
        if self._linked_elsewhere(vnet):
            raise_any(_unlisted_zones(name, self._graph))
        return None

    def _may_be_linked_elsewhere(self, vnet: ArmId) -> bool:
        return self._graph.unseen(ZoneLink, about=vnet) is not None

    @seeing
    def _find_called(self, name: str) -> Iterator[ArmId]:
        yield from self.zones_called(name)
        raise_any(_unlisted_zones(name, self._graph))

    def zones_called(self, name: str) -> Iterator[ArmId]:
        """Yield the zones of a name that were read, then raise if a zone group names one that was not."""
        read, unread = self._zones_by_name
        for key in read.get(name, ()):
            yield self._graph.at(PrivateDnsZone, key).id
        for zone in unread.get(name, ()):
            if self._graph.find(PrivateDnsZone, zone) is not None:
                yield zone

    @cached_property
    def _zones_by_name(self) -> tuple[dict[str, list[str]], dict[str, list[ArmId]]]:
        """The keys of the zones that were read, most of which nobody asks for, and the ids of others, by name."""
        read = self._graph.keys(PrivateDnsZone)
        named: set[ArmId] = set()
        for group in self._graph.seen(ZoneGroup):
            try:
                named.update(known(config.zone) for config in known(group.zones))
            except MissingEvidence:
                continue
        here = frozenset(read)
        unread = ((each.name, each) for each in sorted(named) if each.key not in here)
        return _by_name((key.rpartition("/")[2], key) for key in read), _by_name(unread)

    def _zones_by_vnet(self, name: str) -> Keyed[ArmId, ArmId]:
        return Keyed(self.zones_called(name), self._vnets_of)

    def _vnets_of(self, zone: ArmId) -> Iterator[ArmId]:
        links, missing = self._links(zone)
        yield from links
        raise_any(missing)

    def _link(self, zone: ArmId, vnet: ArmId) -> ZoneLink | None:
        links, missing = self._links(zone)
        found, undecided = matching(links.get(vnet, ()), is_completed)
        if not found and (undecided or missing):
            raise undecided or missing or AssertionError
        return found[0] if found else None

    def _links_of(self, zone: ArmId) -> tuple[dict[ArmId, list[ZoneLink]], MissingEvidence | None]:
        links, missing = matching(self._graph.children(ZoneLink, zone), lambda link: bool(known(link.virtual_network)))
        by_vnet: dict[ArmId, list[ZoneLink]] = defaultdict(list)
        for link in links:
            by_vnet[known(link.virtual_network)].append(link)
        return by_vnet, missing

    # Records

    def names(self, zone: ArmId) -> frozenset[str]:
        """Return the names of a zone's address and alias records, relative to it."""
        return self._names(zone)

    def _names_of(self, zone: ArmId) -> frozenset[str]:
        return frozenset(self._records(zone))

    def record(self, zone: ArmId, name: str) -> Record:
        """Return what a zone has at one of its names."""
        match self._records(zone)[name]:
            case AddressRecords(addresses=addresses):
                return Record(known(addresses, name))
            case CanonicalName(target=target):
                return Record(target=known(target, name))

    def _records_of(self, zone: ArmId) -> dict[str, AddressRecords | CanonicalName]:
        self._graph.get(PrivateDnsZone, zone)
        found: dict[str, AddressRecords | CanonicalName] = {}
        found.update((each.name.lower(), each) for each in self._graph.children(AddressRecords, zone).whole())
        found.update((each.name.lower(), each) for each in self._graph.children(CanonicalName, zone).whole())
        return found

    # Forwarding rules

    def forwarders(self, vnet: ArmId) -> tuple[Forwarder, ...]:
        """Return the enabled rules of the rulesets linked to a virtual network."""
        return self._forwarders(vnet)

    def _forwarders_of(self, vnet: ArmId) -> tuple[Forwarder, ...]:
        links = self._graph.all(RulesetLink, about=vnet).where(lambda link: known(link.virtual_network) == vnet).whole()
        rulesets = sorted({link.id.parent for link in links if link.id.parent})
        rules = each_of(rulesets, lambda ruleset: self._graph.children(ForwardingRule, ruleset)).whole()
        return tuple(_forwarder(rule) for rule in rules if known(rule.state) is RuleState.ENABLED)

    def outbound(self, forwarder: Forwarder) -> ArmId:
        """Return the virtual network of the resolver whose outbound endpoint a rule's ruleset uses."""
        ruleset = self._graph.get(ForwardingRuleset, forwarder.id.parent or forwarder.id)
        resolvers = {known(each.id).parent for each in known(ruleset.outbound_endpoints)}
        vnets = {known(self._graph.get(DnsResolver, each).virtual_network) for each in resolvers if each}
        if len(vnets) != 1:
            raise MissingEvidence(f"from which virtual network {ruleset.name} asks is not known", (str(ruleset.id),))
        return vnets.pop()

    def server(self, address: Address, vnet: ArmId | None) -> Server:
        """Return what answers at an address that is asked from a virtual network."""
        return server_at(address, vnet, self._graph)


def _forwarder(rule: ForwardingRule) -> Forwarder:
    return Forwarder(rule.id, normal(known(rule.domain)), known(rule.targets))


def _by_name(zones: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for name, zone in zones:
        found[normal(name)].append(zone)
    return found


def _unlisted_zones(name: str, graph: Graph) -> MissingEvidence | None:
    """Return why there may be more zones of a name (normal) than were read."""
    return graph.unseen(PrivateDnsZone, about=name, matters=lambda zone: normal(zone.name) == name)
