"""What Virtual Network Manager has put in force on a virtual network: its security admin rules.

A manager need not lie where its networks do, and a network does not say that it is managed. So where Resource Graph was
not read, a network counts as managed if a manager that was read may manage it; the scan assumes that there is no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from scanner.domain.admin_rules import UNAPPLIED_SERVICES, UNAPPLIED_SUBNETS, Ranked, in_order
from scanner.domain.nsg import NO_RULES
from scanner.domain.rulesets import Clause
from scanner.estate.private_link import vnet_of
from scanner.evidence import MissingEvidence, exists, known, raise_any
from scanner.graph import Graph
from scanner.graph.remembered import Remembered
from scanner.graph.unread import NOT_READ
from scanner.model.arm import ArmId
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.network_manager import (
    AdminCollection,
    AdminRule,
    EffectiveAdminRules,
    GroupMembership,
    NetworkManager,
    RegionalRules,
    manager_of,
    on_network,
    taken_of,
)
from scanner.model.network_security import Direction
from scanner.model.resource import ProvisioningState, Resource

R = TypeVar("R", bound=Resource)

Rules = Mapping[Direction, Sequence[Clause]]
"""Security admin rules by direction, in the order in which they are tried."""


def admin_rules_of(subnet: Subnet, graph: Graph) -> Rules:
    """Return the security admin rules that a subnet's machines are behind."""
    if subnet.name.lower() in UNAPPLIED_SUBNETS:
        return NO_RULES
    return graph.once(_rules_in_force)(vnet_of(subnet.id))


def in_force(kind: type[R], vnet: ArmId, feature: str, graph: Graph) -> R | None:
    """Return what managers have put in force on a network: its row of a kind, None without one.

    Raises MissingEvidence where the row was not read and a manager with the feature may manage the network.
    """
    try:
        return graph.find(kind, on_network(kind, vnet))
    except MissingEvidence as missing:
        if _was_tried(missing):
            raise
    sign = next(iter(_managers_over(vnet, feature, graph)), None)
    if sign is not None:
        why = (
            f"what network manager {sign.name} has in force on {vnet.name} was not read; Resource Graph alone shows it"
        )
        raise MissingEvidence(why, (str(vnet), str(sign)))
    return None


def _was_tried(missing: MissingEvidence | None) -> bool:
    return missing is not None and missing.gap is not None and missing.gap.why != NOT_READ


def _managers_over(vnet: ArmId, feature: str, graph: Graph) -> Iterator[ArmId]:
    """Yield the managers that may manage a network: which subscriptions a management group has is not known."""
    for manager in graph.seen(NetworkManager):
        features = {each.lower() for each in known(manager.features, manager.name)}
        if (not features or feature in features) and _reaches(manager, vnet):
            yield manager.id
    membership = graph.find(GroupMembership, on_network(GroupMembership, vnet)) if _has_groups(vnet, graph) else None
    yield from (manager_of(each) for each in (known(membership.groups) if membership else ()))
    listed = graph.all(NetworkManager, vnet.in_subscription).missing
    if _was_tried(listed):
        raise_any(listed)


def _has_groups(vnet: ArmId, graph: Graph) -> bool:
    return any(each.id == on_network(GroupMembership, vnet) for each in graph.seen(GroupMembership))


def _reaches(manager: NetworkManager, vnet: ArmId) -> bool:
    named = (ArmId(each).subscription for each in known(manager.subscriptions, manager.name))
    return vnet.subscription in named or bool(known(manager.management_groups, manager.name))


# Rules in force


def _rules_in_force(graph: Graph) -> Remembered[ArmId, Rules]:
    return Remembered(lambda vnet: _find_rules(vnet, graph))


def _find_rules(vnet: ArmId, graph: Graph) -> Rules:
    row = in_force(EffectiveAdminRules, vnet, "securityadmin", graph)
    configurations = known(row.configurations, vnet.name) if row is not None else ()
    if row is None or not configurations:
        return NO_RULES
    state = known(row.state, vnet.name)
    if state is not ProvisioningState.SUCCEEDED:
        raise MissingEvidence(f"whether security admin rules are in force on {vnet.name}: it is {state}", (str(vnet),))
    ranks = _ranks({manager_of(each) for each in configurations}, graph)
    doubts = tuple(_kept_out(vnet, graph))
    found: list[Ranked] = []
    for each in configurations:
        rank, contested = ranks[manager_of(each)]
        found += [(rank, rule, (*doubts, *contested, *why)) for rule, why in _rules_of(each, vnet, graph)]
    return in_order(found)


