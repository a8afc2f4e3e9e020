"""Who is led to private endpoints by their names: what has to be known before one of them may go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from scanner.domain.dns import Outcome
from scanner.estate.resolution import resolve_in
from scanner.estate.zones import names_of
from scanner.evidence import MissingEvidence, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.network import VirtualNetwork
from scanner.model.private_link import PrivateEndpoint
from scanner.model.resource import Resource
from scanner.model.routing import ConnectionType, GatewayConnection, HubExpressRouteGateway, HubVpnGateway

Question: TypeAlias = tuple[ArmId, str, str]
"""A virtual network, a name that is asked there, and the name that leads on to it in public DNS."""

_SITES = frozenset({ConnectionType.SITE, ConnectionType.EXPRESS_ROUTE})


def asked_names(endpoint: PrivateEndpoint, graph: Graph) -> tuple[tuple[str, str], ...]:
    """Return the names of an endpoint that can be asked for, each with its public alias; wildcards cannot."""
    names = {(each.fqdn, each.alias) for each in names_of(endpoint, graph) if each.fqdn[0] != "*"}
    return tuple(sorted(names))


def questions(endpoints: Iterable[PrivateEndpoint], graph: Graph) -> tuple[Question, ...]:
    """Return every name of endpoints in every network. Raises MissingEvidence where there may be more of either."""
    vnets = graph.all(VirtualNetwork).whole()
    asked = sorted({name for each in endpoints for name in asked_names(each, graph)})
    return tuple((vnet.id, *name) for vnet in vnets for name in asked)


def answers(asked: Iterable[Question], graph: Graph) -> Mapping[Question, frozenset[Address]]:
    """Return the private addresses that names lead to. Raises MissingEvidence where one of them is not known."""
    return {each: _led_to(each, graph) for each in asked}


def _led_to(question: Question, graph: Graph) -> frozenset[Address]:
    found = resolve_in(graph, *question)
    if found.outcome is Outcome.UNKNOWN:
        vnet, fqdn, _ = question
        raise MissingEvidence(f"{fqdn} in {vnet.name}: {found.why}", tuple(map(str, found.involves)), found.gap)
    return frozenset(found.addresses)


def require_no_sites(graph: Graph) -> None:
    """Raise MissingEvidence where networks outside Azure are connected: how they resolve names is never seen."""
    for at in _sites(graph):
        why = f"what resolves its names beyond {at.name}, outside Azure, is not seen"
        raise MissingEvidence(why, (str(at.id),))


def _sites(graph: Graph) -> Iterator[Resource]:
    for connection in graph.all(GatewayConnection).whole():
        if known(connection.kind, connection.name) in _SITES:
            yield connection
    for sites in graph.all(HubVpnGateway).whole():
        if known(sites.connections, sites.name):
            yield sites
    for circuits in graph.all(HubExpressRouteGateway).whole():
        if known(circuits.circuits, circuits.name):
            yield circuits
