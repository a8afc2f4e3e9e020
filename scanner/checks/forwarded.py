"""What an Azure Firewall forwards from the internet to machines, computes and private endpoints behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from msgspec import structs

from scanner.domain.forwarding import Forward
from scanner.domain.intervals import IntervalSet
from scanner.domain.nsg import decide
from scanner.domain.prefixes import addresses, prefixes
from scanner.domain.routing import host_in
from scanner.domain.traffic import EVERY_PORT_SET, Side
from scanner.engine import Doubt, Note, Notes, Problem
from scanner.estate.filtering import decided_for_endpoints, groups_of, ruleset, space_of
from scanner.estate.forwarding import forwards_into
from scanner.estate.machines import Machine, machines_in
from scanner.estate.network_managers import admin_rules_of
from scanner.estate.private_link import Link, links_of, vnet_of
from scanner.estate.routes import endpoint_addresses, endpoint_groups
from scanner.evidence import MissingEvidence, Unknown, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.fields import Address
from scanner.model.interfaces import IpConfiguration
from scanner.model.machine_learning import Workspace
from scanner.model.network import Subnet
from scanner.model.network_security import Access, Protocol
from scanner.model.routing import Frontend, LoadBalancer
from scanner.model.services import PrivateLinkTarget


def forwarded_into(subnet: Subnet, graph: Graph, ports: IntervalSet = EVERY_PORT_SET) -> Notes:
    """Yield a problem for each rule by which a firewall lets the internet reach machines of a subnet on some ports.

    The security groups in between see the firewall as the source.
    """
    held = prefixes(known(subnet.prefixes, subnet.name))
    found = forwards_into(vnet_of(subnet.id), held, host_in(subnet), graph)
    yield from flat(found, lambda each: _on(each, ports, subnet, graph))


def _on(forward: Forward, ports: IntervalSet, subnet: Subnet, graph: Graph) -> Notes:
    flow = forward.flow
    shared = flow.ports & ports
    if shared and (ports == EVERY_PORT_SET or Protocol.TCP in flow.protocols):
        protocols = flow.protocols if ports == EVERY_PORT_SET else frozenset({Protocol.TCP})
        narrowed = replace(forward, flow=flow.over(protocols, shared, flow.source_ports))
        yield from _to_machines(narrowed, subnet, graph)


def _to_machines(forward: Forward, subnet: Subnet, graph: Graph) -> Notes:
    machines = machines_in(subnet.id, graph)
    holders = [each for each in machines.found if _may_have(each, forward.target)]
    named = [each for each in holders if forward.target is not None and each.address == forward.target]
    judged = flat(named or holders, partial(_past_groups, forward, subnet, graph))
    yield from dict.fromkeys(judged)
    if not named:
        raise_any(machines.missing)
    if not holders:
        yield Note(f"{forward.says}, which no machine there has", (forward.firewall,))


def _may_have(machine: Machine, target: Address | None) -> bool:
    own = machine.address
    return target is None or isinstance(own, Unknown) or own is None or own == target


def _past_groups(forward: Forward, subnet: Subnet, graph: Graph, machine: Machine) -> Notes:
    """Decide what the firewall sends on by the groups of the subnet, then of the machine's own interface."""
    to = Side(addresses([forward.target])) if forward.target is not None else Side(prefixes(known(subnet.prefixes)))
    flow = forward.flow.between(forward.front, structs.replace(to, groups=machine.memberships))
    own = [ruleset(machine.group, graph)] if isinstance(machine.group, ArmId) else []
    groups = (*groups_of(subnet, graph), *own)
    decision = decide(groups, flow, space_of(subnet, graph), admin_rules_of(subnet, graph))
    let_in = [part for part in decision.parts if part.access is not Access.DENY]
    if not let_in:
        return
    if isinstance(machine.group, Unknown):
        raise MissingEvidence(f"{machine.at.name}: {machine.group.why}", gap=machine.group.gap)
    sure = any(part.certain and part.access is Access.ALLOW for part in let_in)
    yield from _told(forward, "" if sure else "the security groups may stop it")


