"""What agents of Azure Pipelines have to reach: their service, sign-in, and the host that they are downloaded from.

Sources: LIST is https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url (2026; the ranges of
2024 are no longer in it), FAQ the firewall question of https://learn.microsoft.com/azure/devops/pipelines/agents/linux-agent
(2025-04-02). FAQ names hosts for packages, telemetry and tests too, which not every pipeline uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from scanner.domain.host_names import HostName
from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.prefixes import prefixes
from scanner.model.network_security import ServiceTag


@dataclass(frozen=True, slots=True)
class AgentNeed:
    """A destination on TCP 443, by each of the ways in which it is documented: names, addresses, a tag.

    `doubtful` tells that documents disagree on the tag.
    """

    purpose: str
    names: tuple[HostName, ...]
    addresses: IntervalSet = NOTHING
    tag: ServiceTag | None = None
    doubtful: bool = False


_RANGES = prefixes(ip_network(f"150.171.{each}.0/24") for each in (22, 23, 73, 74, 75, 76))


def _names(*names: str) -> tuple[HostName, ...]:
    return tuple(map(HostName, names))


AGENT_NEEDS: Sequence[AgentNeed] = (
    # LIST says that tags are not supported for what goes out; the tag's own page lists it for firewalls.
    AgentNeed(
        "Azure DevOps",
        _names("dev.azure.com", "*.dev.azure.com", "*.vssps.visualstudio.com"),
        _RANGES,
        ServiceTag("AzureDevOps"),
        doubtful=True,
    ),
    AgentNeed("sign-in", _names("login.microsoftonline.com"), tag=ServiceTag("AzureActiveDirectory")),
    # Since 2025; the host before it, vstsagentpackage.azureedge.net, answers no more (FAQ). No tag holds it.
    AgentNeed("the agent's own package", _names("download.agent.dev.azure.com")),
)
"""What an agent needs in the public cloud, where Azure DevOps runs for all clouds."""
