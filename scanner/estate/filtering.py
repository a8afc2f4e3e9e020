"""Which security rules stand in a packet's way, and what their tags mean there: the graph's side of nsg."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from scanner.domain.intervals import NOTHING
from scanner.domain.network_space import NetworkSpace
from scanner.domain.nsg import Decision, decide
from scanner.domain.peering import routed
from scanner.domain.prefixes import prefixes
from scanner.domain.rulesets import Ruleset
from scanner.domain.traffic import Flow, Side
from scanner.estate.connected_groups import connected_with
from scanner.estate.network_managers import admin_rules_of
from scanner.estate.private_link import vnet_of
from scanner.estate.routes import routes
from scanner.evidence import Seen, Unknown, known
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.fields import Network
from scanner.model.network import PeeringState, Subnet, VirtualNetwork
from scanner.model.network_security import NetworkSecurityGroup
from scanner.model.routing import NextHopType, UserRoute


def ruleset(group: ArmId, graph: Graph) -> Ruleset:
    """Return a network security group ready to decide; each is read once."""
    return graph.once(_rulesets)(group)


def _rulesets(graph: Graph) -> Remembered[ArmId, Ruleset]:
    return Remembered(lambda group: Ruleset(graph.get(NetworkSecurityGroup, group)))


def groups_of(subnet: Subnet, graph: Graph) -> tuple[Ruleset, ...]:
    """Return the network security group of a subnet, empty if it has none."""
    group = known(subnet.network_security_group, subnet.name)
    return () if group is None else (ruleset(group, graph),)


def hosts_of(subnet: Subnet, graph: Graph) -> Side:
    """Return the machines of a subnet as one side of a flow; their application security groups are not seen."""
    return graph.once(_hosts)(subnet)


def _hosts(_: Graph) -> Remembered[Subnet, Side]:
    return Remembered(lambda subnet: Side(prefixes(known(subnet.prefixes, subnet.name)), groups=None))


def decided(subnet: Subnet, flow: Flow, graph: Graph) -> Decision:
    """Decide a flow by the security admin rules of a subnet's network, then by the subnet's own group."""
    return decide(groups_of(subnet, graph), flow, space_of(subnet, graph), admin_rules_of(subnet, graph))


def decided_for_endpoints(subnet: Subnet, flow: Flow, graph: Graph) -> Decision:
    """Decide a flow to private endpoints in a subnet: security admin rules do not apply to those.

    https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins (2023-05-10) and faq (2024-01-30).
    """
    return decide(groups_of(subnet, graph), flow, space_of(subnet, graph))


def space_of(subnet: Subnet, graph: Graph) -> NetworkSpace:
    """Return what the VirtualNetwork tag means in a subnet (facts §4.4)."""
    return graph.once(_spaces)(subnet.id)


def _spaces(graph: Graph) -> Remembered[ArmId, NetworkSpace]:
    same: dict[NetworkSpace, NetworkSpace] = {}

    def find(subnet: ArmId) -> NetworkSpace:
        # Subnets that see the same addresses share what the tags come to there.
        space = _find_space(graph, subnet)
        return same.setdefault(space, space)

    return Remembered(find)


def _find_space(graph: Graph, subnet_id: ArmId) -> NetworkSpace:
    subnet = graph.get(Subnet, subnet_id)
    vnet = graph.get(VirtualNetwork, vnet_of(subnet_id))
    own = (*known(vnet.address_space, vnet.name), *_peers(vnet, subnet, graph), *_group(vnet, graph))
    led = [(prefix, _leads_to(each, prefix)) for each, prefix in _user_routes(subnet, graph)]
    surely, possibly, routed_to = (prefixes(each for each, to in led if to is kind) for kind in _Leads)
    return NetworkSpace(prefixes(own) | surely, possibly, routed_to)


class _Leads(Enum):
    """What a route adds to the VirtualNetwork tag: private addresses, the internet's perhaps, or surely."""

    INSIDE = auto()
    OUTSIDE = auto()
    TO_APPLIANCE = auto()


def _leads_to(route: UserRoute, prefix: Network) -> _Leads:
    if not prefixes([prefix]) & NetworkSpace(NOTHING).internet:
        return _Leads.INSIDE
    hop = route.next_hop
    is_to_appliance = not isinstance(hop, Unknown) and hop in {NextHopType.APPLIANCE, NextHopType.APPLIANCES}
    return _Leads.TO_APPLIANCE if is_to_appliance else _Leads.OUTSIDE


def widening_routes(subnet: Subnet, graph: Graph) -> tuple[str, ...]:
    """Name the routes of a subnet by which the VirtualNetwork tag holds addresses of the internet, or may."""
    table = routes(graph).route_table(subnet)
    led = (each for each, prefix in _user_routes(subnet, graph) if _leads_to(each, prefix) is not _Leads.INSIDE)
    return tuple(f"{known(each.name) or known(each.prefix)} of {table.name}" for each in led) if table else ()


def _group(vnet: VirtualNetwork, graph: Graph) -> Iterator[Network]:
    """Yield the prefixes of networks in a connected group, as of peers [D]: they are joined "just like" those.

    What is not seen of a group is left out: every private address may be in the tag.
    """
    others = Seen((vnet.id,)).flat(lambda each: connected_with(each, graph))
    for each in others.found:
        yield from known(graph.get(VirtualNetwork, each).address_space, each.name)


def _peers(vnet: VirtualNetwork, subnet: Subnet, graph: Graph) -> Iterator[Network]:
    """Yield the prefixes of connected peers; without access to the peer, it leaves the tag [M] (facts §7)."""
    for peering in known(vnet.peerings, vnet.name):
        if known(peering.state) is PeeringState.CONNECTED and known(peering.allows_access):
            yield from routed(routes(graph), peering, subnet)


def _user_routes(subnet: Subnet, graph: Graph) -> Iterator[tuple[UserRoute, Network]]:
    """Yield a subnet's own routes with their prefixes; those that are tags name nothing of the virtual network's.

    The tag holds the prefixes of user-defined routes and "might also contain default routes" (facts §4.4). With a
    default route to an appliance it has been seen to hold 0.0.0.0/0 (torivar.com, 2019-01-16; journeyofthegeek.com,
    2022-06-22; cloudtech.rocks, 2022-09): of routes to anywhere else that has not been told.
    """
    table = routes(graph).route_table(subnet)
    for each in known(table.routes, table.name) if table else ():
        prefix = known(each.prefix, f"route {each.name}")
        if prefix is not None:
            yield each, prefix
