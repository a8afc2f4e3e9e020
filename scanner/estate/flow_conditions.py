"""Whether a situational flow is needed from a subnet: what the workspaces that compute there are like."""

from __future__ import annotations

from functools import partial

from scanner.domain.flows import Condition
from scanner.domain.prefixes import addresses
from scanner.domain.public_access import is_open, lets_anyone_in
from scanner.domain.traffic import Side
from scanner.estate.links import STUDIO_GROUPS, WORKSPACE_GROUP
from scanner.estate.monitoring import scopes_of
from scanner.estate.private_link import Link, vnet_of
from scanner.estate.routes import endpoint_addresses, endpoint_groups
from scanner.estate.solution import Solution
from scanner.estate.users import users_of_compute_subnet
from scanner.evidence import Seen, each_of, known
from scanner.graph import Graph
from scanner.model.fields import Address
from scanner.model.machine_learning import Compute, ComputeType
from scanner.model.network import Subnet, VirtualNetwork
from scanner.model.private_link import PrivateEndpoint
from scanner.model.services import Registry


def holds(condition: Condition, subnet: Subnet, graph: Graph) -> bool:
    """Tell whether a condition holds in a subnet, for one of its workspaces at least. MissingEvidence if not seen."""
    match condition:
        case Condition.OUTSIDE_CHINA:
            return graph.settings.cloud != "china"
        case Condition.AZURE_DNS:
            vnet = graph.get(VirtualNetwork, vnet_of(subnet.id))
            return not known(vnet.dns_servers, vnet.name)
        case Condition.ENDPOINTS:
            return addresses_in_reach(subnet, graph).exists()
        case _:
            return users_of_compute_subnet(subnet.id, graph).exists(partial(_holds_for, condition, subnet))


def _holds_for(condition: Condition, subnet: Subnet, solution: Solution) -> bool:
    match condition:
        case Condition.WORKSPACE_ENDPOINT:
            return solution.approved(solution.network_workspace, WORKSPACE_GROUP).exists()
        case Condition.HIGH_BUSINESS_IMPACT:
            return known(solution.network_workspace.high_business_impact, solution.name)
        case Condition.PUBLIC_MONITORING:
            component = solution.application_insights
            return component is not None and not scopes_of(component, solution.graph).exists()
        case Condition.PUBLIC_REGISTRY:
            return solution.registry is not None and _is_reached_publicly(solution.registry, solution)
        case _:
            return _storage_links(solution).exists(lambda link: link.vnet != subnet.id.parent)


def _is_reached_publicly(registry: Registry, solution: Solution) -> bool:
    """Tell whether computes call a registry at its public address: it answers there, and no endpoint is in reach."""
    near = solution.approved(registry, "registry").where(lambda link: solution.reaches(link.vnet))
    if near.found or not is_open(known(registry.public_network_access, registry.name)):
        return False
    return not near.exists() and lets_anyone_in(known(registry.firewall, registry.name))


def has_instances(subnet: Subnet, graph: Graph) -> bool:
    """Tell whether a compute instance is in a subnet. MissingEvidence if none was seen and one may be."""
    instances = users_of_compute_subnet(subnet.id, graph).flat(Solution.computes).where(_is_instance)
    return instances.exists(lambda each: known(each.subnet, each.name) == subnet.id)


def _is_instance(compute: Compute) -> bool:
    return known(compute.compute_type, compute.name) is ComputeType.COMPUTE_INSTANCE


def public_registries(subnet: Subnet, graph: Graph) -> tuple[Registry, ...]:
    """Return the registries that workspaces of a subnet reach at their public addresses. MissingEvidence if any."""
    public = partial(_holds_for, Condition.PUBLIC_REGISTRY, subnet)
    users = users_of_compute_subnet(subnet.id, graph).where(public)
    return users.map(lambda solution: solution.registry).each_once().whole()


def _storage_links(solution: Solution) -> Seen[Link]:
    account = solution.storage_account
    return Seen() if account is None else each_of(STUDIO_GROUPS, lambda group: solution.approved(account, group))


def addresses_in_reach(subnet: Subnet, graph: Graph) -> Seen[Address]:
    """Return the addresses of the private endpoints that the workspaces of a subnet have in reachable networks."""
    return _in_reach(subnet, graph).flat(lambda each: Seen.of(endpoint_addresses(each, graph)))


def endpoints_in_reach(subnet: Subnet, graph: Graph) -> Side:
    """Return those endpoints as one side of a flow; of which application security groups, if all are of the same."""
    joined = {endpoint_groups(each, graph) for each in _in_reach(subnet, graph).whole()}
    groups = joined.pop() if len(joined) == 1 else None
    return Side(addresses(addresses_in_reach(subnet, graph).whole()), groups=groups)


def _in_reach(subnet: Subnet, graph: Graph) -> Seen[PrivateEndpoint]:
    return users_of_compute_subnet(subnet.id, graph).flat(_reachable).each_once()


def _reachable(solution: Solution) -> Seen[PrivateEndpoint]:
    return solution.endpoints().where(lambda each: solution.reaches(vnet_of(known(each.subnet, each.name))))
