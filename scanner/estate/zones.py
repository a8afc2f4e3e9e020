"""The private DNS zones of a solution, and the names of its private endpoints in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from scanner.domain.dns_names import normal
from scanner.domain.private_names import PrivateName, private_names
from scanner.estate.private_link import Link, asks_of, zones_named_by, zones_needed_by
from scanner.estate.resolution import answer_in, zones_called
from scanner.estate.solution import Solution, solutions
from scanner.estate.users import Users
from scanner.evidence import MissingEvidence, Seen, each_of, known
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.exposure import ConnectionStatus
from scanner.model.fields import Address
from scanner.model.interfaces import NetworkInterface
from scanner.model.machine_learning import Workspace
from scanner.model.private_dns import PrivateDnsZone
from scanner.model.private_link import PrivateEndpoint


def names_of(endpoint: PrivateEndpoint, graph: Graph) -> tuple[PrivateName, ...]:
    """Return the names that lead to an endpoint, with the record that each needs.

    They are read from its interface: the endpoint's own list is empty while a zone group is healthy (facts §0.1).
    """
    return graph.once(_names)(endpoint.id)


def _names(graph: Graph) -> Remembered[ArmId, tuple[PrivateName, ...]]:
    return Remembered(lambda endpoint: _find_names(graph.get(PrivateEndpoint, endpoint), graph))


def _find_names(endpoint: PrivateEndpoint, graph: Graph) -> tuple[PrivateName, ...]:
    needed = zones_needed_by(endpoint, graph)
    found = private_names(_addresses(endpoint, graph), needed, lambda: _workspace_of(endpoint, graph))
    if not found:
        raise MissingEvidence(f"the interface of {endpoint.name} shows no name", (str(endpoint.id),))
    return found


def _workspace_of(endpoint: PrivateEndpoint, graph: Graph) -> str:
    """Return the GUID of the workspace that an endpoint leads to."""
    targets = filter(None, (known(asks.target) for asks in asks_of(endpoint)))
    return known(graph.get(Workspace, next(targets)).guid)


def _addresses(endpoint: PrivateEndpoint, graph: Graph) -> Iterator[tuple[str, Address]]:
    for reference in known(endpoint.interfaces):
        interface = graph.get(NetworkInterface, known(reference.id))
        for each in known(interface.ip_configurations, interface.name):
            address: Address | None = known(each.private_address)
            if address is not None:
                yield from ((fqdn, address) for fqdn in known(each.fqdns))


def zones_for_name(name: PrivateName, endpoint: PrivateEndpoint, graph: Graph) -> Seen[ArmId]:
    """Return the zones that an endpoint's record belongs in: those that its zone group names, else any of that name."""
    named = zones_named_by(endpoint, graph).where(lambda zone: normal(zone.name) == name.zone)
    kept = named.where(lambda zone: graph.find(PrivateDnsZone, zone) is not None)
    return kept if kept.found or kept.missing else zones_called(name.zone, graph)


def addresses_for(name: PrivateName, endpoint: PrivateEndpoint, graph: Graph) -> Seen[Address]:
    """Return the addresses that approved endpoints of the same service have under the record of an endpoint's name."""
    wanted = {known(each.target) for each in asks_of(endpoint)}
    links = solutions(graph).flat(
        lambda solution: solution.targets().where(lambda target: target.id in wanted).flat(solution.own_links)
    )
    approved = links.where(lambda link: link.status is ConnectionStatus.APPROVED)
    return approved.flat(lambda link: Seen(_addresses_of(link, name, graph)))


def _addresses_of(link: Link, name: PrivateName, graph: Graph) -> tuple[Address, ...]:
    if link.endpoint is None:
        raise link.unread()
    same = (each for each in names_of(link.endpoint, graph) if (each.zone, each.record) == (name.zone, name.record))
    return tuple(address for each in same for address in each.addresses)


def zones_of(solution: Solution) -> Seen[ArmId]:
    """Return the zones that hold the records of a solution's endpoints.

    A zone that no zone group names is one of them if it has a record for the endpoint.
    """
    return solution.endpoints().flat(lambda each: _zones_used_by(each, solution.graph))


def _zones_used_by(endpoint: PrivateEndpoint, graph: Graph) -> Seen[ArmId]:
    named = zones_named_by(endpoint, graph)
    return named if named.missing else named | Seen((endpoint,)).flat(lambda each: _by_hand(each, named.found, graph))


def _by_hand(endpoint: PrivateEndpoint, named: tuple[ArmId, ...], graph: Graph) -> Seen[ArmId]:
    """Return the zones that somebody writes an endpoint's records to by hand."""
    by_hand = set(zones_needed_by(endpoint, graph)) - {normal(zone.name) for zone in named}
    names = [name for name in names_of(endpoint, graph) if name.zone in by_hand] if by_hand else []
    return each_of(names, lambda name: _holding(name, graph))


def _holding(name: PrivateName, graph: Graph) -> Seen[ArmId]:
    return zones_called(name.zone, graph).where(lambda zone: answer_in(zone, name.record, graph) is not None)


def users_of_zone(zone: ArmId, graph: Graph) -> Seen[Solution]:
    """Return the judged solutions whose zone it is."""
    return graph.once(_users).of(zone)


def _users(graph: Graph) -> Users:
    return Users(solutions(graph), zones_of)


def names_in(zone: str, solution: Solution) -> Seen[PrivateName]:
    """Return the names of a solution's endpoints that belong in zones of this name."""
    names, missing = solution.graph.once(_names_by_zone)(solution)
    return Seen(tuple(names.get(normal(zone), ())), missing)


_ByZone: TypeAlias = tuple[Mapping[str, Sequence[PrivateName]], MissingEvidence | None]
"""Names by their zones, and why there may be more."""


def _names_by_zone(graph: Graph) -> Remembered[Solution, _ByZone]:
    def find(solution: Solution) -> _ByZone:
        every = solution.endpoints().flat(lambda each: Seen(names_of(each, graph)))
        by_zone: dict[str, list[PrivateName]] = defaultdict(list)
        for name in every.found:
            by_zone[name.zone].append(name)
        return by_zone, every.missing

    return Remembered(find)
