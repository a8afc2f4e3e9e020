"""Checks that several rules share: rules that differ only in a service or a sub-resource are built from these."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.domain.public_access import is_open, is_within, lets_everyone_in, ranges_of, subnets_of
from scanner.engine import Note, Notes, Problem
from scanner.evidence import exists, known, matching
from scanner.graph import Graph
from scanner.model.exposure import ConnectionStatus
from scanner.model.fields import Network
from scanner.model.machine_learning import ManagedRule, OutboundRule, RuleType, Workspace
from scanner.model.services import PrivateLinkTarget
from scanner.private_link import Link, vnet_of
from scanner.solution import Solution, users_of


def public_access(service: PrivateLinkTarget, graph: Graph) -> Notes:
    """Yield each way in which a service's public endpoint lets in more than the user allowed."""
    access = known(service.public_network_access)
    if not is_open(access):
        return
    firewall = known(service.firewall)
    if firewall is None or lets_everyone_in(firewall):
        yield Problem("public network access is enabled and the firewall's default action is Allow", (service.id,))
        return
    yield from foreign_ranges(ranges_of(firewall), graph.settings.allowed_ip_ranges)
    for subnet in subnets_of(firewall):
        if not any(solution.reaches(vnet_of(subnet)) for solution in users_of(service, graph)):
            yield Problem(f"the firewall lets in {subnet.name} of {vnet_of(subnet).name}, a foreign subnet", (subnet,))


def foreign_ranges(ranges: Iterable[Network], allowed: tuple[Network, ...]) -> Notes:
    """Yield a problem for each public range that is not in the allowed ones, a note for each that is."""
    for each in ranges:
        if is_within(each, allowed):
            yield Note(f"lets in {each}, which is in allowed_ip_ranges")
        else:
            yield Problem(f"lets in {each} from the internet, which is not in allowed_ip_ranges")


def private_endpoint(service: PrivateLinkTarget, group: str, graph: Graph) -> Notes:
    """Yield a problem for each solution that has no approved endpoint for a sub-resource in a VNet it can reach."""
    for solution in users_of(service, graph):
        yield from _endpoint_for(solution, service, group)


def _endpoint_for(solution: Solution, service: PrivateLinkTarget, group: str) -> Notes:
    links, missing = matching(solution.links(service), lambda link: group in link.groups)
    approved = [link for link in links if link.status is ConnectionStatus.APPROVED]
    if exists(approved, lambda link: solution.reaches(link.vnet)) or has_managed_rule(solution, service, group):
        return
    if missing:
        raise missing
    yield Problem(_why_none(solution, group, approved, links), tuple(link.id for link in links))


def _why_none(solution: Solution, group: str, approved: list[Link], links: list[Link]) -> str:
    if approved:
        vnets = ", ".join(sorted({link.vnet.name for link in approved}))
        return f"the {group} endpoint lies in {vnets}, which {solution.name} cannot reach"
    if links:
        states = ", ".join(f"{link.id.name} is {link.status}" for link in links)
        return f"no approved {group} endpoint: {states}"
    return f"no private endpoint for {group}"


def has_managed_rule(solution: Solution, service: PrivateLinkTarget, group: str) -> bool:
    """Tell whether the managed network has an active private-endpoint rule for a sub-resource of a service."""
    return solution.has_managed_network and exists(
        managed_rules(solution),
        lambda rule: _leads_to(rule, service, group) and known(rule.status).lower() == "active",
    )


def managed_rules(solution: Solution) -> Iterable[ManagedRule]:
    """Yield the outbound rules of the managed network."""
    workspace: Workspace = solution.network_workspace
    return (known(each.rule) for each in solution.graph.children(OutboundRule, workspace.id))


def _leads_to(rule: ManagedRule, service: PrivateLinkTarget, group: str) -> bool:
    if known(rule.rule_type) is not RuleType.PRIVATE_ENDPOINT:
        return False
    destination = known(rule.destination)
    return known(destination.resource) == service.id and known(destination.subresource).lower() == group
