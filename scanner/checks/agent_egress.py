"""Checks of what agents can reach: by security groups, by the routes out, and by a firewall on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from scanner.checks.access import own_vnets
from scanner.checks.egress import way_out
from scanner.checks.firewall import Guard, guarded
from scanner.checks.required_flows import firewall_in_the_way, outbound
from scanner.checks.selectors import beyond_the_article, parts
from scanner.domain.agent_images import AgentService
from scanner.domain.agent_needs import AGENT_NEEDS, AgentNeed
from scanner.domain.destinations import Passing, Reached, Target, reached, who_stops
from scanner.domain.firewall import to_host
from scanner.domain.flow_words import addresses_words
from scanner.domain.nsg import Decision, decide
from scanner.domain.traffic import Flow, Side, tagged
from scanner.engine import Doubt, Note, Notes, Problem, Selector
from scanner.estate.agents import agents_in, services_on
from scanner.estate.delegated_agents import delegated_in, delegated_to
from scanner.estate.filtering import groups_of, hosts_of, ruleset, space_of
from scanner.estate.hosts import subnets_of
from scanner.estate.machines import machines_in
from scanner.estate.network_managers import admin_rules_of
from scanner.estate.private_link import vnet_of
from scanner.estate.solution import Solution
from scanner.evidence import Seen, flat, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet
from scanner.model.network_security import Access, Protocol


@dataclass(frozen=True, slots=True)
class _Judge:
    """What lets flows out of a subnet or stops them: its name, and how it decides."""

    name: str
    at: tuple[ArmId, ...]
    decide: Callable[[Flow], Passing]


def agents_reach_service(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem for each destination that agents need and that a group, a route or a firewall keeps from them."""
    steps = (_by_groups, way_out, _by_firewall)
    yield from flat(steps, lambda step: step(subnet, graph))


def _by_groups(subnet: Subnet, graph: Graph) -> Notes:
    agents = _agents_on(subnet, graph)
    yield from flat(agents, lambda each: _needs_met(each.service, subnet, graph, _grouped(each.group, subnet, graph)))


@dataclass(frozen=True, slots=True)
class _Agents:
    """Agents of one service behind one group on their interfaces, if they have one."""

    group: ArmId | None
    service: AgentService


def _agents_on(subnet: Subnet, graph: Graph) -> Seen[_Agents]:
    hosts = agents_in([vnet_of(subnet.id)], graph)
    services = {agent.host.id: services_on(agent.host, graph) for agent in hosts.found}
    machines = machines_in(subnet.id, graph).where(lambda machine: machine.at in services)
    agents = machines.flat(
        lambda machine: services[machine.at].map(lambda each: _Agents(known(machine.group, machine.at.name), each))
    )
    delegated = delegated_to(subnet, graph).flat(lambda agent: agent.services)
    return Seen(agents.found, agents.missing or hosts.missing) | delegated.map(lambda each: _Agents(None, each))


def _grouped(own: ArmId | None, subnet: Subnet, graph: Graph) -> _Judge:
    """Return what agents pass outbound: security admin rules, the group on their interfaces, then their subnet's."""
    groups = (*([] if own is None else [ruleset(own, graph)]), *groups_of(subnet, graph))
    at = tuple(each.group.id for each in groups)
    names = " and ".join(each.name for each in at) or "what filters it"
    space, admin = space_of(subnet, graph), admin_rules_of(subnet, graph)
    return _Judge(names, at, lambda flow: _as_passing(decide(groups, flow, space, admin)))


def _as_passing(decision: Decision) -> Passing:
    allowed = any(part.access is Access.ALLOW for part in decision.parts)
    stopped = decision.access is None and bool(decision.surely(Access.DENY))
    access = Access.DENY if stopped else decision.access
    return Passing(access, decision.by, decision.why, partly=allowed and access is not Access.ALLOW)


def _by_firewall(subnet: Subnet, graph: Graph) -> Notes:
    if firewall_in_the_way(subnet, graph):
        yield from guarded(subnet, graph, partial(_at_firewall, subnet, graph))


def _at_firewall(subnet: Subnet, graph: Graph, guard: Guard) -> Notes:
    decided = partial(guard.inspection.decide, space=space_of(subnet, graph))
    judge = _Judge(guard.at.name, (guard.at,), decided)
    services = _agents_on(subnet, graph).map(lambda each: each.service).each_once()
    yield from flat(services, lambda service: _needs_met(service, subnet, graph, judge))


def _needs_met(service: AgentService, subnet: Subnet, graph: Graph, judge: _Judge) -> Notes:
    yield from flat(AGENT_NEEDS[service], lambda need: _need_met(need, subnet, graph, judge))


def _need_met(need: AgentNeed, subnet: Subnet, graph: Graph, judge: _Judge) -> Notes:
    """Judge one destination: by its names or addresses, and where those do not pass, by its tag."""
    ways = _ways(need, subnet, graph)
    found = reached(ways, judge.decide)
    what = f"TCP 443 to {need.purpose}"
    if found.access is Access.ALLOW:
        if need.changing and reached(ways[:1], judge.decide).access is not Access.ALLOW:
            yield Note(f"{what} passes {judge.name} by addresses of a list that is added to", judge.at)
        return
    target = partial(_target, hosts_of(subnet, graph))
    by_tag = [[target(str(need.tag), tagged(need.tag, space_of(subnet, graph)))]] if need.tag else []
    yield from _told(need, what, reached([*ways, *by_tag], judge.decide), judge)


def _told(need: AgentNeed, what: str, found: Reached, judge: _Judge) -> Notes:
    if found.access is Access.ALLOW:
        if need.doubtful:
            yield Note(f"{what} passes {judge.name} by the tag {need.tag}, of which documents disagree", judge.at)
    elif need.advised:
        does_not = "does not pass" if found.access is Access.DENY else "is not seen to pass"
        yield Note(f"{what} {does_not} {judge.name}; not every workflow needs it", judge.at)
    elif found.access is Access.DENY:
        yield Problem(f"{what} does not pass {judge.name}: {who_stops(found)}", judge.at)
    else:
        yield Doubt(f"whether {what} passes {judge.name} cannot be told: {found.why}", judge.at, found.gap)


def _ways(need: AgentNeed, subnet: Subnet, graph: Graph) -> list[list[Target]]:
    """Return the ways of naming a destination: by its names first, then by its addresses, if those are documented."""
    target, space = partial(_target, hosts_of(subnet, graph)), space_of(subnet, graph)
    by_name = [target(str(each), to_host(each, None, space)) for each in need.names]
    by_address = [target(addresses_words(need.addresses), Side(need.addresses))] if need.addresses else []
    return [each for each in (by_name, by_address) if each]


def _target(machines: Side, label: str, to: Side) -> Target:
    return Target(label, outbound(machines, to, Protocol.TCP, (443,)))


# Subjects


def _agent_subnets(solution: Solution) -> Seen[Subnet]:
    graph = solution.graph
    vnets = own_vnets(solution)
    hosts = vnets.flat(lambda vnet: agents_in([vnet], graph)).map(lambda agent: agent.host).each_once()
    delegated = vnets.flat(lambda vnet: delegated_in(vnet, graph)).map(lambda agent: agent.subnet)
    subnets = hosts.flat(lambda host: Seen.of(subnets_of(host, graph))) | delegated
    ours = subnets.where(lambda subnet: subnet.parent in vnets.found)
    return ours.map(lambda subnet: graph.get(Subnet, subnet))


agent_subnets: Selector[Subnet] = beyond_the_article(parts(_agent_subnets))
