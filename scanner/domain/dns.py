"""How a name resolves in a virtual network: through which servers, forwarders and private DNS zones, and to what.

Pure: what exists is asked of a `View`. Azure-provided DNS looks, in this order, in the private zones linked to the
virtual network, in its forwarding rules, and in public DNS, at each of which the longest domain that fits wins
(https://learn.microsoft.com/azure/dns/dns-private-resolver-overview, 2024-02; facts §6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from ipaddress import IPv4Address

from msgspec import Struct

from scanner.domain.dns_names import answering, closest, is_privatelink, normal, relative, suffixes
from scanner.domain.dns_view import Forwarder, Inbound, LinkedZone, Opaque, Proxy, Record, View
from scanner.evidence import Gap, MissingEvidence
from scanner.model.arm import ArmId
from scanner.model.fields import Address

AZURE_DNS = IPv4Address("168.63.129.16")
"""Where Azure-provided DNS answers in every virtual network (facts §6)."""

_MOST_STEPS = 16


class Outcome(StrEnum):
    """What a client gets to know."""

    PRIVATE = "private"
    PUBLIC = "public"
    NO_SUCH_NAME = "no such name"
    UNKNOWN = "unknown"


class Step(Struct, frozen=True, gc=False):
    """One station of a query: where it was and what was found there."""

    at: ArmId
    says: str


class Resolution(Struct, frozen=True, gc=False):
    """How a name resolves. `addresses` come from a private zone and are those of a private outcome only.

    `zone` is the private DNS zone that was asked last: none where public DNS answers without one. `why` says in one
    sentence what decided; for an unknown outcome, what could not be seen, which `involves` names.
    """

    outcome: Outcome
    why: str
    addresses: tuple[IPv4Address, ...] = ()
    zone: ArmId | None = None
    steps: tuple[Step, ...] = ()
    involves: tuple[ArmId, ...] = ()
    gap: Gap | None = None


def resolve(view: View, vnet: ArmId, fqdn: str, alias: str = "", servers: tuple[Address, ...] = ()) -> Resolution:
    """Return how a name resolves for the machines of a virtual network.

    `servers` are those that a machine asks instead of the network's. `alias` is what public DNS answers for the name
    where that is a CNAME into a privatelink zone. Never raises: evidence that is missing makes the outcome unknown.
    """
    query = _Query(view, normal(fqdn), normal(alias))
    return query.guarded(lambda: query.ask(servers or view.servers(vnet), vnet, vnet))


class _Query:
    """One name on its way, and the stations that it came past.

    `alias` is None once a private zone has led on to a name of which the public answer is not known.
    """

    def __init__(
        self,
        view: View,
        name: str,
        alias: str | None,
        steps: Iterable[Step] = (),
        seen: Iterable[tuple[Step, str]] = (),
    ) -> None:
        self.view = view
        self.name = name
        self.alias = alias
        self.steps = [*steps]
        self.seen = {*seen}

    def guarded(self, find: Callable[[], Resolution]) -> Resolution:
        """Return what is found, or unknown with the steps up to where evidence was missing."""
        try:
            return find()
        except MissingEvidence as missing:
            involved = tuple(map(ArmId, missing.involves))
            return Resolution(Outcome.UNKNOWN, missing.why, steps=tuple(self.steps), involves=involved, gap=missing.gap)

    def visit(self, place: ArmId, says: str) -> None:
        """Note a station. Raises MissingEvidence where the query has been before, or goes on for too long."""
        step = Step(place, says)
        if (step, self.name) in self.seen or len(self.steps) >= _MOST_STEPS:
            raise MissingEvidence(f"the query for {self.name} goes round in a circle at {place.name}", (str(place),))
        self.steps.append(step)
        self.seen.add((step, self.name))

    def ask(self, servers: tuple[Address, ...], vnet: ArmId | None, place: ArmId) -> Resolution:
        """Ask several servers from a place in a virtual network; Azure-provided DNS where there are none."""
        return _agreed([self._branch(each, vnet, place) for each in servers or (AZURE_DNS,)])

    def _branch(self, address: Address, vnet: ArmId | None, place: ArmId) -> Resolution:
        branch = _Query(self.view, self.name, self.alias, self.steps, self.seen)
        return branch.guarded(lambda: branch._ask_one(address, vnet, place))

    def _ask_one(self, address: Address, vnet: ArmId | None, place: ArmId) -> Resolution:
        if address == AZURE_DNS:
            return self._azure(vnet, place)
        self.visit(place, f"asks {address}")
        match self.view.server(address, vnet):
            case Inbound(id=found, vnet=host):
                self.visit(found, f"answers as Azure-provided DNS does in {host.name}")
                return self._azure(host, found)
            case Proxy(id=found, vnet=host, servers=servers):
                self.visit(found, f"its DNS proxy asks {'servers of its own' if servers else _azure_in(host)}")
                return self.ask(servers, host, found)
            case Opaque(why=why):
                raise MissingEvidence(why)

    def _azure(self, vnet: ArmId | None, place: ArmId) -> Resolution:
        """Look in the zones linked to a virtual network, then in its forwarding rules, for the name and its alias."""
        if vnet is None:
            return self._public(place, "no private DNS zone can be linked to a Virtual WAN hub")
        for name in filter(None, (self.name, self.alias)):
            zone = self._zone(vnet, name)
            if zone is not None:
                return self._in_zone(zone, vnet, relative(name, zone.name))
            forwarder = closest(name, ((each.domain, each) for each in self.view.forwarders(vnet)))
            if forwarder is not None:
                return self._forward(forwarder, name)
        return self._public(vnet, f"no private DNS zone for {self.alias or self.name} is linked to {vnet.name}")

    def _zone(self, vnet: ArmId, name: str) -> LinkedZone | None:
        zones = (self.view.zone(vnet, domain) for domain in suffixes(name) if domain)
        return next((zone for zone in zones if zone is not None), None)

    def _in_zone(self, zone: LinkedZone, vnet: ArmId, name: str) -> Resolution:
        """Answer from a zone; `name` is relative to it."""
        found = answering(name, self.view.names(zone.id))
        record = self.view.record(zone.id, found) if found is not None else Record()
        if record.target is not None:
            self.visit(zone.id, f"{found} leads on to {record.target}")
            self.name, self.alias = normal(record.target), None
            return self._azure(vnet, zone.id)
        if record.addresses:
            return self._end(
                Outcome.PRIVATE, zone.id, f"{found} is {_listed(record.addresses)}", zone, record.addresses
            )
        if zone.public_fallback and is_privatelink(zone.name):
            why = f"has no record {name}, and its link to {vnet.name} falls back to public DNS"
            return self._end(Outcome.PUBLIC, zone.id, why, zone)
        return self._end(Outcome.NO_SUCH_NAME, zone.id, f"has no record {name}", zone)

    def _forward(self, forwarder: Forwarder, name: str) -> Resolution:
        """Send the query on by a rule.

        That private endpoints need a rule for the public name is documented (facts §6); whether one for the name that
        a public CNAME leads to takes part is not.
        """
        if name != self.name:
            why = (
                f"the forwarding rule {forwarder.id.name} fits {name} only, and whether it then counts is undocumented"
            )
            raise MissingEvidence(why, (str(forwarder.id),))
        self.visit(forwarder.id, f"sends {forwarder.domain or 'every name'} to {_listed(forwarder.servers)}")
        return self.ask(forwarder.servers, self.view.outbound(forwarder), forwarder.id)

    def _public(self, place: ArmId, why: str) -> Resolution:
        if self.alias is None:
            raise MissingEvidence(f"{why}, and what public DNS answers for {self.name} is not known", (str(place),))
        return self._end(Outcome.PUBLIC, place, f"{why}: public DNS answers")

    def _end(
        self,
        outcome: Outcome,
        place: ArmId,
        why: str,
        zone: LinkedZone | None = None,
        addresses: tuple[IPv4Address, ...] = (),
    ) -> Resolution:
        self.visit(place, why)
        return Resolution(
            outcome, f"{place.name} {why}" if zone else why, addresses, zone.id if zone else None, (*self.steps,)
        )


def _agreed(found: list[Resolution]) -> Resolution:
    """Return what several servers answer: clients ask any of them, so what they do not agree on is unknown."""
    unknown = next((each for each in found if each.outcome is Outcome.UNKNOWN), None)
    if unknown is not None:
        return unknown
    first = found[0]
    if all((each.outcome, {*each.addresses}) == (first.outcome, {*first.addresses}) for each in found):
        return first
    answers = " and ".join(dict.fromkeys(_listed(each.addresses) or str(each.outcome) for each in found))
    return Resolution(Outcome.UNKNOWN, f"its DNS servers do not answer alike: {answers}", steps=first.steps)


def _azure_in(vnet: ArmId | None) -> str:
    return f"Azure-provided DNS in {vnet.name}" if vnet else "Azure-provided DNS"


def _listed(addresses: Iterable[Address]) -> str:
    return ", ".join(map(str, addresses))
