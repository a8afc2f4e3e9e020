"""What network security groups let in, for the rules that judge it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import structs

from scanner.checks.forwarded import forwarded_into
from scanner.checks.services import public_node_address
from scanner.domain.flow_words import service_words, side_words
from scanner.domain.flows import OBSOLETE_INBOUND, OBSOLETE_INBOUND_FROM, required_inbound
from scanner.domain.intervals import IntervalSet
from scanner.domain.nsg import Decision, Part, decide
from scanner.domain.rulesets import Clause
from scanner.domain.service_tags import INTERNET, VIRTUAL_NETWORK, holds
from scanner.domain.traffic import EVERY_PORT_SET, EVERY_PROTOCOL, Flow, tagged
from scanner.engine import Doubt, Notes, Problem, Severity
from scanner.estate.filtering import decided, groups_of, hosts_of, ruleset, space_of, widening_routes
from scanner.estate.keyed import Keyed
from scanner.estate.machines import Machine, machines_in
from scanner.estate.network_managers import admin_rules_of
from scanner.estate.solution import in_judged
from scanner.evidence import MissingEvidence, Seen, Unknown, exists, flat, known, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.machine_learning import Compute, Workspace
from scanner.model.network import Subnet
from scanner.model.network_security import Access, Direction, Protocol, ServiceTag

MANAGEMENT_PORTS = IntervalSet.of([(22, 22), (3389, 3389)])

_OBSOLETE = ", ports that have been obsolete since January 2023"


def has_group(subnet: Subnet, _: Graph) -> bool:
    """Tell whether a subnet has a network security group."""
    return known(subnet.network_security_group, subnet.name) is not None


def has_public_nodes(subnet: Subnet, graph: Graph) -> bool:
    """Tell whether a compute in a subnet gives its nodes public addresses."""
    return exists(graph.once(_by_subnet).of(subnet.id), partial(_is_public_in, subnet, graph)) or exists(
        graph.once(_serverless_by_subnet).of(subnet.id), partial(_serverless_is_public_in, subnet)
    )


def _by_subnet(graph: Graph) -> Keyed[ArmId | None, Compute]:
    return Keyed(
        in_judged(Compute, graph),
        lambda each: [known(each.subnet) if each.has_nodes else None],
    )


def _serverless_by_subnet(graph: Graph) -> Keyed[ArmId | None, Workspace]:
    return Keyed(
        in_judged(Workspace, graph),
        lambda each: [known(each.serverless_subnet)],
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
    return Flow(Direction.INBOUND, frozenset(protocols) or EVERY_PROTOCOL, from_tag, hosts_of(subnet, graph), ports)


def required_inbound_allowed(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem for each flow that nodes with public addresses need and that is denied."""
    for need in required_inbound():
        for tag in need.tags(""):
            flow = inbound(subnet, tag, _span(need.ports), graph, need.protocol)
            decision = decided(subnet, flow, graph)
            what = f"{service_words(flow)} from {tag}"
            if decision.access is Access.DENY:
                yield Problem(f"{what} is denied by {deciders(decision)}", involved(decision))
            elif decision.access is None:
                yield Doubt(f"whether {what} is allowed cannot be told: {decision.why}", involved(decision))


def deciders(decided_by: Decision | Part) -> str:
    """Name the rules that decide: "AllowSsh (priority 100)"."""
    return _named(decided_by.by)


def _named(rules: Iterable[Clause]) -> str:
    return " and ".join(dict.fromkeys(str(each) for each in rules))


def involved(decided_by: Decision | Part) -> tuple[ArmId, ...]:
    """Return the groups whose rules decide."""
    return _groups(decided_by.by)


def _groups(rules: Iterable[Clause]) -> tuple[ArmId, ...]:
    return tuple(dict.fromkeys(each.group for each in rules))


# What the internet may reach


def internet_shut_out(subnet: Subnet, graph: Graph) -> Notes:
    """Yield each opening to the internet that the computes of a subnet do not need."""
    yield from flat((_let_in, forwarded_into), lambda judge: judge(subnet, graph))


def _let_in(subnet: Subnet, graph: Graph) -> Notes:
    flow = inbound(subnet, INTERNET, EVERY_PORT_SET, graph)
    decision = decided(subnet, flow, graph)
    needed = [part for part in decision.parts if _is_needed(part)]
    obsolete = [part for part in decision.parts if _is_obsolete(part)]
    unneeded = [part for part in decision.parts if part not in (*needed, *obsolete)]
    yield from openings(flow, unneeded, subnet, graph)
    yield from openings(flow, obsolete, subnet, graph, severity=Severity.LOW, remark=_OBSOLETE)
    let_in = [part for part in needed if part.access is Access.ALLOW]
    if let_in and not has_public_nodes(subnet, graph):
        says = f"{deciders(let_in[0])} lets in {_what(let_in[0], flow)}, which only nodes with public addresses need"
        yield Problem(says, involved(let_in[0]), Severity.LOW)


def _is_needed(part: Part) -> bool:
    """Tell whether a part holds nothing but calls that nodes with public addresses need."""
    return any(
        _span(need.ports).covers(part.flow.ports) and any(_comes_from(part, tag) for tag in need.tags(""))
        for need in required_inbound()
    )


