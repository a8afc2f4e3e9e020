"""Checks of what network security groups let through, for the rules that stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from scanner.checks import on_each, public_node_address
from scanner.domain.flow_words import ports_words, side_words
from scanner.domain.flows import OBSOLETE_INBOUND, required_inbound
from scanner.domain.intervals import IntervalSet
from scanner.domain.nsg import Decision, Part, decide
from scanner.domain.service_tags import INTERNET, holds
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Flow, tagged
from scanner.engine import Doubt, Notes, Problem, Severity
from scanner.evidence import exists, known
from scanner.filtering import decided, groups_of, hosts_of, ruleset, space_of
from scanner.graph import Graph
from scanner.machines import Machine, machines_in
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Compute, Workspace
from scanner.model.network import Subnet
from scanner.model.network_security import Access, Direction, Protocol, ServiceTag

MANAGEMENT_PORTS = IntervalSet.of([(22, 22), (3389, 3389)])


def has_group(subnet: Subnet, _: Graph) -> bool:
    """Tell whether a subnet has a network security group."""
    return known(subnet.network_security_group, subnet.name) is not None


def has_public_nodes(subnet: Subnet, graph: Graph) -> bool:
    """Tell whether a compute in a subnet gives its nodes public addresses."""
    return exists(graph.all(Compute), partial(_is_public_in, subnet, graph)) or exists(
        graph.all(Workspace), partial(_serverless_is_public_in, subnet)
    )


def _is_public_in(subnet: Subnet, graph: Graph, compute: Compute) -> bool:
    if not compute.has_nodes or known(compute.subnet, compute.name) != subnet.id:
        return False
    return any(isinstance(each, Problem) for each in public_node_address(compute, graph))


def _serverless_is_public_in(subnet: Subnet, workspace: Workspace) -> bool:
    here = known(workspace.serverless_subnet, workspace.name) == subnet.id
    return here and not known(workspace.serverless_no_public_ip, workspace.name)


def inbound(subnet: Subnet, source: ServiceTag, ports: IntervalSet, graph: Graph, *protocols: Protocol) -> Flow:
    """Return the flow from a tag's addresses to the machines of a subnet; over any protocol if none is named."""
    from_tag = tagged(source, space_of(subnet, graph))
    return Flow(Direction.INBOUND, frozenset(protocols) or EVERY_PROTOCOL, from_tag, hosts_of(subnet), ports)


def required_inbound_allowed(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem for each flow that nodes with public addresses need and that is denied."""
    for need in required_inbound():
        ports = IntervalSet.of((port, port) for port in need.ports)
        for tag in need.tags(""):
            decision = decided(subnet, inbound(subnet, tag, ports, graph, need.protocol), graph)
            what = f"{need.protocol.upper()} {ports_words(ports)} from {tag}"
            if decision.access is Access.DENY:
                yield Problem(f"{what} is denied by {deciders(decision)}", involved(decision))
            elif decision.access is None:
                yield Doubt(f"whether {what} is allowed cannot be told: {decision.why}", involved(decision))


def deciders(decision: Decision | Part) -> str:
    """Name the rules that decide: "AllowSsh (priority 100)"."""
    return " and ".join(dict.fromkeys(str(clause) for clause in decision.by))


def involved(decision: Decision | Part) -> tuple[ArmId, ...]:
    """Return the groups whose rules decide."""
    return tuple(dict.fromkeys(clause.group for clause in decision.by))


# What the internet may reach


def internet_shut_out(subnet: Subnet, graph: Graph) -> Notes:
    """Yield each opening to the internet that the computes of a subnet do not need."""
    decision = decided(subnet, inbound(subnet, INTERNET, EVERY_PORT_SET, graph), graph)
    wanted, other = _sorted_out(decision)
    yield from openings(decision, other)
    if wanted and not has_public_nodes(subnet, graph):
        for part in wanted:
            says = f"{deciders(part)} lets in {_what(part)}, which only nodes with public addresses need"
            yield Problem(says, involved(part), Severity.LOW)


def _sorted_out(decision: Decision) -> tuple[list[Part], list[Part]]:
    """Take apart what is surely let in: the flows that public nodes need, and the rest."""
    parts = decision.surely(Access.ALLOW)
    return [part for part in parts if _is_needed(part)], [part for part in parts if not _is_needed(part)]


def _is_needed(part: Part) -> bool:
    """Tell whether a part holds nothing but calls that nodes with public addresses need."""
    return any(
        part.flow.ports == IntervalSet.of((port, port) for port in need.ports)
        and any(holds(tag, each) for tag in need.tags("") for each in part.flow.source.within if _is_tag(each))
        for need in required_inbound()
    )
