"""Checks of whom a service's public endpoint lets in: by its firewall, and by the perimeter that it is a member of."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.checks.forwarded import forwarded_to_endpoints
from scanner.checks.selectors import parts, where
from scanner.domain.public_access import is_open, is_within, lets_everyone_in, ranges_of, subnets_of
from scanner.engine import Doubt, Note, Notes, Problem, Selector
from scanner.estate.private_link import vnet_of
from scanner.estate.public_endpoints import (
    associations_of,
    firewall_counts,
    inbound_rules,
    is_enforced,
    outbound_rules,
)
from scanner.estate.solution import Solution
from scanner.estate.users import every_user_of
from scanner.evidence import Seen, exists, flat, known, matching, raise_any
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.exposure import Firewall
from scanner.model.fields import Network
from scanner.model.perimeter import AccessRule, PerimeterAssociation
from scanner.model.services import KeyVault, PerimeterMember, PrivateLinkTarget, StorageAccount


def public_access(service: PrivateLinkTarget, graph: Graph) -> Notes:
    """Yield each way in which a service lets in more from the internet than the user allowed."""
    yield from flat((_by_firewall, by_perimeter, forwarded_to_endpoints), lambda judge: judge(service, graph))


def _by_firewall(service: PrivateLinkTarget, graph: Graph) -> Notes:
    if not is_open(known(service.public_network_access)) or not firewall_counts(service, graph):
        return
    firewall = known(service.firewall)
    if firewall is None:
        yield Problem("public network access is enabled and there is no firewall", (service.id,))
        return
    if lets_everyone_in(firewall):
        yield Problem("public network access is enabled and the firewall's default action is Allow", (service.id,))
        return
    yield from foreign_ranges(ranges_of(firewall), graph.settings.allowed_ip_ranges)
    yield from _foreign_subnets(service, firewall, graph)


def _foreign_subnets(service: PrivateLinkTarget, firewall: Firewall, graph: Graph) -> Notes:
    subnets, missing = matching(subnets_of(firewall), lambda subnet: _is_foreign(subnet, service, graph))
    for subnet in subnets:
        yield Problem(f"the firewall lets in {subnet.name} of {vnet_of(subnet).name}, a foreign subnet", (subnet,))
    raise_any(missing)


def _is_foreign(subnet: ArmId, service: PrivateLinkTarget, graph: Graph) -> bool:
    """Tell whether a subnet is in no VNet that a workspace of the service reaches or is reached from."""
    vnet = vnet_of(subnet)
    return not exists(
        every_user_of(service, graph),
        lambda solution: solution.reaches(vnet) or solution.access_vnets.exists(lambda each: each == vnet),
    )


def foreign_ranges(ranges: Iterable[Network], allowed: tuple[Network, ...], by: str = "") -> Notes:
    """Yield a problem for each public range that is not in the allowed ones, a note for each that is.

    `by` is what lets them in, where that is not the subject's own firewall.
    """
    for each in ranges:
        if is_within(each, allowed):
            yield Note(f"{by}lets in {each}, which is in allowed_ip_ranges")
        else:
            yield Problem(f"{by}lets in {each} from the internet, which is not in allowed_ip_ranges")


# Perimeters


def by_perimeter(service: PerimeterMember, graph: Graph) -> Notes:
    """Yield whom the access rules of a service's perimeter let in; they count in every mode."""
    yield from flat(inbound_rules(service, graph), lambda rule: _lets_in(rule, service, graph))


def _lets_in(rule: AccessRule, service: PerimeterMember, graph: Graph) -> Notes:
    by = f"the perimeter's access rule {rule.name} "
    yield from foreign_ranges(known(rule.ranges, rule.name), graph.settings.allowed_ip_ranges, by)
    for tag in known(rule.tags, rule.name):
        yield Problem(f"{by}lets in all addresses of {tag}", (rule.id,))
    for perimeter in known(rule.perimeters, rule.name):
        other = known(perimeter.id, rule.name)
        yield Doubt(f"{by}lets in the members of {other.name}: who they are is not seen from here", (other,))
    subscriptions = (known(each.id, rule.name) for each in known(rule.subscriptions, rule.name))
    yield from flat(subscriptions, lambda each: _subscription(each, by, service, graph))


def _subscription(allowed: ArmId, by: str, service: PerimeterMember, graph: Graph) -> Notes:
    """Judge a subscription whose identities are let in, from any address."""
    home = service.id.subscription == allowed.subscription or exists(
        every_user_of(service, graph), lambda solution: solution.id.subscription == allowed.subscription
    )
    if home:
        yield Note(f"{by}lets in identities of the subscription {allowed.name}, which is the solution's own")
    else:
        yield Problem(f"{by}lets in identities of the subscription {allowed.name}, which is not the solution's")


def perimeter_enforced(service: PerimeterMember, graph: Graph) -> Notes:
    """Yield a problem for each association that is not enforced, and for each access rule that opens the perimeter."""
    judges = (_not_enforced, by_perimeter, _lets_out)
    yield from flat(judges, lambda judge: judge(service, graph))


def _not_enforced(service: PerimeterMember, graph: Graph) -> Notes:
    yield from flat(associations_of(service, graph), _mode)


def _mode(association: PerimeterAssociation) -> Notes:
    if not is_enforced(association):
        message = f"the association {association.name} is in mode {known(association.mode)}, which closes nothing"
        yield Problem(message, (association.id,))


def _lets_out(service: PerimeterMember, graph: Graph) -> Notes:
    """Look for outbound rules that let data out to any name."""
    for rule in (rules := outbound_rules(service, graph)).found:
        if "*" in known(rule.names, rule.name):
            yield Problem(f"the perimeter's access rule {rule.name} lets data out to every name", (rule.id,))
    raise_any(rules.missing)


def _accounts_and_vaults(solution: Solution) -> Seen[StorageAccount | KeyVault]:
    return solution.targets().map(lambda each: each if isinstance(each, StorageAccount | KeyVault) else None)


def _members(solution: Solution) -> Seen[PerimeterMember]:
    """Return what of a solution may be in a perimeter; registries cannot be (perimeter concepts, 2025-08)."""
    services = _accounts_and_vaults(solution)
    logs = Seen((solution,)).map(lambda each: each.log_workspace)
    return Seen((*services.found, *logs.found), services.missing or logs.missing)


accounts_and_vaults: Selector[StorageAccount | KeyVault] = parts(_accounts_and_vaults)
perimeter_members: Selector[PerimeterMember] = where(
    parts(_members), lambda service, graph: associations_of(service, graph).exists()
)
