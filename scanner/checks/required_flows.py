"""What network security groups let out of compute subnets, for the rules that judge it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.checks.nsg import deciders, involved
from scanner.domain.flows import Requirement, required_outbound
from scanner.domain.intervals import IntervalSet
from scanner.domain.journey import NextHop
from scanner.domain.nsg import Decision
from scanner.domain.routing import INTERNET_AT_LARGE
from scanner.domain.service_tags import VIRTUAL_NETWORK
from scanner.domain.service_tags import holds as holds_tag
from scanner.domain.traffic import Flow, Side, tagged
from scanner.engine import Doubt, Note, Notes, Problem
from scanner.estate.filtering import decided, hosts_of, space_of
from scanner.estate.flow_conditions import endpoints_in_reach, holds
from scanner.estate.private_link import vnet_of
from scanner.estate.routes import journey_of, routes
from scanner.evidence import MissingEvidence, exists, flat, known
from scanner.graph import Graph
from scanner.model.network import Reference, ServiceEndpoint, Subnet, VirtualNetwork
from scanner.model.network_security import (
    Access,
    Direction,
    PolicyDefinition,
    Protocol,
    ServiceEndpointPolicy,
    ServiceTag,
)
from scanner.model.routing import NextHopType


def region_of(subnet: Subnet, graph: Graph) -> str:
    """Return the region of a subnet's virtual network, as the tags of its services write it."""
    vnet = graph.get(VirtualNetwork, vnet_of(subnet.id))
    return known(vnet.location, vnet.name)


def outbound(machines: Side, destination: Side, protocol: Protocol, ports: Iterable[int]) -> Flow:
    """Return the flow from some machines to some ports."""
    every = IntervalSet.of((port, port) for port in ports)
    return Flow(Direction.OUTBOUND, frozenset({protocol}), machines, destination, every)


