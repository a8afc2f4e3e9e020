"""Changes of what network security groups let through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.changes.naming import made_name
from scanner.checks.nsg import MANAGEMENT_PORTS, has_public_nodes, inbound
from scanner.checks.required_flows import outbound, region_of
from scanner.domain.flows import Requirement, required_inbound, required_outbound
from scanner.domain.intervals import IntervalSet
from scanner.domain.nsg import Decision
from scanner.domain.rulesets import Clause
from scanner.domain.service_tags import INTERNET
from scanner.domain.traffic import EVERY_PORT_SET, tagged
from scanner.engine.change import Change, Changes, Choice, Create, Delete, Edit, Set, Stage
from scanner.estate.filtering import decided, hosts_of, space_of
from scanner.estate.flow_conditions import holds
from scanner.estate.private_link import vnet_of
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.network_security import Access, Direction, NetworkSecurityGroup, SecurityRule

_GROUP = "properties.networkSecurityGroup"


def attaches_group(subnet: Subnet, graph: Graph) -> Changes:
    """Offer a subnet without a group the one that most of its network's subnets have, or else one of its own."""
    if known(subnet.network_security_group, subnet.name) is not None:
        return
    vnet = graph.get(VirtualNetwork, vnet_of(subnet.id))
    used = Counter(filter(None, (known(each.network_security_group) for each in known(vnet.subnets))))
    for group, _ in used.most_common(1):
        choices = (Choice("group", str(group), f"the one that most subnets of {vnet.name} have"),)
        edit = Set(subnet.id, _GROUP, {"id": str(group)})
        yield Change(f"attach {group.name} to {subnet.name}", subnet.id, (edit,), Stage.GUARD, choices)
    yield _own_group(subnet, vnet, graph)


def _own_group(subnet: Subnet, vnet: VirtualNetwork, graph: Graph) -> Change:
    home = vnet.id.scope
    name = made_name(f"nsg-{subnet.name}", NetworkSecurityGroup.TYPE, home, graph)
    group = f"{home}/providers/{NetworkSecurityGroup.TYPE}/{name}"
    made = Create({"id": group, "location": known(vnet.location, vnet.name), "properties": {"securityRules": []}})
    needed = required_inbound() if has_public_nodes(subnet, graph) else ()
    letting = (_inbound(each, _FIRST + place, ArmId(group)) for place, each in enumerate(needed))
    edits: tuple[Edit, ...] = (made, *letting, Set(subnet.id, _GROUP, {"id": group}))
    choices = (Choice("name", name, "made of the subnet's name"),)
    return Change(f"give {subnet.name} a network security group", subnet.id, edits, Stage.GUARD, choices)


def shuts_management_ports(subnet: Subnet, graph: Graph) -> Changes:
    """Offer to take away what lets the internet in to SSH and remote desktop."""
    yield from _shut(subnet, MANAGEMENT_PORTS, graph)


def shuts_out_internet(subnet: Subnet, graph: Graph) -> Changes:
    """Offer to take away what lets the internet in on any port."""
    yield from _shut(subnet, EVERY_PORT_SET, graph)


def _shut(subnet: Subnet, ports: IntervalSet, graph: Graph) -> Changes:
    yield from attaches_group(subnet, graph)
    decision = decided(subnet, inbound(subnet, INTERNET, ports, graph), graph)
    clauses = (clause for part in decision.parts if part.access is Access.ALLOW for clause in part.by)
    let_in = dict.fromkeys(clauses)
    yield from _denied_first(subnet, any(each.is_default for each in let_in), graph)
    # A security admin rule is its network manager's: who owns the network cannot take it away.
    for clause in (each for each in let_in if not each.is_default and not each.is_admin):
        rule = _rule_of(clause)
        says = f"take the rule {clause.name} out of {clause.group.name}"
        yield Change(says, clause.group, (Delete(rule),), Stage.GUARD)


def _denied_first(subnet: Subnet, by_default: bool, graph: Graph) -> Changes:  # noqa: FBT001 - said where it is called
    """Offer a rule ahead of the default ones, where those let the internet in: a widened VirtualNetwork makes them."""
    group = known(subnet.network_security_group, subnet.name)
    if group is None or not by_default:
        return
    rules: tuple[SecurityRule, ...] = known(graph.get(NetworkSecurityGroup, group).security_rules, group.name)
    taken = {known(each.priority) for each in rules if known(each.direction) is Direction.INBOUND}
    priority = next((each for each in range(_LAST, _FIRST - 1, -1) if each not in taken), None)
    if priority is not None:
        choices = (Choice("priority", str(priority), "the last that is free"),)
        name = f"DenyInternetInbound{priority}"
        made = Create({"id": f"{group}/securityRules/{name}", "name": name, "properties": _denial(priority)})
        yield Change(f"deny what comes from the internet in {group.name}", group, (made,), Stage.GUARD, choices)


