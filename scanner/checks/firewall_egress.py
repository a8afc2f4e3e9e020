"""Checks of what an Azure Firewall lets out of compute subnets beyond what they need."""

from __future__ import annotations

from functools import partial

from scanner.checks.firewall import Guard, guarded
from scanner.checks.required_flows import outbound, region_of
from scanner.domain.firewall import passing
from scanner.domain.firewall_openings import Extent, openings
from scanner.domain.traffic import tagged
from scanner.engine import Doubt, Note, Notes, Problem, Severity
from scanner.estate.detours import detour
from scanner.estate.filtering import hosts_of, space_of
from scanner.graph import Graph
from scanner.model.network import Subnet
from scanner.model.network_security import Access, Protocol, ServiceTag

_SEVERITIES = {Extent.INTERNET: None, Extent.STRANGERS: None, Extent.CATEGORY: Severity.LOW}
"""None is the rule's own."""


def egress_narrow(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem for each rule of the firewall that lets a subnet out to more than named services and hosts."""
    yield from guarded(subnet, graph, partial(_broad, subnet, graph))


def _broad(subnet: Subnet, graph: Graph, guard: Guard) -> Notes:
    yield Note(f"goes out through {guard.at.name}", (guard.at,), path=guard.path)
    found = openings(guard.rules, hosts_of(subnet), space_of(subnet, graph))
    for each in dict.fromkeys(found):
        if each.extent is Extent.UNKNOWN:
            yield Doubt(each.says, (guard.at,), each.gap)
        else:
            yield Problem(each.says, (guard.at,), _SEVERITIES[each.extent])
    yield from _storage(subnet, graph, guard)


def _storage(subnet: Subnet, graph: Graph, guard: Guard) -> Notes:
    """Note that storage accounts of strangers are let through: computes need the tag that holds them all."""
    tag = ServiceTag(f"Storage.{region_of(subnet, graph)}")
    if detour(tag, subnet, graph) is not None:
        return
    flow = outbound(subnet, tagged(tag, space_of(subnet, graph)), Protocol.TCP, (443,))
    if passing(guard.rules, flow, space_of(subnet, graph)).access is Access.ALLOW:
        yield Note(f"every storage account of {tag} is let through; a service endpoint policy tells them apart")
