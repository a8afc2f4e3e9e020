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
from scanner.estate.hosts import subnets_of
from scanner.estate.solution import Solution
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.compute import DevOpsPool, ScaleSet, VirtualMachine
from scanner.model.machine_learning import ManagedNetworkStatus, OutboundRule, RuleType
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


def managed_network(solution: Solution) -> Iterator[Item]:
    """Yield what a managed network brings: an endpoint for each rule that makes one, a firewall for rules of names.

    Source: learn.microsoft.com/azure/machine-learning/how-to-managed-network, "Pricing", 2024-08-29: the firewall is
    there as of the first rule of a name, and Standard unless another was chosen.
    """
    managed = solution.managed_network
    if managed is None or not solution.has_managed_network or known(managed.status) is ManagedNetworkStatus.INACTIVE:
        return  # what it will have is made when it is provisioned
    graph, at = solution.graph, solution.network_workspace
    region, users = region_of(at), (solution.id,)
    rules = graph.children(OutboundRule, at.id).whole()
    kinds = [(each, known(known(each.rule).rule_type)) for each in rules]
    for rule, kind in kinds:
        if kind is RuleType.PRIVATE_ENDPOINT:
            what, fixed = "managed private endpoint", (Charge(meters.ENDPOINT),)
            yield Item(rule.id, Control.PRIVATE_LINK, what, region, users, fixed, ENDPOINT_TRAFFIC)
    if any(kind is RuleType.FQDN for _, kind in kinds):
        fixed, data = (Charge(meters.firewall("Standard")),), (Charge(meters.firewall_data("Standard")),)
        note = "for outbound rules of names; Standard, unless Basic was chosen"
        yield Item(at.id, Control.EGRESS, "managed network's firewall", region, users, fixed, data, note=note)