def _denial(priority: int) -> dict[str, object]:
    return {
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": "Internet",
        "destinationAddressPrefix": "*",
        "access": "Deny",
        "priority": priority,
        "direction": "Inbound",
    }


def _rule_of(clause: Clause) -> ArmId:
    return ArmId(f"{clause.group}/securityRules/{clause.name}")


def lets_out_required(subnet: Subnet, graph: Graph) -> Changes:
    """Offer a rule for each flow that computes need and that a rule denies."""
    group = known(subnet.network_security_group, subnet.name)
    if group is None:
        return
    for need, decision in _denied(subnet, graph):
        priority = _free_priority(graph.get(NetworkSecurityGroup, group), Direction.OUTBOUND, decision.by)
        if priority is not None:
            yield _allowing(need, priority, group, region_of(subnet, graph))


def _denied(subnet: Subnet, graph: Graph) -> Iterator[tuple[Requirement, Decision]]:
    for need in required_outbound(graph.settings.profile):
        tags = need.tags(region_of(subnet, graph))
        sides = [tagged(tag, space_of(subnet, graph)) for tag in tags]
        flows = (outbound(hosts_of(subnet, graph), side, need.protocol, need.ports) for side in sides)
        decisions = [decided(subnet, flow, graph) for flow in flows]
        allowed = any(each.access is Access.ALLOW for each in decisions)
        by_manager = any(each.admin is not None for each in decisions)
        if (
            not allowed
            and not by_manager
            and not need.advised
            and all(holds(each, subnet, graph) for each in need.when)
        ):
            yield need, decisions[0]


_LAST = 4096
_FIRST = 100
"""The lowest priority number of a rule: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview."""


def lets_in_required(subnet: Subnet, graph: Graph) -> Changes:
    """Offer a rule for each call that nodes with public addresses need and that a rule denies."""
    group = known(subnet.network_security_group, subnet.name)
    for need in required_inbound() if group is not None else ():
        ports = IntervalSet.of((each, each) for each in need.ports)
        decision = decided(subnet, inbound(subnet, need.tags("")[0], ports, graph, need.protocol), graph)
        if group is not None and decision.access is Access.DENY and decision.admin is None:
            priority = _free_priority(graph.get(NetworkSecurityGroup, group), Direction.INBOUND, decision.by)
            if priority is not None:
                says = f"let {need.purpose} in through {group.name}"
                yield Change(says, group, (_inbound(need, priority, group),), Stage.WAY)


def _free_priority(group: NetworkSecurityGroup, direction: Direction, before: Iterable[Clause]) -> int | None:
    """Return a priority that no rule of a direction has, ahead of the rules that deny."""
    rules: tuple[SecurityRule, ...] = known(group.security_rules, group.name)
    taken = {known(each.priority) for each in rules if known(each.direction) is direction}
    last = min((each.priority for each in before), default=4097)
    return next((each for each in range(_FIRST, last) if each not in taken), None)


def _allowing(need: Requirement, priority: int, group: ArmId, region: str) -> Change:
    tag = str(need.tags(region)[0])
    rule = _rule(need, group, priority, "Outbound", ("VirtualNetwork", tag))
    choices = (Choice("priority", str(priority), "the first that is free ahead of what denies it"),)
    return Change(f"let {need.purpose} out through {group.name}", group, (rule,), Stage.WAY, choices)


def _inbound(need: Requirement, priority: int, group: ArmId) -> Create:
    return _rule(need, group, priority, "Inbound", (str(need.tags("")[0]), "VirtualNetwork"))


def _rule(need: Requirement, group: ArmId, priority: int, direction: str, ends: tuple[str, str]) -> Create:
    source, destination = ends
    peer = source if direction == "Inbound" else destination
    name = f"Allow{peer.replace('.', '')}{need.protocol.capitalize()}{'-'.join(map(str, need.ports))}{direction}"
    properties = {
        "description": need.purpose,
        "protocol": need.protocol.capitalize(),
        "sourcePortRange": "*",
        "destinationPortRanges": [str(each) for each in need.ports],
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": destination,
        "access": "Allow",
        "priority": priority,
        "direction": direction,
    }
    return Create({"id": f"{group}/securityRules/{name}", "name": name, "properties": properties})
