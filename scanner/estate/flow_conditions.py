"""Whether a situational flow is needed from a subnet: what the workspaces that compute there are like."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from scanner.domain.flows import Condition
from scanner.estate.links import STUDIO_GROUPS, WORKSPACE_GROUP
from scanner.estate.monitoring import scopes_of
from scanner.estate.private_link import Link, vnet_of
from scanner.estate.routes import endpoint_addresses
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_compute_subnet
from scanner.evidence import exists, known
from scanner.graph import Graph
from scanner.model.fields import Address
from scanner.model.network import Subnet, VirtualNetwork


def holds(condition: Condition, subnet: Subnet, graph: Graph) -> bool:
    """Tell whether a condition holds in a subnet, for one of its workspaces at least. MissingEvidence if not seen."""
    match condition:
        case Condition.OUTSIDE_CHINA:
            return graph.settings.cloud != "china"
        case Condition.AZURE_DNS:
            vnet = graph.get(VirtualNetwork, vnet_of(subnet.id))
            return not known(vnet.dns_servers, vnet.name)
        case Condition.ENDPOINTS:
            return any(True for _ in addresses_in_reach(subnet, graph))
        case _:
            return exists(users_of_compute_subnet(subnet.id, graph), partial(_holds_for, condition, subnet))


def _holds_for(condition: Condition, subnet: Subnet, solution: Solution) -> bool:
    match condition:
        case Condition.WORKSPACE_ENDPOINT:
            return any(True for _ in solution.approved(solution.network_workspace, WORKSPACE_GROUP))
        case Condition.HIGH_BUSINESS_IMPACT:
            return known(solution.network_workspace.high_business_impact, solution.name)
        case Condition.PUBLIC_MONITORING:
            component = solution.application_insights
            return component is not None and not any(True for _ in scopes_of(component, solution.graph))
        case Condition.REGISTRY_WITHOUT_ENDPOINT:
            registry = solution.registry
            return registry is not None and not any(True for _ in solution.approved(registry, "registry"))
        case _:
            return exists(_storage_links(solution), lambda link: link.vnet != subnet.id.parent)


def _storage_links(solution: Solution) -> Iterator[Link]:
    account = solution.storage_account
    for group in STUDIO_GROUPS if account is not None else ():
        yield from solution.approved(account, group) if account is not None else ()


def addresses_in_reach(subnet: Subnet, graph: Graph) -> Iterator[Address]:
    """Yield the addresses of the private endpoints that the workspaces of a subnet have in reachable networks."""
    for solution in users_of_compute_subnet(subnet.id, graph):
        reachable = (each for each in solution.endpoints() if solution.reaches(vnet_of(known(each.subnet, each.name))))
        for endpoint in reachable:
            yield from endpoint_addresses(endpoint, graph)
