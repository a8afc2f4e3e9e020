"""Properties that an api-version does not have: an older one leaves them out, whatever the resource holds.

The dates are those of Microsoft's change logs (`https://learn.microsoft.com/azure/templates/<type>/change-log`, read in
2026 as stored copies), which cover what can be deployed. Where a recorded answer says otherwise, the answer counts.
Whether the wire leaves out exactly what the schema lacks is not verified for each row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.simulator.estate import Resource

NEVER = "9999-99-99"
_ANY = "0000-00-00"
_DATE = len(_ANY)

_WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
_REGISTRIES = "Microsoft.ContainerRegistry/registries"
_NETWORKS = "Microsoft.Network/virtualNetworks"
_SUBNETS = f"{_NETWORKS}/subnets"
_PEERINGS = f"{_NETWORKS}/virtualNetworkPeerings"
_NAT_GATEWAYS = "Microsoft.Network/natGateways"


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a type, as a path such as `properties.subnets[].name`, and the first api-versions that have it.

    `stable` and `preview` are dates; previews that are not told apart begin with the stable one.
    """

    type: str
    path: str
    stable: str
    preview: str | None = None

    def is_in(self, version: str) -> bool:
        """Say whether an api-version has the property."""
        is_preview = version.lower().endswith("-preview")
        first = self.preview if is_preview and self.preview is not None else self.stable
        return version[:_DATE] >= first


class Fields:
    """Which properties an api-version shows, by type."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields: defaultdict[str, list[Field]] = defaultdict(list)
        for field in fields:
            self._fields[field.type.lower()].append(field)

    def as_of(self, resource: Resource, version: str) -> Resource:
        """Show a resource as an api-version does; one that lacks nothing is returned as it is."""
        shown: object = resource
        for field in self._fields.get(str(resource["type"]).lower(), ()):
            if not field.is_in(version):
                shown = _without(shown, field.path.split("."))
        return shown if isinstance(shown, Mapping) else resource


def _without(value: object, steps: Sequence[str]) -> object:
    step, *rest = steps
    name = step.removesuffix("[]")
    if not isinstance(value, Mapping) or name not in value:
        return value
    if not rest:
        return {key: item for key, item in value.items() if key != name}
    return {**value, name: _within(value[name], rest) if step.endswith("[]") else _without(value[name], rest)}


def _within(value: object, steps: Sequence[str]) -> object:
    return [_without(item, steps) for item in value] if isinstance(value, list) else value


def _subnet(path: str, stable: str) -> tuple[Field, Field]:
    """Name a property of a subnet, which also comes inside its network."""
    inside = f"properties.subnets[].properties.{path}"
    return Field(_SUBNETS, f"properties.{path}", stable), Field(_NETWORKS, inside, stable)


def _peering(path: str, stable: str) -> tuple[Field, Field]:
    inside = f"properties.virtualNetworkPeerings[].properties.{path}"
    return Field(_PEERINGS, f"properties.{path}", stable), Field(_NETWORKS, inside, stable)


PREVIEW_ONLY = (
    Field(_WORKSPACES, "properties.networkAcls", NEVER, _ANY),
    Field(_WORKSPACES, "properties.ipAllowlist", NEVER, _ANY),
)
"""A workspace's IP rules, in preview versions only: what a simulator leaves out unless it is told more."""

FIELDS = (
    # …/Microsoft.Network/change-log/virtualnetworks/subnets
    *_subnet("defaultOutboundAccess", "2023-05-01"),
    *_subnet("sharingScope", "2023-11-01"),
    *_subnet("serviceEndpoints[].networkIdentifier", "2024-01-01"),
    *_subnet("ipamPoolPrefixAllocations", "2024-05-01"),
    # …/microsoft.network/change-log/virtualnetworks
    *_peering("peerCompleteVnets", "2023-11-01"),
    *_peering("localSubnetNames", "2023-11-01"),
    *_peering("remoteSubnetNames", "2023-11-01"),
    *_peering("enableOnlyIPv6Peering", "2023-11-01"),
    # …/microsoft.network/change-log/natgateways
    Field(_NAT_GATEWAYS, "properties.sourceVirtualNetwork", "2024-07-01"),
    Field(_NAT_GATEWAYS, "properties.publicIpAddressesV6", "2024-07-01"),
    Field(_NAT_GATEWAYS, "properties.publicIpPrefixesV6", "2024-07-01"),
    # Read-only, so in no change log; derived: the Go SDK brings it in the same release as sourceVirtualNetwork.
    # https://github.com/Azure/azure-sdk-for-go/blob/main/sdk/resourcemanager/network/armnetwork/CHANGELOG.md
    Field(_NETWORKS, "properties.defaultPublicNatGateway", "2024-07-01"),
    # generated/storage in https://github.com/Azure/bicep-types-az, 1f896de of 2026-08-20
    Field("Microsoft.Storage/storageAccounts", "properties.networkAcls.ipv6Rules", "2025-01-01"),
    # …/microsoft.machinelearningservices/change-log/workspaces
    Field(_WORKSPACES, "properties.serverlessComputeSettings", "2023-10-01", "2023-08-01"),
    Field(_WORKSPACES, "properties.hubResourceId", "2024-04-01", "2023-06-01"),
    Field(_WORKSPACES, "properties.ipAllowlist", NEVER, "2024-01-01"),
    # The log dates these three later. Answers of 2023-04-01 that were recorded in 2025 and 2026 have them, answers of
    # 2020-08-01 recorded in 2022 do not; which version between them was the first is not verified. The latter disagree
    # on `publicNetworkAccess` with one recorded in 2021, so that it is no row here.
    # https://github.com/cloud-custodian/cloud-custodian/tree/main/tools/c7n_azure/tests_azure/cassettes
    Field(_WORKSPACES, "kind", "2023-04-01"),
    Field(_WORKSPACES, "properties.enableDataIsolation", "2023-04-01"),
    Field(_WORKSPACES, "properties.managedNetwork", "2023-04-01"),
    # Recorded like them; its default turns at 2022-05-01, which is taken for the version that brought it.
    # https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2
    Field(_WORKSPACES, "properties.v1LegacyMode", "2022-05-01"),
    # Seen in the preview contract of 2024-10-01 and in no stable one (azure-ai-ml 1.35.2); earlier ones not verified.
    Field(_WORKSPACES, "properties.networkAcls", NEVER, "2024-10-01"),
    # By the release notes of azure-mgmt-containerregistry: in no stable version before that of 15.0.0. Which previews
    # had them is not verified: all count as having them.
    Field(_REGISTRIES, "properties.roleAssignmentMode", "2025-11-01", _ANY),
    Field(_REGISTRIES, "properties.networkRuleBypassAllowedForTasks", "2025-11-01", _ANY),
)
"""Every property that is known to be missing from some api-version."""
