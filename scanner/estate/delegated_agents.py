"""Agents and runners in subnets that are delegated to a service: GitHub's own runners, and containers.

All of these need it, but for an environment of Container Apps without workload profiles, which is not found:
https://learn.microsoft.com/azure/container-instances/container-instances-vnet (2024),
https://learn.microsoft.com/azure/container-apps/networking (2025), and GitHub's page at `RunnerNetwork`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scanner.domain.agent_images import is_agent_image, is_agent_scaler
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
    """What runs agents in a delegated subnet, and what it is: "container group aci-agents"."""

    id: ArmId
    subnet: ArmId
    kind: str
    is_container: bool

    @property
    def says(self) -> str:
        """What it is and where."""
        vnet = self.subnet.parent
        return f"{self.kind} {self.id.name} in {vnet.name if vnet is not None else self.subnet.name}"


def delegated_agents(graph: Graph) -> Seen[DelegatedAgent]:
    """Return every one. An image of a name of one's own is not told from others, and is not found."""
    return graph.once(_find)


def _find(graph: Graph) -> Seen[DelegatedAgent]:
    subnets = graph.all(VirtualNetwork).flat(lambda vnet: Seen(known(vnet.subnets, vnet.name)))
    return subnets.flat(lambda subnet: _in_subnet(subnet, graph))


def _in_subnet(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    services = Seen(known(subnet.delegations, subnet.name)).map(lambda each: known(each.service).lower())
    return services.flat(lambda service: _RESIDENTS[service](subnet, graph) if service in _RESIDENTS else Seen())


def _runners(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    settings = graph.all(RunnerNetwork, subnet.id.in_subscription)
    here = settings.where(lambda each: known(each.subnet, each.name) == subnet.id)
    return here.map(lambda each: DelegatedAgent(each.id, subnet.id, "GitHub-hosted runners of", is_container=False))


def _groups(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    groups = graph.all(ContainerGroup, subnet.id.in_subscription)
    here = groups.where(lambda each: _is_in(each, subnet) and _runs_agent(each))
    return here.map(lambda each: DelegatedAgent(each.id, subnet.id, "container group", is_container=True))


def _is_in(group: ContainerGroup, subnet: Subnet) -> bool:
    return exists(known(group.subnets, group.name), lambda each: known(each.id) == subnet.id)


def _runs_agent(holder: ContainerGroup | ContainerJob) -> bool:
    containers: tuple[GroupContainer | JobContainer, ...] = known(holder.containers, holder.name)
    images = [each.image for each in containers]
    return exists(images, lambda image: is_agent_image(known(image, holder.name)))


def _jobs(subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    environments = graph.all(ContainerEnvironment, subnet.id.in_subscription)
    here = environments.where(lambda each: known(each.subnet, each.name) == subnet.id)
    return here.flat(lambda environment: _jobs_of(environment, subnet, graph))


def _jobs_of(environment: ContainerEnvironment, subnet: Subnet, graph: Graph) -> Seen[DelegatedAgent]:
    jobs = graph.all(ContainerJob, environment.id.in_subscription)
    here = jobs.where(lambda each: known(each.environment, each.name) == environment.id and _starts_agent(each))
    return here.map(lambda each: DelegatedAgent(each.id, subnet.id, "container-app job", is_container=True))


def _starts_agent(job: ContainerJob) -> bool:
    scalers = [each.kind for each in known(job.scalers, job.name)]
    return exists(scalers, lambda kind: is_agent_scaler(known(kind, job.name))) or _runs_agent(job)


_RESIDENTS: Mapping[str, Callable[[Subnet, Graph], Seen[DelegatedAgent]]] = {
    "github.network/networksettings": _runners,
    "microsoft.containerinstance/containergroups": _groups,
    "microsoft.app/environments": _jobs,
}
"""What may run agents in a subnet, by the service that it is delegated to."""
