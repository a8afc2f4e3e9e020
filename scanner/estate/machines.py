"""Which machines are in a subnet, and which network security group each has on its own interface."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from scanner.estate.solution import in_judged
from scanner.evidence import Maybe, MissingEvidence, Seen, Unknown, first, gathered, known
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.model.arm import ArmId
from scanner.model.compute import AgentPool, DevOpsPool, InterfaceTemplate, ScaleSet, VirtualMachine
from scanner.model.fields import Address
from scanner.model.interfaces import NetworkInterface
from scanner.model.machine_learning import Compute, Workspace
from scanner.model.resource import Resource

_NONE: frozenset[ArmId] = frozenset()
"""What nearly every machine is in: held once, an empty set being no smaller than one of four."""
_AKS = Unknown("AKS attaches a group of its own to the interfaces of its nodes, which was not read")


class Machine(Struct, frozen=True):
    """A machine, or a set of equal ones, in a subnet.

    `group` is the network security group of its interface, None if there is none; `memberships` are its application
    security groups, None if they cannot be seen. `dns_servers` are those of its interface, which it asks instead of the
    network's; without any it asks those. `address` is None where Azure does not show which it has. Interfaces of Azure
    Machine Learning's nodes and of managed DevOps pools are Microsoft's: no group of the customer's is on them
    (facts §4.4).
    """

    at: ArmId
    subnet: ArmId
    group: Maybe[ArmId | None] = None
    memberships: frozenset[ArmId] | None = None
    dns_servers: Maybe[tuple[Address, ...]] = ()
    address: Maybe[Address | None] = None


def machines_in(subnet: ArmId, graph: Graph) -> Seen[Machine]:
    """Return the machines in a subnet."""
    by_subnet, unplaced = graph.once(_placed)
    missing = graph.once(_unlisted)(subnet.parent or subnet) or unplaced
    return Seen(tuple(by_subnet.get(subnet, ())), missing)


def _unlisted(graph: Graph) -> Remembered[ArmId, MissingEvidence | None]:
    """Remember why there may be more machines in a VNet than were listed."""

    def find(vnet: ArmId) -> MissingEvidence | None:
        return first(_listed(kind, vnet, graph).missing for kind in _KINDS)

    return Remembered(find)


def _placed(graph: Graph) -> tuple[dict[ArmId, list[Machine]], MissingEvidence | None]:
    """Return the machines by their subnets, and why one that was seen may be in any subnet."""
    found: dict[ArmId, list[Machine]] = defaultdict(list)
    unplaced = None
    for resource in _every_seen(graph):
        machines, missing = gathered(_machines(resource, graph))
        unplaced = unplaced or missing
        for machine in machines:
            found[machine.subnet].append(machine)
    return found, unplaced


def _listed(kind: type[Resource], vnet: ArmId, graph: Graph) -> Seen[Resource]:
    """Return what of a kind may be in a VNet: those with an interface of their own lie in its subscription.

    Of Azure Machine Learning, what the judged subscriptions have: somebody else's nodes are theirs to judge.
    """
    if kind in _LEARNING:
        return in_judged(kind, graph)
    return graph.all(kind, vnet.in_subscription if kind in {VirtualMachine, ScaleSet} else None, about=vnet)


def _every_seen(graph: Graph) -> Iterator[Resource]:
    for kind in _KINDS:
        yield from in_judged(kind, graph).found if kind in _LEARNING else graph.each(kind)


def _machines(resource: Resource, graph: Graph) -> Iterator[Machine]:
    match resource:
        case VirtualMachine():
            for reference in known(resource.interfaces, resource.name):
                yield from _interfaces(resource.id, [graph.get(NetworkInterface, known(reference.id))])
        case ScaleSet():
            yield from _interfaces(resource.id, known(resource.interfaces, resource.name))
        case AgentPool():
            yield from _in(known(resource.subnet, resource.name), resource.id, _AKS)
        case DevOpsPool():
            yield from _in(known(resource.subnet, resource.name), resource.id)
        case Compute() if resource.has_nodes:
            yield from _in(known(resource.subnet, resource.name), resource.id)
        case Workspace():
            yield from _in(known(resource.serverless_subnet, resource.name), resource.id)


def _in(subnet: ArmId | None, at: ArmId, group: Maybe[ArmId | None] = None) -> Iterator[Machine]:
    if subnet is not None:
        yield Machine(at, subnet, group)


def _interfaces(at: ArmId, interfaces: Iterable[NetworkInterface | InterfaceTemplate]) -> Iterator[Machine]:
    for interface in interfaces:
        for configuration in known(interface.ip_configurations, at.name):
            joined = known(configuration.application_security_groups, at.name)
            memberships = frozenset(known(each.id) for each in joined) if joined else _NONE
            for place in _in(known(configuration.subnet, at.name), at, interface.network_security_group):
                own = configuration.private_address
                yield structs.replace(place, memberships=memberships, dns_servers=_dns_of(interface), address=own)


def _dns_of(interface: NetworkInterface | InterfaceTemplate) -> Maybe[tuple[Address, ...]]:
    """Return the DNS servers that an interface gives its machine: they come before those of the network.

    https://learn.microsoft.com/azure/virtual-network/virtual-network-network-interface (2024-11), "Change DNS servers".
    """
    if isinstance(interface, NetworkInterface) and interface.applied_dns_servers != ():
        return interface.applied_dns_servers
    return interface.dns_servers


_KINDS: tuple[type[Resource], ...] = (VirtualMachine, ScaleSet, AgentPool, DevOpsPool, Compute, Workspace)
_LEARNING: frozenset[type[Resource]] = frozenset({Compute, Workspace})