def _is_obsolete(part: Part) -> bool:
    """Tell whether a part holds nothing but what Batch sent to nodes made before 2023."""
    return IntervalSet((OBSOLETE_INBOUND,)).covers(part.flow.ports) and _comes_from(part, OBSOLETE_INBOUND_FROM)


def _comes_from(part: Part, tag: ServiceTag) -> bool:
    return any(isinstance(each, ServiceTag) and holds(tag, each) for each in part.flow.source.within)


def _span(ports: Iterable[int]) -> IntervalSet:
    return IntervalSet.of((port, port) for port in ports)


def openings(  # noqa: PLR0913 - what is said of an opening, and of what
    flow: Flow,
    parts: Iterable[Part],
    subnet: Subnet,
    graph: Graph,
    machines: Iterable[ArmId] = (),
    *,
    severity: Severity | None = None,
    remark: str = "",
) -> Notes:
    """Yield a problem for each rule that surely lets in some of a flow; without any, a doubt for each that may.

    `machines` are those behind it, where that is not the whole subnet. `severity` is that of the problems where it is
    not the rule's own, `remark` what more there is to say of them.
    """
    behind = tuple(machines)
    whom = f" to {', '.join(each.name for each in behind)}" if behind else ""
    through = [part for part in parts if part.access is not Access.DENY]
    sure = [part for part in through if part.certain and part.access is Access.ALLOW]
    for rules in dict.fromkeys(part.by for part in sure):
        what = "; ".join(dict.fromkeys(_what(part, flow) for part in sure if part.by == rules))
        why = _by_route(rules, subnet, graph)
        yield Problem(f"{_opening(rules)} {what}{whom}{remark}{why}", (*_groups(rules), *behind), severity)
    for part in through if not sure else ():
        says = (
            f"{_opening(part.by)} {_what(part, flow)}{whom}; whether that is anything from the internet cannot be told"
            f"{_by_route(part.by, subnet, graph)}"
        )
        yield Doubt(says, (*involved(part), *behind))


def _by_route(rules: tuple[Clause, ...], subnet: Subnet, graph: Graph) -> str:
    """Name the routes that put the internet into the tag by which rules let it in, or may put it there."""
    routes = widening_routes(subnet, graph) if any(VIRTUAL_NETWORK in each.sources.names for each in rules) else ()
    return f": route {', '.join(routes)} widens VirtualNetwork" if routes else ""


def _opening(rules: tuple[Clause, ...]) -> str:
    return f"{_named(rules)} lets in" if rules else "no network security group stands in the way of"


def _what(part: Part, flow: Flow) -> str:
    """Say who gets where: "the internet on TCP 22", "203.0.113.0/24 on every port of 10.0.0.0/25"."""
    to = side_words(part.flow.destination)
    where = "" if to == side_words(flow.destination) else f" of {to}"
    return f"{side_words(part.flow.source)} on {service_words(part.flow)}{where}"


def management_ports_shut(subnet: Subnet, graph: Graph) -> Notes:
    """Yield each way from the internet to SSH or remote desktop on machines of a subnet."""
    yield from flat((_by_groups, _by_firewalls), lambda judge: judge(subnet, graph))


def _by_firewalls(subnet: Subnet, graph: Graph) -> Notes:
    yield from forwarded_into(subnet, graph, MANAGEMENT_PORTS)


def _by_groups(subnet: Subnet, graph: Graph) -> Notes:
    flow = inbound(subnet, INTERNET, MANAGEMENT_PORTS, graph, Protocol.TCP)
    if decided(subnet, flow, graph).access is not Access.DENY:
        yield from flat(_alike(machines_in(subnet.id, graph)), partial(_exposed, subnet, flow, graph))


def _alike(machines: Seen[Machine]) -> Iterator[tuple[Machine, ...]]:
    """Put machines together that the same rules apply to, then raise MissingEvidence if there may be more of them."""
    kinds: dict[tuple[object, object], list[Machine]] = defaultdict(list)
    for each in machines.found:
        group = each.group.why if isinstance(each.group, Unknown) else each.group
        kinds[group, each.memberships].append(each)
    yield from map(tuple, kinds.values())
    raise_any(machines.missing)


def _exposed(subnet: Subnet, flow: Flow, graph: Graph, machines: tuple[Machine, ...]) -> Notes:
    """Decide again with the group on the machines' own interfaces; inbound it comes second."""
    names = dict.fromkeys(each.at for each in machines)
    own = machines[0].group
    to_them = structs.replace(flow, destination=structs.replace(flow.destination, groups=machines[0].memberships))
    groups = (*groups_of(subnet, graph), *([ruleset(own, graph)] if isinstance(own, ArmId) else []))
    decision = decide(groups, to_them, space_of(subnet, graph), admin_rules_of(subnet, graph))
    if isinstance(own, Unknown):
        # What a security admin rule always allows no group can deny.
        yield from openings(to_them, [part for part in decision.parts if part.is_settled], subnet, graph, names)
        raise_any(MissingEvidence(f"{machines[0].at.name}: {own.why}", gap=own.gap))
    yield from openings(to_them, decision.parts, subnet, graph, names)
