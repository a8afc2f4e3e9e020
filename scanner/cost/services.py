"""What else a private estate pays for: Premium registries, jump hosts and agents, what managed networks bring."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scanner.cost import meters
from scanner.cost.items import Charge, Control, Item
from scanner.cost.links import ENDPOINT_TRAFFIC, region_of
from scanner.cost.serving import Serving
from scanner.estate.agents import runs_agent
from scanner.estate.bastions import is_reached, vnets_with
from scanner.estate.delegated_agents import DelegatedAgent
from scanner.estate.hosts import subnets_of
from scanner.estate.private_link import vnet_of
from scanner.estate.solution import Solution
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.machine_learning import ManagedNetworkStatus, OutboundRule, RuleType
from scanner.model.network import VirtualNetwork
from scanner.model.services import Registry, Replication
from scanner.system.counting import counted

HOSTED = (
    "instead of agents of one's own: hosted agents, with one parallel job of 1,800 minutes a month free and a charge "
    "for each further job; jobs on own agents cost less and have no limit of minutes. Prices: "
    "azure.microsoft.com/pricing/details/devops/azure-devops-services"
)
"""The comparison of Microsoft's article; Azure DevOps has no meters in the Retail Prices API that this reads."""


def registry(found: Registry, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a registry costs, a unit for each region that it is replicated to: private endpoints need Premium."""
    sku = known(found.sku).value
    home = region_of(found)
    others = [each for each in graph.children(Replication, found.id).whole() if region_of(each) != home]
    users, what = serving.of(found.id), f"registry {sku}" + (f", {counted(len(others), 'replica')}" if others else "")
    fixed = (Charge(meters.registry(sku), Decimal(1 + len(others))),)
    note = "storage beyond what it includes, builds and traffic between regions cost more"
    yield Item(found.id, Control.REGISTRY, what, home, users, fixed, note=note)


def machine(found: VirtualMachine, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a jump host or agent costs while it runs; other machines are no part of the controls."""
    users = serving.of(*sorted(vnets_with(found, graph)))
    role = "agent" if runs_agent(found, graph) else "jump host" if is_reached(found, graph) else ""
    if not role:
        return
    size, system = known(found.size), known(found.system)
    region = region_of(found)
    if size is None or system is None:
        yield Item(found.id, Control.MACHINES, role, region, users, unpriced="its size or system is not told")
        return
    note = "running all month; its disks cost more"
    yield Item(
        found.id, Control.MACHINES, f"{role} {size}", region, users, (Charge(meters.machine(size, system)),), note=note
    )


def scale_set(found: ScaleSet, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield what a scale set of agents costs with as many instances as it has."""
    if not runs_agent(found, graph):
        return
    homes = [each.parent for each in subnets_of(found, graph) if each.parent is not None]
    users, region = serving.of(*homes), region_of(found)
    size, system, count = known(found.size), known(found.system), known(found.count)
    if size is None or system is None or count is None:
        why = "its size, system or capacity is not told"
        yield Item(found.id, Control.MACHINES, "scale set of agents", region, users, unpriced=why)
        return
    fixed = (Charge(meters.machine(size, system), Decimal(count)),)
    note = "with the instances of now, running all month; disks cost more"
    yield Item(found.id, Control.MACHINES, f"{counted(count, 'agent')} {size}", region, users, fixed, note=note)


def pool(found: DevOpsPool, serving: Serving) -> Iterator[Item]:
    """Yield that a managed pool is charged by its machines, as long as they run."""
    subnet = known(found.subnet)
    users = serving.of(subnet.parent) if subnet is not None and subnet.parent is not None else ()
    what, why = f"managed agent pool {known(found.size) or ''}".strip(), "its machines are charged while they run"
    yield Item(found.id, Control.MACHINES, what, region_of(found), users, unpriced=why)


_BY_USE = {
    "microsoft.containerinstance/containergroups": "its CPU and memory are charged by the second as long as it runs",
    "microsoft.app/jobs": "the CPU and memory of its runs are charged by the second",
    "github.network/networksettings": "GitHub charges them by the minute of a job",
}
"""What agents in delegated subnets are charged by: nothing in an estate tells how long they run.

Source: azure.microsoft.com/pricing/details/container-instances and /container-apps, docs.github.com on the billing of
larger runners (from memory).
"""


def delegated(found: DelegatedAgent, graph: Graph, serving: Serving) -> Iterator[Item]:
    """Yield that agents in a delegated subnet, containers or GitHub's runners, are charged by their use."""
    vnet = vnet_of(found.subnet)
    region, why = region_of(graph.get(VirtualNetwork, vnet)), _BY_USE.get(found.id.type, "it is charged by its use")
    what = found.kind.removesuffix(" of") + " for agents"
    yield Item(found.id, Control.MACHINES, what, region, serving.of(vnet), unpriced=why)


def managed_endpoints(solution: Solution) -> Iterator[Item]:
    """Yield the endpoints that a managed network has, one for each rule that makes one."""
    for rule, kind in _managed_rules(solution):
        if kind is RuleType.PRIVATE_ENDPOINT:
            what, fixed = "managed private endpoint", (Charge(meters.ENDPOINT),)
            region = region_of(solution.network_workspace)
            yield Item(rule.id, Control.PRIVATE_LINK, what, region, (solution.id,), fixed, ENDPOINT_TRAFFIC)


def managed_firewall(solution: Solution) -> Iterator[Item]:
    """Yield the firewall of a managed network, of the SKU that was chosen, as of the first rule of a name.

    Source: learn.microsoft.com/azure/machine-learning/how-to-managed-network, "Pricing", 2024-08-29.
    """
    managed, at = solution.managed_network, solution.network_workspace
    if managed is None or not any(kind is RuleType.FQDN for _, kind in _managed_rules(solution)):
        return
    sku = known(managed.firewall_sku).capitalize()
    fixed, data = (Charge(meters.firewall(sku)),), (Charge(meters.firewall_data(sku)),)
    what, note = f"managed network's firewall {sku}", "for outbound rules of names"
    yield Item(at.id, Control.EGRESS, what, region_of(at), (solution.id,), fixed, data, note=note)


def _managed_rules(solution: Solution) -> tuple[tuple[OutboundRule, RuleType], ...]:
    """Return the rules of a managed network; what it will have is made when it is provisioned."""
    managed = solution.managed_network
    if managed is None or not solution.has_managed_network or known(managed.status) is ManagedNetworkStatus.INACTIVE:
        return ()
    rules = solution.graph.children(OutboundRule, solution.network_workspace.id).whole()
    return tuple((each, known(known(each.rule).rule_type)) for each in rules)
