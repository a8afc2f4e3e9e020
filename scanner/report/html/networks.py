"""The virtual networks of a picture: which are drawn, and what is seen in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.estate.hosts import host_vnets
from scanner.estate.routes import is_to_hub
from scanner.estate.solution import Solution
from scanner.estate.zones import zones_of
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.entrances import HubConnection, VirtualHub
from scanner.model.fields import Network
from scanner.model.machine_learning import Compute, OutboundRule, RuleDestination, RuleType
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.private_dns import ZoneLink
from scanner.report.html.judged import Judged, State, worst
from scanner.report.html.picture import Kind, Node
from scanner.report.html.residents import compute_type, look, residents, seen
from scanner.scan.outcome import SolutionSummary

_MOST = 8
"""So many residents of a subnet are drawn, private endpoints aside, which all are; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A solution with what the scan says of it."""

    solution: Solution
    summary: SolutionSummary
    judged: Judged

    @property
    def graph(self) -> Graph:
        """What was judged."""
        return self.solution.graph

    @property
    def aml_vnets(self) -> frozenset[ArmId]:
        """The AML VNets as far as they were seen."""
        return frozenset(map(ArmId, self.summary.aml_vnets))

    @property
    def access_vnets(self) -> frozenset[ArmId]:
        """The access VNets; where some could not be told, those that can be: near VNets with a host in them."""
        told = frozenset(map(ArmId, self.summary.access_vnets))
        return told or frozenset(_near(self)) & host_vnets(self.graph)


def _near(seen_: Seen) -> Iterator[ArmId]:
    """Yield the AML VNets, their peers, and the VNets that the solution's zones are linked to."""
    for vnet in seen_.aml_vnets:
        yield from (vnet, *_peers(vnet, seen_.graph))
    for zone in seen(zones_of(seen_.solution)):
        links = seen(seen_.graph.children(ZoneLink, zone))
        yield from (link.virtual_network for link in links if isinstance(link.virtual_network, ArmId))


def inner_vnets(seen_: Seen) -> frozenset[ArmId]:
    """Return the VNets that hold the solution: its AML VNets, and those of its endpoints."""
    links = seen(seen_.solution.every_link())
    places = (look(link, lambda each: each.vnet, None) for link in links)
    return seen_.aml_vnets | {each for each in places if each is not None}


def outer_vnets(seen_: Seen, inner: frozenset[ArmId]) -> frozenset[ArmId]:
    """Return the VNets that people and pipelines come in from, and those that lie between them and the solution."""
    peers = {vnet: _peers(vnet, seen_.graph) for vnet in (*inner, *seen_.access_vnets)}
    near = frozenset[ArmId]().union(*(peers[vnet] for vnet in inner))
    far = frozenset[ArmId]().union(*(peers[vnet] for vnet in seen_.access_vnets))
    return (seen_.access_vnets | (near & far)) - inner


def _peers(vnet: ArmId, graph: Graph) -> frozenset[ArmId]:
    return graph.once(_declared).get(vnet, frozenset())


def _declared(graph: Graph) -> dict[ArmId, frozenset[ArmId]]:
    """Index the peerings that were read, whichever side declares them."""
    found: dict[ArmId, set[ArmId]] = {}
    for vnet in graph.seen(VirtualNetwork):
        for peering in look(vnet, lambda each: known(each.peerings), ()):
            remote = peering.remote
            # What stands for a Virtual WAN hub on this side is Microsoft's: the hub itself is drawn.
            if isinstance(remote, ArmId) and not is_to_hub(peering):
                found.setdefault(vnet.id, set()).add(remote)
                found.setdefault(remote, set()).add(vnet.id)
    return {vnet: frozenset(peers) for vnet, peers in found.items()}


def vnet_nodes(vnets: Iterable[ArmId], seen_: Seen) -> tuple[Node, ...]:
    """Return the virtual networks as nodes, in id order."""
    drawn = sorted(vnets)
    where = residents(seen_.solution, seen_.judged, drawn)
    return tuple(_vnet(vnet, where, seen_) for vnet in drawn)


