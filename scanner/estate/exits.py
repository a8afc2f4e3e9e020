"""Routes that lead straight to the internet beside a firewall: what they send needs a public address of the subnet's.

Source: https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access, "Private subnet
limitations" (2026-01-30): what bypasses a default route to a firewall, as traffic to service tags, breaks in a private
subnet without an explicit outbound method.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.domain.addresses import PUBLIC
from scanner.domain.intervals import IntervalSet
from scanner.domain.prefixes import networks_of, prefixes
from scanner.domain.subnet_routes import ignores_gateway
from scanner.domain.virtual_wan import secured_exit
from scanner.estate.detours import service_endpoint_for
from scanner.estate.private_link import vnet_of
from scanner.estate.routes import routes
from scanner.evidence import flat, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet
from scanner.model.network_security import ServiceTag
from scanner.model.routing import NextHopType, RouteTable, UserRoute


@dataclass(frozen=True, slots=True)
class Exit:
    """A route that leads straight to the internet: in words, whose it is, and whether it is for a named service.

    `size` is how many addresses of the internet it is for, 0 for a service, whose addresses are not looked at.
    """

    says: str
    at: ArmId
    names_service: bool
    size: int = 0


def exits(subnet: Subnet, graph: Graph) -> Iterator[Exit]:
    """Yield a subnet's routes for public IPv4 addresses to the internet, those that Azure has by itself last.

    What a service endpoint takes comes from a private address and is left out.
    Raises MissingEvidence where one of them is not known.
    """
    table = routes(graph).route_table(subnet)
    every = () if table is None else known(table.routes, table.name)
    yield from flat(every, lambda each: _custom(each, table, subnet))
    yield from _by_default(subnet, table, every, graph)


def _custom(route: UserRoute, table: RouteTable | None, subnet: Subnet) -> Iterator[Exit]:
    if table is None or known(route.next_hop, table.name) is not NextHopType.INTERNET:
        return
    tag, prefix = known(route.tag, table.name), known(route.prefix, table.name)
    size = 0 if prefix is None else _size(prefixes([prefix]) & PUBLIC)
    if prefix is not None and not size:
        return
    if tag is not None and service_endpoint_for(ServiceTag(tag), subnet) is not None:
        return
    name = known(route.name, table.name)
    named = f"route {name} for {tag or prefix}" if name else f"the route for {tag or prefix}"
    yield Exit(f"{named} of {table.name} leads straight to the internet", table.id, tag is not None, size)


def _by_default(subnet: Subnet, table: RouteTable | None, every: tuple[UserRoute, ...], graph: Graph) -> Iterator[Exit]:
    """Yield Azure's own default route, where neither a user's routes nor a secured hub's hold all of the internet."""
    left = PUBLIC - prefixes(prefix for each in every if (prefix := known(each.prefix)) is not None)
    if not left:
        return
    vnet = vnet_of(subnet.id)
    if not ignores_gateway(table) and secured_exit(routes(graph), vnet) is not None:
        return
    first = next(networks_of(left))
    says = f"no route of {subnet.name} holds {first}, which Azure's own route sends straight to the internet"
    yield Exit(says, table.id if table is not None else subnet.id, names_service=False, size=_size(left))


def _size(held: IntervalSet) -> int:
    return sum(last - first + 1 for first, last in held.spans)
