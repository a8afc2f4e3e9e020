"""What agents have to reach: their service, sign-in, and the hosts that they are downloaded and updated from.

Azure Pipelines: LIST is https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url (2026; the
ranges of 2024 are no longer in it), FAQ the firewall question of
https://learn.microsoft.com/azure/devops/pipelines/agents/linux-agent (2025-04-02). FAQ names hosts for packages,
telemetry and tests too, which not every pipeline uses.

GitHub: https://docs.github.com/en/actions/concepts/runners/communicating-with-self-hosted-runners (2025; source:
github/docs, data/reusables/actions/runner-essential-communications.md). It tells what is essential from what some
workflows alone need. Runners that GitHub hosts in a subnet need the same, by names or by the security group at
`GITHUB_ADDRESSES`, which has a rule for the tag Storage too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from types import MappingProxyType

from scanner.domain.agent_images import AgentService
from scanner.domain.github_addresses import GITHUB_ADDRESSES
from scanner.domain.host_names import HostName
from scanner.domain.intervals import NOTHING, IntervalSet
from scanner.domain.prefixes import prefixes
from scanner.model.network_security import ServiceTag


@dataclass(frozen=True, slots=True)
class AgentNeed:
    """A destination on TCP 443, by each of the ways in which it is documented: names, addresses, a tag.

    `doubtful` tells that documents disagree on the tag, `changing` that the addresses are a list that is added to,
    `advised` that not every agent needs it.
    """

    purpose: str
    names: tuple[HostName, ...]
    addresses: IntervalSet = NOTHING
    tag: ServiceTag | None = None
    doubtful: bool = False
    changing: bool = False
    advised: bool = False


_RANGES = prefixes(ip_network(f"150.171.{each}.0/24") for each in (22, 23, 73, 74, 75, 76))


def _names(*names: str) -> tuple[HostName, ...]:
    return tuple(map(HostName, names))


_PIPELINES = (
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

_GITHUB = (
    AgentNeed(
        "GitHub",
        _names("github.com", "api.github.com", "*.actions.githubusercontent.com"),
        GITHUB_ADDRESSES,
        changing=True,
    ),
    AgentNeed(
        "the actions that workflows use",
        _names("codeload.github.com", "ghcr.io"),
        GITHUB_ADDRESSES,
        changing=True,
        advised=True,
    ),
    AgentNeed(
        "logs, artifacts and caches",
        _names("*.blob.core.windows.net"),
        tag=ServiceTag("Storage"),
        advised=True,
    ),
    # An agent in a container is updated with its image.
    AgentNeed(
        "updates of the runner",
        _names(
            "objects.githubusercontent.com",
            "objects-origin.githubusercontent.com",
            "github-releases.githubusercontent.com",
            "github-registry-files.githubusercontent.com",
        ),
        GITHUB_ADDRESSES,
        changing=True,
        advised=True,
    ),
)

AGENT_NEEDS: Mapping[AgentService, Sequence[AgentNeed]] = MappingProxyType(
    {AgentService.PIPELINES: _PIPELINES, AgentService.GITHUB: _GITHUB}
)
"""What an agent needs in the public cloud, where Azure DevOps and GitHub run for all clouds."""
