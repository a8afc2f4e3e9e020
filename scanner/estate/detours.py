"""Ways around a firewall: what leaves a subnet for a service by a route or service endpoint of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.domain.addresses import is_public
from scanner.domain.route_choice import holds as holds_address
from scanner.domain.routing import INTERNET_AT_LARGE
from scanner.domain.service_tags import apart, holds
from scanner.estate.routes import routes
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.fields import Address
from scanner.model.network import Subnet
from scanner.model.network_security import ServiceTag
from scanner.model.routing import NextHopType, UserRoute

# The services whose endpoints change the way, by the tag of what they lead to
# (https://learn.microsoft.com/azure/virtual-network/virtual-network-service-endpoints-overview, 2025).
_ENDPOINTS = {
    "microsoft.storage": "Storage",
    "microsoft.storage.global": "Storage",
    "microsoft.keyvault": "AzureKeyVault",
    "microsoft.containerregistry": "AzureContainerRegistry",
}


@dataclass(frozen=True, slots=True)
class Detour:
    """How a service's traffic goes otherwise than the internet at large: straight to it, nowhere, or None: not known.

    `says` names the route or endpoint.
    """

    says: str
    arrives: bool | None


def detour(tag: ServiceTag, subnet: Subnet, graph: Graph) -> Detour | None:
    """Return how the traffic to a tag leaves a subnet, None where it goes the way of everything else."""
    service = service_endpoint_for(tag, subnet)
    if service is not None:
        return Detour(f"the service endpoint for {service}", arrives=True)
    return _by_route(tag, _routes(subnet, graph))


def service_endpoint_for(tag: ServiceTag, subnet: Subnet) -> str | None:
    """Return the service whose endpoint in a subnet takes all that is for a tag, whatever its routes; None without."""
    for each in known(subnet.service_endpoints, subnet.name):
        service = known(each.service)
        covered = _ENDPOINTS.get(service.lower())
        if covered is not None and holds(ServiceTag(covered), tag):
            return service
    return None


def _routes(subnet: Subnet, graph: Graph) -> tuple[UserRoute, ...]:
    table = routes(graph).route_table(subnet)
    return () if table is None else known(table.routes, table.name)


def _by_route(tag: ServiceTag, every: tuple[UserRoute, ...]) -> Detour | None:
    """Choose among the routes for tags: one that holds the whole service wins, that of its region first."""
    default = _default_hop(every)
    found = [each for each in every if known(each.tag) is not None and not apart(_tag(each), tag)]
    found = [each for each in found if _hop(each) != default]
    whole = sorted((each for each in found if holds(_tag(each), tag)), key=lambda each: "." not in _tag(each).key)
    for each in (*whole, *found):
        says = f"route {known(each.name)} for {_tag(each)}"
        if each not in whole:
            return Detour(f"{says} may hold some of it", None)
        return Detour(says, _ARRIVES.get(known(each.next_hop)))
    narrow = next(_elsewhere(every, default), None)
    return None if narrow is None else Detour(f"route {known(narrow.name)} may hold some of it", None)


_ARRIVES = {NextHopType.INTERNET: True, NextHopType.NONE: False}


def _tag(route: UserRoute) -> ServiceTag:
    return ServiceTag(known(route.tag) or "")


_Hop = tuple[NextHopType, Address | None]


def _hop(route: UserRoute) -> _Hop:
    return known(route.next_hop), known(route.address)


def _default_hop(every: tuple[UserRoute, ...]) -> _Hop | None:
    """Return where the internet at large is sent, None where no route of the table says so."""
    found = [each for each in every if (prefix := known(each.prefix)) and holds_address(prefix, INTERNET_AT_LARGE)]
    longest = max(found, key=lambda each: getattr(known(each.prefix), "prefixlen", 0), default=None)
    return None if longest is None else _hop(longest)


def _elsewhere(every: tuple[UserRoute, ...], default: _Hop | None) -> Iterator[UserRoute]:
    """Yield the routes for public addresses that lead elsewhere than the default: a service may have some of those."""
    for each in every:
        prefix = known(each.prefix)
        if prefix is not None and is_public(prefix.network_address) and _hop(each) != default:
            yield each
