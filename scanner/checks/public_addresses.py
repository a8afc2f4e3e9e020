"""How machines can be reached from the internet: addresses of their own, ports of load balancers and firewalls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from scanner.checks.forwarded import forwarded_to, forwarded_to_frontend
from scanner.engine import Notes, Problem
from scanner.evidence import MissingEvidence, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.interfaces import IpConfiguration, NetworkInterface
from scanner.model.network import Reference
from scanner.model.routing import LoadBalancer, NatRule, PublicIpAddress


def public_addresses(machine: VirtualMachine | ScaleSet | DevOpsPool, graph: Graph) -> Notes:
    """Yield a problem for each way in which a machine can be reached from the internet."""
    missing = None
    for judge in (_own, _forwarded, forwarded_to):
        try:
            yield from judge(list(_configurations(machine, graph)), graph)
        except MissingEvidence as problem:
            missing = missing or problem.kept()
    raise_any(missing)


def _configurations(machine: VirtualMachine | ScaleSet | DevOpsPool, graph: Graph) -> Iterator[IpConfiguration]:
    match machine:
        case VirtualMachine():
            for reference in known(machine.interfaces, machine.name):
                interface = graph.get(NetworkInterface, known(reference.id))
                yield from known(interface.ip_configurations, interface.name)
        case ScaleSet():
            for template in known(machine.interfaces, machine.name):
                yield from known(template.ip_configurations, machine.name)
        case DevOpsPool():
            return


def _own(configurations: Iterable[IpConfiguration], graph: Graph) -> Notes:
    for each in configurations:
        if known(each.public_template):
            yield Problem("gives each of its instances a public address")
        address = known(each.public_address)
        if address is not None:
            yield Problem(f"has the public address {_value(address, graph)}", (address,))


def _value(address: ArmId, graph: Graph) -> str:
    """Return the address itself where it can be read, with the name of its resource."""
    try:
        found = known(graph.get(PublicIpAddress, address).address)
    except MissingEvidence:
        found = None
    return address.name if found is None else f"{found} ({address.name})"


def _forwarded(configurations: list[IpConfiguration], graph: Graph) -> Notes:
    """Yield the rules of public load balancers that lead to a machine."""
    named = chain.from_iterable(_references(each) for each in configurations)
    balancers = dict.fromkeys(known(each.id).parent for each in named)
    yield from flat((each for each in balancers if each is not None), lambda each: _nat(each, configurations, graph))


def _references(configuration: IpConfiguration) -> Iterator[Reference]:
    yield from known(configuration.nat_rules)
    yield from known(configuration.nat_pools)
    yield from known(configuration.backend_pools)


def _nat(balancer_id: ArmId, configurations: list[IpConfiguration], graph: Graph) -> Notes:
    balancer = graph.get(LoadBalancer, balancer_id)
    targets = {known(each.id) for configuration in configurations for each in _references(configuration)}
    public = {known(each.id) for each in known(balancer.frontends) if known(each.public_address) is not None}
    kinds = {"NAT rules": (balancer.nat_rules, balancer.nat_pools), "rules": (balancer.rules,)}
    for what, listed in kinds.items():
        rules = [rule for each in listed for rule in known(each)]
        leading = [rule for rule in rules if _leads(rule, targets) and known(rule.frontend) in public]
        if leading:
            names = ", ".join(sorted(known(rule.id).name for rule in leading))
            yield Problem(f"{what} of public load balancer {balancer.name} lead to it: {names}", (balancer.id,))
    every = [rule for listed in kinds.values() for each in listed for rule in known(each) if _leads(rule, targets)]
    used = {known(rule.frontend) for rule in every} - public
    inner = [each for each in known(balancer.frontends) if known(each.id) in used]
    yield from flat(inner, lambda each: forwarded_to_frontend(each, balancer, graph))


def _leads(rule: NatRule, targets: set[ArmId]) -> bool:
    pools = {known(each.id) for each in known(rule.pools)}
    return known(rule.id) in targets or known(rule.pool) in targets or not pools.isdisjoint(targets)
