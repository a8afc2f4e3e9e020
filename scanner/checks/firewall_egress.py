"""Checks of what an Azure Firewall lets out of compute subnets beyond what they need."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from scanner.checks.peering import hops
from scanner.checks.required_flows import outbound, region_of
from scanner.domain.firewall_openings import Extent, Opening, openings
from scanner.domain.routing import INTERNET_AT_LARGE
from scanner.domain.traffic import tagged
from scanner.engine import Doubt, Note, Notes, Problem, Severity
from scanner.estate.detours import detour
from scanner.estate.filtering import hosts_of, space_of
from scanner.estate.firewalls import Inspection, appliances_on, inspection, is_azure_firewall
from scanner.estate.routes import journey_of
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.network import Subnet
from scanner.model.network_security import Access, Protocol, ServiceTag

_SEVERITIES = {Extent.INTERNET: None, Extent.STRANGERS: None, Extent.CATEGORY: Severity.LOW}
"""None is the rule's own."""


def egress_narrow(subnet: Subnet, graph: Graph) -> Notes:
    """Yield a problem for each rule that lets a subnet out to more than named services and hosts.

    Where several firewalls stand on the way, what each of them lets out counts.
    """
    way = journey_of(subnet.id, INTERNET_AT_LARGE, graph)
    every = appliances_on(way, graph)
    yield Note(f"goes out through {' and '.join(each.name for each in every)}", every, path=hops(way.steps))
    others = [each for each in every if not is_azure_firewall(each)]
    firewalls = [inspection(every, each, graph) for each in every if each not in others]
    found = _openings(firewalls, subnet, graph) if firewalls else []
    if others and (found or not firewalls):
        yield from (Doubt(f"what {at.name} lets through is not seen: it is no Azure Firewall", (at,)) for at in others)
    else:
        yield from map(partial(_told, at=tuple(each.at for each in firewalls)), found)
    yield from _storage(subnet, graph, firewalls)


def _told(opening: Opening, at: tuple[ArmId, ...]) -> Problem | Doubt:
    if opening.extent is Extent.UNKNOWN:
        return Doubt(opening.says, at, opening.gap)
    return Problem(opening.says, at, _SEVERITIES[opening.extent])


def _openings(firewalls: Sequence[Inspection], subnet: Subnet, graph: Graph) -> list[Opening]:
    """Return what firewalls let out together; what hangs on whose addresses the later ones see is not known."""
    space, source = space_of(subnet, graph), hosts_of(subnet, graph)
    first, *later = firewalls
    found = list(dict.fromkeys(openings([each.rules for each in firewalls], source, space)))
    if not later or not list(openings([first.rules], source, space)):
        return found
    for each in later:
        seen = [set(openings([each.rules], side, space)) for side in (source, *each.fronts)]
        if any(one != seen[0] for one in seen):
            says = f"what {each.at.name} lets out hangs on where packets come from, which {first.at.name} may translate"
            return [Opening(Extent.UNKNOWN, says)]
    return found


def _storage(subnet: Subnet, graph: Graph, firewalls: Sequence[Inspection]) -> Notes:
    """Note that storage accounts of strangers are let through: computes need the tag that holds them all."""
    tag = ServiceTag(f"Storage.{region_of(subnet, graph)}")
    if not firewalls or detour(tag, subnet, graph) is not None:
        return
    space = space_of(subnet, graph)
    flow = outbound(hosts_of(subnet, graph), tagged(tag, space), Protocol.TCP, (443,))
    if all(each.decide(flow, space).access is Access.ALLOW for each in firewalls):
        yield Note(f"every storage account of {tag} is let through; a service endpoint policy tells them apart")
