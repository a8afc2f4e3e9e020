"""Whether what nodes with public addresses answer goes back the way that the calls came."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.checks.peering import hops
from scanner.checks.required_flows import region_of
from scanner.domain.flows import REGION, RETURNED_ONCE, RETURNING
from scanner.domain.journey import NextHop, Route
from scanner.domain.routing import INTERNET_AT_LARGE
from scanner.domain.tag_routes import perhaps_exempt, route_for
from scanner.engine import Doubt, Note, Notes, Problem
from scanner.estate.routes import journey_of, routes
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.network import Subnet
from scanner.model.network_security import ServiceTag
from scanner.model.routing import NextHopType, RouteTable, UserRoute

_CALLS = f"the calls of {RETURNING}"


def calls_answered(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem if the answers to the service's calls do not leave for the internet directly.

    The calls come to the nodes' own public addresses, past any firewall; one that sees only the answers drops them.
    """
    table = routes(graph).route_table(subnet)
    listed = known(table.routes, table.name) if table is not None else ()
    exempt = route_for(RETURNING, listed)
    if exempt is not None and table is not None:
        yield from _by_tag(exempt, table)
    journey = journey_of(subnet.id, INTERNET_AT_LARGE, graph)
    if journey.next_hop is NextHop.INTERNET:
        return
    if exempt is None:
        yield from _carried_off(journey, subnet, listed)
    elif known(exempt.next_hop) is NextHopType.INTERNET:
        yield from _batch(ServiceTag(RETURNED_ONCE.replace(REGION, region_of(subnet, graph))), listed)


def _by_tag(exempt: UserRoute, table: RouteTable) -> Notes:
    hop = known(exempt.next_hop, table.name)
    if hop is not NextHopType.INTERNET:
        says = f"route {exempt.name} of {table.name} sends {known(exempt.tag)} to {hop}: {_CALLS} are answered that way"
        yield Problem(says, (table.id,))


def _carried_off(journey: Route, subnet: Subnet, listed: Iterable[UserRoute]) -> Notes:
    """Judge a subnet whose default route leads to a firewall, gateway or nowhere, and without a route for the tag."""
    step = journey.steps[0] if journey.steps else None
    where = step.says if step is not None else f"traffic to the internet goes to the {journey.next_hop}"
    involved = (step.at if step is not None else subnet.id,)
    others = ", ".join(known(each.name) for each in perhaps_exempt(RETURNING, listed))
    if journey.next_hop is NextHop.UNKNOWN:
        yield Doubt(f"which way {_CALLS} are answered: {where}", involved, step.gap if step is not None else None)
    elif others:
        yield Doubt(
            f"whether the routes {others} hold every address that {_CALLS} come from cannot be told; else {where}",
            involved,
        )
    else:
        yield Problem(f"{_CALLS} are answered another way than they come: {where}", involved, path=hops(journey.steps))


def _batch(tag: ServiceTag, listed: Iterable[UserRoute]) -> Notes:
    """Note a route that older documents ask for."""
    found = route_for(tag, listed)
    if found is None or known(found.next_hop) is not NextHopType.INTERNET:
        yield Note(f"no route sends {tag} to the internet: Microsoft asked for one in 2021, and does not any more")
