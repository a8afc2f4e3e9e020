"""What firewalls on a private path let through: routes may send what is for an endpoint through one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from scanner.domain.destinations import Target, reached, who_stops
from scanner.domain.host_names import HostName
from scanner.domain.intervals import IntervalSet
from scanner.domain.journey import Step
from scanner.domain.prefixes import addresses
from scanner.domain.traffic import Flow, Side
from scanner.estate.filtering import hosts_of, space_of
from scanner.estate.firewalls import appliances_on, inspection, is_azure_firewall
from scanner.estate.routes import journey, routes
from scanner.evidence import MissingEvidence
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.network import Subnet
from scanner.model.network_security import Access, Direction, Protocol


def inspected(subnet: Subnet, to: tuple[Address, int], names: tuple[str, ...], graph: Graph) -> Iterator[Step]:
    """Yield whether each firewall on the way from a subnet to an address and TCP port lets it in.

    Network rules go by the address; application rules by one of the names that clients may ask for. What appliances
    of other makes let through is not seen.
    """
    way = journey(graph)(routes(graph), subnet.id, to[0])
    every = appliances_on(way, graph)
    for at in every:
        try:
            yield _passed(at, every, subnet, to, names, graph)
        except MissingEvidence as missing:
            yield Step(at, f"what {at.name} lets through: {missing.why}", None, missing.gap)


def _passed(  # noqa: PLR0913, PLR0917 - a firewall, and what is sent through it
    at: ArmId, every: tuple[ArmId, ...], subnet: Subnet, to: tuple[Address, int], names: tuple[str, ...], graph: Graph
) -> Step:
    if not is_azure_firewall(at):
        return Step(at, f"what {at.name} lets through is not seen: it is no Azure Firewall", None)
    decide = partial(inspection(every, at, graph).decide, space=space_of(subnet, graph))
    what = f"TCP {to[1]} to {to[0]}"
    found = reached([[Target(str(to[0]), _flow(hosts_of(subnet, graph), to, name))] for name in names], decide)
    if found.access is None:
        return Step(at, f"whether {what} passes {at.name} cannot be told: {found.why}", None, found.gap)
    if found.access is Access.ALLOW:
        return Step(at, f"{at.name} lets {what} through", ok=True)
    return Step(at, f"{what} does not pass {at.name}: {who_stops(found)}", ok=False)


def _flow(machines: Side, to: tuple[Address, int], name: str) -> Flow:
    address, port = to
    destination = Side(addresses([address]), (HostName(name),))
    ports = IntervalSet(((port, port),))
    return Flow(Direction.OUTBOUND, frozenset({Protocol.TCP}), machines, destination, ports)
