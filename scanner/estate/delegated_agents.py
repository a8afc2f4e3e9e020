"""Agents and runners in subnets that are delegated to a service: GitHub's own runners, and containers.

All of these need it, but for an environment of Container Apps without workload profiles, which is not found:
https://learn.microsoft.com/azure/container-instances/container-instances-vnet (2024),
https://learn.microsoft.com/azure/container-apps/networking (2025), and GitHub's page at `RunnerNetwork`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scanner.domain.agent_images import AgentService, service_of_image, service_of_scaler
from scanner.evidence import Seen, exists, known
from scanner.graph import Graph
from scanner.model.arm import ArmId
from scanner.model.containers import (
    ContainerEnvironment,
    ContainerGroup,
    ContainerJob,
    GroupContainer,
    JobContainer,
    RunnerNetwork,
)
from scanner.model.network import Subnet, VirtualNetwork


@dataclass(frozen=True, slots=True)
class DelegatedAgent:
    """What runs agents in a delegated subnet, what it is: "container group aci-agents", and whom those serve."""

    id: ArmId
    subnet: ArmId
    kind: str
    is_container: bool
    services: Seen[AgentService]

    @property
    def says(self) -> str:
        """What it is and where."""
        vnet = self.subnet.parent
        return f"{self.kind} {self.id.name} in {vnet.name if vnet is not None else self.subnet.name}"


def delegated_agents(graph: Graph) -> Seen[DelegatedAgent]:
    """Return every one. An image of a name of one's own is not told from others, and is not found."""
    return graph.once(_find)


def delegated_in(vnet: ArmId, graph: Graph) -> Seen[DelegatedAgent]:
    """Return those in a virtual network."""
    return _in_vnet(graph.get(VirtualNetwork, vnet), graph)


def _find(graph: Graph) -> Seen[DelegatedAgent]:
    return graph.all(VirtualNetwork).flat(lambda vnet: _in_vnet(vnet, graph))


def _in_vnet(vnet: VirtualNetwork, graph: Graph) -> Seen[DelegatedAgent]:
    return Seen(known(vnet.subnets, vnet.name)).flat(lambda subnet: delegated_to(subnet, graph))


def delegated_to(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    """Return those in a subnet."""
    services = Seen(known(subnet.delegations, subnet.name)).map(lambda each: known(each.service).lower())
    return services.flat(lambda service: _RESIDENTS[service](subnet, graph) if service in _RESIDENTS else Seen())


def _runners(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    settings = graph.all(RunnerNetwork, subnet.id.in_subscription)
    here = settings.where(lambda each: known(each.subnet, each.name) == subnet.id)
    kind, services = "GitHub-hosted runners of", Seen((AgentService.GITHUB,))
    return here.map(lambda each: DelegatedAgent(each.id, subnet.id, kind, is_container=False, services=services))


def _groups(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    groups = graph.all(ContainerGroup, subnet.id.in_subscription).where(lambda each: _is_in(each, subnet))
    return groups.map(lambda each: _running(each, subnet, "container group", _by_image(each)))


def _running(
    holder: ContainerGroup | ContainerJob, subnet: Subnet, kind: str, services: Seen[AgentService]
) -> DelegatedAgent | None:
    if not services.exists():
        return None
    return DelegatedAgent(holder.id, subnet.id, kind, is_container=True, services=services.each_once())


def _is_in(group: ContainerGroup, subnet: Subnet) -> bool:
    return exists(known(group.subnets, group.name), lambda each: known(each.id) == subnet.id)


def _by_image(holder: ContainerGroup | ContainerJob) -> Seen[AgentService]:
    return Seen((holder,)).flat(_images).map(service_of_image)


def _images(holder: ContainerGroup | ContainerJob) -> Seen[str]:
    containers: tuple[GroupContainer | JobContainer, ...] = known(holder.containers, holder.name)
    return Seen(containers).map(lambda each: known(each.image, holder.name))


def _jobs(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    environments = graph.all(ContainerEnvironment, subnet.id.in_subscription)
    here = environments.where(lambda each: known(each.subnet, each.name) == subnet.id)
    return here.flat(lambda environment: _jobs_of(environment, subnet, graph))


def _jobs_of(environment: ContainerEnvironment, subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    jobs = graph.all(ContainerJob, environment.id.in_subscription)
    here = jobs.where(lambda each: known(each.environment, each.name) == environment.id)
    return here.map(lambda each: _running(each, subnet, "container-app job", _by_scaler(each) | _by_image(each)))


def _by_scaler(job: ContainerJob) -> Seen[AgentService]:
    scalers = Seen((job,)).flat(lambda each: Seen(known(each.scalers, each.name)))
    return scalers.map(lambda each: service_of_scaler(known(each.kind, job.name)))


_RESIDENTS: Mapping[str, Callable[[Subnet, Graph], Seen[DelegatedAgent]]] = {
    "github.network/networksettings": _runners,
    "microsoft.containerinstance/containergroups": _groups,
    "microsoft.app/environments": _jobs,
}
"""What may run agents in a subnet, by the service that it is delegated to."""