def _ranks(managers: set[ArmId], graph: Graph) -> dict[ArmId, tuple[int, tuple[str, ...]]]:
    """Return how high each manager stands: over management groups above subscriptions. Of groups that is not seen."""
    if len(managers) == 1:
        return dict.fromkeys(managers, (0, ()))
    found = {each: 0 if known(graph.get(NetworkManager, each).management_groups) else 1 for each in managers}
    names = " and ".join(sorted(each.name for each in managers))
    tied = (f"which of the network managers {names} comes first",)
    ranks = list(found.values())
    return {each: (rank, tied if ranks.count(rank) > 1 else ()) for each, rank in found.items()}


def _kept_out(vnet: ArmId, graph: Graph) -> Iterator[str]:
    """Yield why the rules may pass a network by."""
    network = graph.get(VirtualNetwork, vnet)
    for subnet in known(network.subnets, network.name):
        if exists(
            known(subnet.delegations, subnet.name), lambda each: known(each.service).lower() in UNAPPLIED_SERVICES
        ):
            yield f"whether security admin rules apply to {vnet.name}, which has {subnet.name} for another service"


def _rules_of(configuration: ArmId, vnet: ArmId, graph: Graph) -> Iterator[tuple[AdminRule, tuple[str, ...]]]:
    """Yield the rules of a configuration's snapshot that are for a network, each with what is doubtful of that."""
    source, manager = taken_of(configuration), manager_of(configuration)
    region = known(graph.get(VirtualNetwork, vnet).location, vnet.name)
    deployed = _deployed(manager, region, graph)
    own = graph.once(_rules_by_configuration).get(source, [])
    if deployed is not None:
        wanted = {each for each in known(deployed.rules) if _configuration_of(each) == source}
        own = [each for each in own if each.id in wanted]
        if len(own) < len(wanted):
            raise MissingEvidence(f"security admin rules of {source.name} were not read", (str(configuration),))
    else:
        raise_any(graph.all(AdminRule, manager.in_subscription).missing)
    for rule in own:
        why = _why_for(rule, vnet, deployed, graph)
        if deployed is None:
            yield rule, (f"which snapshot of {source.name} is deployed in {region} was not seen", *(why or ()))
        elif why is not None:
            yield rule, why


def _rules_by_configuration(graph: Graph) -> dict[ArmId | None, list[AdminRule]]:
    found: dict[ArmId | None, list[AdminRule]] = defaultdict(list)
    for rule in graph.seen(AdminRule):
        found[_configuration_of(rule.id)].append(rule)
    return found


def _configuration_of(rule: ArmId) -> ArmId | None:
    """Return the configuration of a rule's snapshot: …/{configuration}/ruleCollections/{}/rules/{}/snapshots/{}."""
    collection = taken_of(rule).parent
    return collection.parent if collection is not None else None


def _deployed(manager: ArmId, region: str, graph: Graph) -> RegionalRules | None:
    """Return what a manager deployed last in a region, None where that was not seen."""
    if graph.all(RegionalRules, manager.in_subscription).missing is not None:
        return None
    own = [
        each
        for each in graph.seen(RegionalRules)
        if manager_of(each.id) == manager and known(each.location).lower() == region.lower()
    ]
    return max(own, key=lambda each: known(each.committed), default=None)


def _why_for(rule: AdminRule, vnet: ArmId, deployed: RegionalRules | None, graph: Graph) -> tuple[str, ...] | None:
    """Return what is doubtful of a rule's being for a network, by the groups of its collection; None if it is not."""
    collection = rule.rule.parent
    snapshots = [each for each in graph.seen(AdminCollection) if taken_of(each.id) == collection]
    if deployed is not None:
        snapshots = [each for each in snapshots if each.id in known(deployed.collections)]
    try:
        membership = graph.get(GroupMembership, on_network(GroupMembership, vnet))
        groups = set(known(membership.groups, vnet.name))
        fitting = [bool(groups & set(known(each.groups, rule.rule.name))) for each in snapshots]
    except MissingEvidence as missing:
        return (f"whether {rule.rule.name} is for {vnet.name}: {missing.why}",)
    if not fitting:
        return (f"whether {rule.rule.name} is for {vnet.name}: its collection was not read",)
    return () if any(fitting) else None
