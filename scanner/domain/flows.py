"""What Azure Machine Learning needs to send and receive: the tables of its documentation, as data.

Sources (facts §4.1 and §4.2), below https://learn.microsoft.com/azure/machine-learning/: FW
how-to-access-azureml-behind-firewall (2026-03-19; FW23 is its edition of 2023-04-14), TRN how-to-secure-training-vnet
(2024-04-08), INET the include machine-learning-public-internet-access (2025-02-10), INF how-to-secure-inferencing-vnet
(2025-06-13), EXF how-to-prevent-data-loss-exfiltration (2024-01-31). STAG is service-tags-overview (2023-01-26), NSG
network-security-groups-overview (2025-07-15), below https://learn.microsoft.com/azure/virtual-network/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scanner.model.network_security import PortRange, Protocol, ServiceTag

CURRENT, ARTICLE = "current", "article"
_BOTH = frozenset({CURRENT, ARTICLE})

REGION = "{region}"
"""Stands for the region of the computes in a tag of the tables."""


_tag = lru_cache(1_000)(ServiceTag)
"""A tag by its name: each compute subnet of a region needs the same ones."""


class Condition(StrEnum):
    """What a situational flow depends on."""

    WORKSPACE_ENDPOINT = "the workspace has a private endpoint"
    ENDPOINTS = "private endpoints are in reach"
    STORAGE_ENDPOINT_ELSEWHERE = "the storage account's private endpoint is in another virtual network"
    HIGH_BUSINESS_IMPACT = "the workspace is marked as of high business impact"
    PUBLIC_MONITORING = "telemetry is not in a private link scope"
    PUBLIC_REGISTRY = "the registry is reached at its public address"
    OUTSIDE_CHINA = "the cloud is not Azure in China"
    AZURE_DNS = "the virtual network uses Azure's DNS"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A flow that computes need.

    `peers` are tags of which one allowed suffices, where documents differ; `when` are conditions that must all hold.
    `advised` flows are documented in one place and not in another: their absence is worth a word, no more. For those
    with a `substitute`, a firewall that knows names can stand in.
    """

    purpose: str
    protocol: Protocol
    peers: tuple[str, ...]
    ports: tuple[int, ...]
    source: str
    when: tuple[Condition, ...] = ()
    profiles: frozenset[str] = _BOTH
    advised: bool = False
    substitute: bool = False

    def tags(self, region: str) -> tuple[ServiceTag, ...]:
        """Return the peers with the region filled in."""
        return tuple(_tag(each.replace(REGION, region)) for each in self.peers)


OUTBOUND = (
    Requirement("sign-in", Protocol.TCP, ("AzureActiveDirectory",), (80, 443), "FW, INET"),
    Requirement("the workspace's services", Protocol.TCP, ("AzureMachineLearning",), (443,), "FW, TRN, INET"),
    Requirement(
        "notebook completion",
        Protocol.TCP,
        ("AzureMachineLearning",),
        (18881,),
        "FW, TRN, INET",
        when=(Condition.WORKSPACE_ENDPOINT,),
    ),
    Requirement("life cycle of compute instances", Protocol.UDP, ("AzureMachineLearning",), (5831,), "FW, TRN, INET"),
    # TRN and INET ask for any protocol, FW for TCP: what all agree on is TCP. STAG listed the tag without regions in
    # 2021 and with them in 2023; the tag of the whole cloud holds the region's.
    Requirement("node management", Protocol.TCP, (f"BatchNodeManagement.{REGION}",), (443,), "FW, TRN, INET"),
    Requirement("the control plane", Protocol.TCP, ("AzureResourceManager",), (443,), "FW, INET"),
    Requirement("storage", Protocol.TCP, (f"Storage.{REGION}",), (443,), "FW, TRN, INET"),
    # Documented with the storage tag; what goes to a private endpoint has an address of the virtual network.
    Requirement(
        "file shares",
        Protocol.TCP,
        ("VirtualNetwork", f"Storage.{REGION}"),
        (445,),
        "FW, TRN, INET",
        when=(Condition.STORAGE_ENDPOINT_ELSEWHERE,),
    ),
    # EXF lets names at a firewall stand in: ml.azure.com and the AutoML resources.
    Requirement(
        "the studio and automated ML",
        Protocol.TCP,
        ("AzureFrontDoor.FrontEnd",),
        (443,),
        "FW, INET",
        when=(Condition.OUTSIDE_CHINA,),
        substitute=True,
    ),
    # FW23 and INET name the region, FW 2026 does not: the region's is the least.
    Requirement(
        "Microsoft's images",
        Protocol.TCP,
        (f"MicrosoftContainerRegistry.{REGION}", "MicrosoftContainerRegistry"),
        (443,),
        "FW, INET",
    ),
    # FW's main table spells it Frontdoor.FirstParty, which is no tag.
    Requirement("Microsoft's images", Protocol.TCP, ("AzureFrontDoor.FirstParty",), (443,), "FW, INET"),
    Requirement("telemetry", Protocol.TCP, ("AzureMonitor",), (443,), "FW, INET", when=(Condition.PUBLIC_MONITORING,)),
    # The documents write Keyvault.<region>; the tag is AzureKeyVault (STAG).
    Requirement(
        "keys of a high-business-impact workspace",
        Protocol.TCP,
        (f"AzureKeyVault.{REGION}",),
        (443,),
        "FW, INET",
        when=(Condition.HIGH_BUSINESS_IMPACT,),
    ),
    Requirement(
        "private endpoints",
        Protocol.TCP,
        ("VirtualNetwork",),
        (443,),
        "FW",
        when=(Condition.ENDPOINTS,),
        profiles=frozenset({CURRENT}),
    ),
    Requirement(
        "the container registry",
        Protocol.TCP,
        (f"AzureContainerRegistry.{REGION}",),
        (443,),
        "INF",
        when=(Condition.PUBLIC_REGISTRY,),
    ),
    # FW and TRN list it flat, INET for RStudio alone.
    Requirement(
        "RStudio",
        Protocol.TCP,
        ("AzureMachineLearning",),
        (8787,),
        "FW, TRN; INET",
        when=(Condition.WORKSPACE_ENDPOINT,),
        advised=True,
    ),
    # Allowed without any rule; a rule with the platform's tag can deny it, and names resolve no more (NSG).
    Requirement("name resolution", Protocol.UDP, ("AzurePlatformDNS",), (53,), "NSG", when=(Condition.AZURE_DNS,)),
)

INBOUND = (
    Requirement("calls to nodes with public addresses", Protocol.TCP, ("AzureMachineLearning",), (44224,), "FW, TRN"),
)

RETURNING = ServiceTag("AzureMachineLearning")
"""Who calls nodes at their public addresses: a route to the internet lets the answers go back that way (FW)."""

RETURNED_ONCE = f"BatchNodeManagement.{REGION}"
"""For this FW's edition of 2021-07-29 (its title was "Use a firewall") asked for such a route too; FW does no more."""

OBSOLETE_INBOUND = PortRange(29876, 29877)
"""Ports of BatchNodeManagement that computes made before January 2023 needed (TRN)."""

OBSOLETE_INBOUND_FROM = ServiceTag("BatchNodeManagement")
"""Whom those ports were opened to; the tag of a region is a part of it."""


def required_outbound(profile: str) -> Iterator[Requirement]:
    """Yield what computes need to reach, by the guidance of a profile's age."""
    return (each for each in OUTBOUND if profile in each.profiles)


def required_inbound() -> Iterator[Requirement]:
    """Yield what must reach computes whose nodes have public addresses. Without those, nothing must."""
    return iter(INBOUND)