def _told(forward: Forward, unsure: str = "", then: str = "") -> Iterator[Problem | Doubt]:
    """Yield a problem, or a doubt where something of it is `unsure`."""
    involves = tuple(dict.fromkeys((forward.firewall, forward.by.group)))
    if forward.doubt is not None:
        yield Doubt(f"whether {forward.says}{then} cannot be told: {forward.doubt.why}", involves, forward.doubt.gap)
    elif not unsure:
        yield Problem(f"{forward.says}{then}", involves)
    else:
        yield Doubt(f"whether {forward.says}{then} cannot be told: {unsure}", involves)


# To one machine


def forwarded_to(configurations: Iterable[IpConfiguration], graph: Graph) -> Notes:
    """Yield a problem for each rule by which a firewall forwards something from the internet to a machine's addresses.

    Instances of a scale set have addresses that are not shown: what is sent to another's is left out, else it is a
    doubt.
    """
    yield from dict.fromkeys(flat(configurations, lambda each: _to_configuration(each, graph)))


def _to_configuration(configuration: IpConfiguration, graph: Graph) -> Notes:
    place, own = known(configuration.subnet), known(configuration.private_address)
    if place is None:
        return
    subnet = graph.get(Subnet, place)
    held = prefixes(known(subnet.prefixes, subnet.name)) if own is None else addresses([own])
    found = forwards_into(vnet_of(place), held, own or host_in(subnet), graph)
    yield from flat(found, lambda each: _to_address(each, own, subnet, graph))


def _to_address(forward: Forward, own: Address | None, subnet: Subnet, graph: Graph) -> Notes:
    if own is not None or forward.target is None:
        yield from _told(forward)
        return
    others = {each.address for each in machines_in(subnet.id, graph).found if not isinstance(each.address, Unknown)}
    if forward.target not in others:
        yield from _told(forward, "which instances have which addresses is not shown")


def forwarded_to_frontend(frontend: Frontend, balancer: LoadBalancer, graph: Graph) -> Notes:
    """Yield a problem for each rule by which a firewall forwards to an inner address of a load balancer."""
    place, own = known(frontend.subnet, balancer.name), known(frontend.address, balancer.name)
    if place is not None and own is not None:
        found = forwards_into(vnet_of(place), addresses([own]), own, graph)
        yield from flat(found, lambda each: _told(each, then=f", where load balancer {balancer.name} leads to it"))


# To private endpoints


def forwarded_to_endpoints(target: Workspace | PrivateLinkTarget, graph: Graph) -> Notes:
    """Yield a problem for each rule by which a firewall publishes a private endpoint of a service to the internet."""
    yield from dict.fromkeys(flat(links_of(target, graph), lambda link: _to_link(link, graph)))


def _to_link(link: Link, graph: Graph) -> Notes:
    place = _place(link, graph)
    if place is None:
        return
    subnet = graph.get(Subnet, place)
    held = prefixes(known(subnet.prefixes, subnet.name))
    found = forwards_into(vnet_of(place), held, host_in(subnet), graph)
    yield from flat(found, lambda each: _to_endpoint(each, link, subnet, graph))


def _place(link: Link, graph: Graph) -> ArmId | None:
    """Return the subnet of an endpoint; None for one that is gone, or somebody else's that was not read."""
    if link.gone or (link.endpoint is None and link.id.subscription not in graph.subscriptions):
        return None
    return link.subnet


def _to_endpoint(forward: Forward, link: Link, subnet: Subnet, graph: Graph) -> Notes:
    if link.endpoint is None:
        raise link.unread()
    own = set(endpoint_addresses(link.endpoint, graph))
    if forward.target is not None and forward.target not in own:
        return
    access: Access | None = Access.ALLOW
    if subnet.filters_endpoints:
        to = Side(addresses([forward.target] if forward.target else own), groups=endpoint_groups(link.endpoint, graph))
        access = decided_for_endpoints(subnet, forward.flow.between(forward.front, to), graph).access
    if access is not Access.DENY:
        unsure = "" if access else "the security group of the subnet may stop it"
        yield from _told(forward, unsure, f", an address of {link.name}")