def _vnet(vnet: ArmId, where: dict[ArmId, list[Node]], seen_: Seen) -> Node:
    read = look(vnet, lambda each: seen_.graph.get(VirtualNetwork, each), None)
    role = " + ".join(_roles(vnet, seen_)) or "between them"
    if read is None:
        placed = {subnet: nodes for subnet, nodes in where.items() if subnet.parent == vnet}
        unread = (_subnet(subnet, None, nodes, seen_) for subnet, nodes in sorted(placed.items()))
        return Node(vnet, Kind.VNET, vnet.name, f"{role}, not read", State.UNKNOWN, tuple(unread))
    detail = f"{role} {prefixes(look(read, lambda each: known(each.address_space), ()))}"
    return Node(vnet, Kind.VNET, read.name, detail, seen_.judged.node(vnet), tuple(_subnets(read, where, seen_)))


def _roles(vnet: ArmId, seen_: Seen) -> Iterator[str]:
    yield from ["AML VNet"] if vnet in seen_.aml_vnets else []
    yield from ["access VNet"] if vnet in seen_.access_vnets else []
    if vnet not in seen_.aml_vnets | seen_.access_vnets:
        links = seen(seen_.solution.every_link())
        yield from ["endpoints"] if any(look(link, lambda each: each.vnet, None) == vnet for link in links) else []


def prefixes(networks: tuple[Network, ...]) -> str:
    """Return the first of several prefixes and how many more there are."""
    more = f" +{len(networks) - 1}" if len(networks) > 1 else ""
    return f"{networks[0]}{more}" if networks else ""


def _subnets(vnet: VirtualNetwork, where: dict[ArmId, list[Node]], seen_: Seen) -> Iterator[Node]:
    """Yield the subnets that hold something or are judged, then one node that counts the others."""
    read = look(vnet, lambda each: known(each.subnets), ())
    named = ((look(subnet, lambda each: known(each.id), None), subnet) for subnet in read)
    every = {arm_id: subnet for arm_id, subnet in named if arm_id is not None}
    homeless = {subnet for subnet in where if subnet.parent == vnet.id} - every.keys()
    shown = sorted(homeless | {each for each in every if where.get(each) or seen_.judged.node(each) is not State.OK})
    yield from (_subnet(each, every.get(each), where.get(each, []), seen_) for each in shown)
    if rest := len(every.keys() - set(shown)):
        yield Node(ArmId(f"{vnet.id}/rest"), Kind.REST, f"{rest} other subnet{'s' * (rest > 1)}")


def _subnet(arm_id: ArmId, read: Subnet | None, nodes: list[Node], seen_: Seen) -> Node:
    """Return a subnet with what lies in it. A Developer Bastion lies in the VNet itself, in no subnet."""
    if read is None:
        name = "in no subnet" if arm_id.name == "-" else arm_id.name
        return Node(arm_id, Kind.SUBNET, name, "", seen_.judged.node(arm_id), _drawn(arm_id, nodes))
    group = look(read, lambda each: "NSG" if known(each.network_security_group) else "no NSG", "")
    detail = f"{prefixes(look(read, lambda each: known(each.prefixes), ()))}  {group}"
    return Node(arm_id, Kind.SUBNET, read.name, detail, seen_.judged.node(arm_id), _drawn(arm_id, nodes))


def _drawn(subnet: ArmId, nodes: list[Node]) -> tuple[Node, ...]:
    """Return what is drawn of a subnet's residents: endpoints by what they lead to, then the worst of the others."""
    ends = sorted((each for each in nodes if each.kind is Kind.ENDPOINT), key=lambda each: each.id)
    others = sorted((each for each in nodes if each.kind is not Kind.ENDPOINT), key=_importance)
    rest = others[_MOST:]
    more = Node(ArmId(f"{subnet}/rest"), Kind.REST, f"{len(rest)} more", "", worst(*(each.state for each in rest)))
    return (*ends, *others[:_MOST], *([more] if rest else []))


