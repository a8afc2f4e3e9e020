"""The private DNS zones of a solution, and the names of its private endpoints in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from scanner.domain.dns_names import normal
from scanner.domain.private_names import PrivateName, private_names
from scanner.estate.private_link import zones_named_by, zones_needed_by
from scanner.estate.resolution import answer_in, zones_called
from scanner.estate.solution import Solution, solutions
from scanner.estate.users import Users
from scanner.evidence import MissingEvidence, flat, gathered, known, matching, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.interfaces import NetworkInterface
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
    found = private_names(_addresses(endpoint, graph), zones_needed_by(endpoint, graph))
    if not found:
        raise MissingEvidence(f"the interface of {endpoint.name} shows no name", (str(endpoint.id),))
    return found


def _addresses(endpoint: PrivateEndpoint, graph: Graph) -> Iterator[tuple[str, Address]]:
    for reference in known(endpoint.interfaces):
        interface = graph.get(NetworkInterface, known(reference.id))
        for each in known(interface.ip_configurations, interface.name):
            address: Address | None = known(each.private_address)
            if address is not None:
                yield from ((fqdn, address) for fqdn in known(each.fqdns))


def zones_for_name(name: PrivateName, endpoint: PrivateEndpoint, graph: Graph) -> Iterator[ArmId]:
    """Yield the zones that an endpoint's record belongs in: those that its zone group names, else any of that name."""
    named, missing = matching(zones_named_by(endpoint, graph), lambda zone: normal(zone.name) == name.zone)
    raise_any(missing)
    kept = [zone for zone in named if graph.find(PrivateDnsZone, zone) is not None]
    yield from kept or zones_called(name.zone, graph)


def zones_of(solution: Solution) -> Iterator[ArmId]:
    """Yield the zones that hold the records of a solution's endpoints, then raise MissingEvidence if there may be more.

    A zone that no zone group names is one of them if it has a record for the endpoint.
    """
    yield from flat(solution.endpoints(), lambda each: _zones_used_by(each, solution.graph))


def _zones_used_by(endpoint: PrivateEndpoint, graph: Graph) -> Iterator[ArmId]:
    named, missing = gathered(zones_named_by(endpoint, graph))
    yield from named
    raise_any(missing)
    by_hand = set(zones_needed_by(endpoint, graph)) - {normal(zone.name) for zone in named}
    for name in names_of(endpoint, graph) if by_hand else ():
        if name.zone in by_hand:
            yield from (zone for zone in zones_called(name.zone, graph) if answer_in(zone, name.record, graph))


def users_of_zone(zone: ArmId, graph: Graph) -> Iterator[Solution]:
    """Yield the judged solutions whose zone it is, then raise MissingEvidence if it may be that of another one."""
    return graph.once(_users).of(zone)


def _users(graph: Graph) -> Users:
    return Users(solutions(graph), zones_of)


def names_in(zone: str, solution: Solution) -> Iterator[PrivateName]:
    """Yield the names of a solution's endpoints that belong in zones of this name; raise if there may be more."""
    names, missing = solution.graph.once(_names_by_solution)(solution)
    yield from (name for name in names if name.zone == normal(zone))
    raise_any(missing)


_Names: TypeAlias = tuple[list[PrivateName], MissingEvidence | None]


def _names_by_solution(graph: Graph) -> Remembered[Solution, _Names]:
    def find(solution: Solution) -> _Names:
        return gathered(flat(solution.endpoints(), lambda each: names_of(each, graph)))

    return Remembered(find)