def required_outbound_allowed(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem for each flow that computes need and that is denied, and a note on what only defaults allow."""
    by_default: list[str] = []
    needs = required_outbound(graph.settings.profile)
    yield from flat(needs, lambda need: _need(need, need.ports, subnet, graph, by_default))
    if by_default:
        yield Note(f"allowed by default rules only: {', '.join(dict.fromkeys(by_default))}")


def _need(need: Requirement, ports: tuple[int, ...], subnet: Subnet, graph: Graph, by_default: list[str]) -> Notes:
    """Judge one requirement, port by port if those differ. Whether it applies is asked only of what is not allowed."""
    decisions = list(_decisions(need, ports, subnet, graph))
    allowed = next((each for each in decisions if each.access is Access.ALLOW), None)
    if allowed is not None:
        by_default += [str(_tag(need, subnet, graph))] if allowed.only_by_default and not need.when else []
    elif len(ports) > 1 and any(map(_differs_by_port, decisions)):
        yield from flat(ports, lambda port: _need(need, (port,), subnet, graph, by_default))
    else:
        yield from _missing(need, ports, decisions, subnet, graph)


def _differs_by_port(decision: Decision) -> bool:
    return len({part.flow.ports for part in decision.parts}) > 1


def _tag(need: Requirement, subnet: Subnet, graph: Graph) -> ServiceTag:
    """Return the tag that names a requirement, the first of those that suffice."""
    return need.tags(region_of(subnet, graph))[0]


def _decisions(need: Requirement, ports: tuple[int, ...], subnet: Subnet, graph: Graph) -> Iterator[Decision]:
    """Yield a decision for each tag of which one suffices."""
    for tag in need.tags(region_of(subnet, graph)):
        whole = _decide(subnet, tagged(tag, space_of(subnet, graph)), need.protocol, ports, graph)
        if tag == VIRTUAL_NETWORK and whole.access is not Access.ALLOW:
            # Of the virtual network, computes call the private endpoints alone.
            whole = _decide(subnet, endpoints_in_reach(subnet, graph), need.protocol, ports, graph)
        yield whole


def _decide(subnet: Subnet, to: Side, protocol: Protocol, ports: tuple[int, ...], graph: Graph) -> Decision:
    return decided(subnet, outbound(hosts_of(subnet, graph), to, protocol, ports), graph)


def _missing(
    need: Requirement, ports: tuple[int, ...], decisions: list[Decision], subnet: Subnet, graph: Graph
) -> Notes:
    """Say what is denied, if the requirement applies here."""
    if not all(holds(condition, subnet, graph) for condition in need.when):
        return
    listed = ", ".join(map(str, ports))
    what = f"{need.protocol.upper()} {listed} to {_tag(need, subnet, graph)} ({need.purpose})"
    denied = f"{what} is denied by {deciders(decisions[0])}"
    undecided = next((each for each in decisions if each.access is None), None)
    if need.substitute and firewall_in_the_way(subnet, graph):
        yield Note(f"{what} is not simply allowed: the firewall has to let its names through", involved(decisions[0]))
    elif undecided is not None:
        yield Doubt(f"whether {what} is allowed cannot be told: {undecided.why}", involved(undecided))
    elif need.advised:
        yield Note(f"{denied}; not every job needs it", involved(decisions[0]))
    else:
        yield Problem(denied, involved(decisions[0]))


# Storage as a way out for data (facts §4.3)


def allows_storage(subnet: Subnet, graph: Graph) -> bool:
    """Tell whether a subnet's machines may reach the storage accounts of everybody in the region."""
    tag = ServiceTag(f"Storage.{region_of(subnet, graph)}")
    decision = _decide(subnet, tagged(tag, space_of(subnet, graph)), Protocol.TCP, (443,), graph)
    if decision.access is None and not decision.surely(Access.ALLOW):
        raise MissingEvidence(f"whether {tag} is allowed cannot be told: {decision.why}", _texts(decision))
    return decision.access is not Access.DENY


def _texts(decision: Decision) -> tuple[str, ...]:
    return tuple(str(each) for each in involved(decision))


STORAGE_SERVICES = frozenset({"microsoft.storage", "microsoft.storage.global"})
LEARNING_ALIAS = "/services/Azure/MachineLearning"
"""The alias for the accounts that Azure Machine Learning itself owns (EXF, 2024-01-31; facts §4.3)."""


def storage_guarded(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem if neither a service endpoint policy nor a firewall tells storage accounts apart."""
    policies = known(subnet.service_endpoint_policies, subnet.name)
    if not exists(known(subnet.service_endpoints, subnet.name), _is_for_storage):
        yield from _without_endpoint(subnet, bool(policies), graph)
    elif not policies:
        yield Problem("the service endpoint for storage leads to every account, around any firewall: it has no policy")
    elif not exists(policies, lambda each: _covers_learning(each, graph)):
        names = ", ".join(known(each.id).name for each in policies)
        yield Problem(f"no policy has the alias {LEARNING_ALIAS}: {names}", tuple(known(each.id) for each in policies))


def _without_endpoint(subnet: Subnet, has_policies: bool, graph: Graph) -> Notes:  # noqa: FBT001 - read beside the call
    idle = "its policies have no effect without a service endpoint" if has_policies else "no service endpoint policy"
    if around := _route_around(subnet, graph):
        yield Problem(f"route {around} sends storage past any firewall, and {idle}")
    elif not firewall_in_the_way(subnet, graph):
        yield Problem(f"every storage account of the region is in reach: {idle}, no firewall")


def _route_around(subnet: Subnet, graph: Graph) -> str:
    """Return the name of a route that takes storage's addresses straight to the internet; empty if there is none."""
    table = routes(graph).route_table(subnet)
    storage = ServiceTag(f"Storage.{region_of(subnet, graph)}")
    for each in known(table.routes, table.name) if table else ():
        tag = known(each.tag)
        if tag is not None and known(each.next_hop) is NextHopType.INTERNET and holds_tag(ServiceTag(tag), storage):
            return known(each.name) or tag
    return ""


def _is_for_storage(endpoint: ServiceEndpoint) -> bool:
    return known(endpoint.service).lower() in STORAGE_SERVICES


def _covers_learning(reference: Reference, graph: Graph) -> bool:
    policy = graph.get(ServiceEndpointPolicy, known(reference.id))
    return exists(known(policy.definitions, policy.name), _names_learning)


def _names_learning(definition: PolicyDefinition) -> bool:
    return any(each.lower() == LEARNING_ALIAS.lower() for each in known(definition.resources))


def firewall_in_the_way(subnet: Subnet, graph: Graph) -> bool:
    """Tell whether what leaves a subnet for the internet passes an appliance or a secured hub first."""
    way = journey_of(subnet.id, INTERNET_AT_LARGE, graph)
    if way.arrives is None:
        doubt = next(step for step in way.steps if step.ok is None)
        raise MissingEvidence(doubt.says, (str(doubt.at),), doubt.gap)
    return way.next_hop in {NextHop.APPLIANCE, NextHop.HUB} and bool(way.arrives)