def _importance(node: Node) -> tuple[int, str, ArmId]:
    return -list(State).index(node.state), node.kind, node.id


# Networks that are not the customer's VNets


def wan_hubs(vnets: frozenset[ArmId], seen_: Seen) -> tuple[tuple[Node, frozenset[ArmId]], ...]:
    """Return the Virtual WAN hubs that two or more of these VNets are connected to, with those VNets."""
    joined: dict[ArmId, set[ArmId]] = {}
    for connection in seen_.graph.seen(HubConnection):
        hub, remote = connection.id.parent, connection.remote
        if hub is not None and isinstance(remote, ArmId) and remote in vnets:
            joined.setdefault(hub, set()).add(remote)
    hubs = sorted(hub for hub, ends in joined.items() if len(ends) > 1)
    return tuple((_hub(hub, seen_), frozenset(joined[hub])) for hub in hubs)


def _hub(hub: ArmId, seen_: Seen) -> Node:
    read = look(hub, lambda each: seen_.graph.get(VirtualHub, each), None)
    state = State.UNKNOWN if read is None else seen_.judged.node(hub)
    return Node(hub, Kind.WAN_HUB, hub.name, "virtual WAN hub", state)


def managed_network(seen_: Seen) -> Node | None:
    """Return the network that Microsoft hosts for the workspace, with the computes and private-endpoint rules in it."""
    network = look(seen_.solution, lambda each: each.managed_network, None)
    if network is None:
        return None
    owner = seen_.solution.network_workspace.id
    mode = look(network, lambda each: str(known(each.isolation_mode)), "")
    rules = [_rule_node(rule, where, seen_) for rule, where in private_rules(seen_)]
    parts = (("computes", _hosted_computes(seen_)), ("outbound rules", rules))
    return Node(
        ArmId(f"{owner}/managedNetwork"),
        Kind.MANAGED_NETWORK,
        "managed network",
        f"hosted by Microsoft, {mode}",
        State.OK,
        tuple(
            Node(ArmId(f"{owner}/managedNetwork/{name}"), Kind.SUBNET, name, "", State.OK, tuple(nodes))
            for name, nodes in parts
            if nodes
        ),
    )


def _rule_node(rule: OutboundRule, where: RuleDestination, seen_: Seen) -> Node:
    return Node(rule.id, Kind.OUTBOUND_RULE, rule.name, str(where.subresource), seen_.judged.node(rule.id))


def private_rules(seen_: Seen) -> list[tuple[OutboundRule, RuleDestination]]:
    """Return the managed network's private-endpoint rules as far as they were seen, with where they lead."""
    found: list[tuple[OutboundRule, RuleDestination]] = []
    workspace = look(seen_.solution, lambda each: each.network_workspace, None)
    if workspace is None:
        return found
    for each in seen(seen_.graph.children(OutboundRule, workspace.id)):
        destination = look(each, _destination, None)
        found += [(each, destination)] if destination is not None else []
    return found


def _destination(each: OutboundRule) -> RuleDestination | None:
    rule = known(each.rule)
    if known(rule.rule_type) is not RuleType.PRIVATE_ENDPOINT:
        return None
    where = known(rule.destination)
    return replace(where, subresource=known(where.subresource), resource=known(where.resource))


def _is_hosted(compute: Compute) -> bool:
    return compute.has_nodes and known(compute.subnet) is None


def _hosted_computes(seen_: Seen) -> list[Node]:
    hosted = [each for each in seen(seen_.solution.computes()) if look(each, _is_hosted, None)]
    nodes = [Node(each.id, Kind.COMPUTE, each.name, compute_type(each), seen_.judged.node(each.id)) for each in hosted]
    return list(_drawn(seen_.solution.id, nodes))
