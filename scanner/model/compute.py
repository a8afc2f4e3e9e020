"""Machines: virtual machines, scale sets, Kubernetes clusters, managed DevOps pools."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe
from scanner.model.arm import ArmId
from scanner.model.fields import (
    Address,
    Malformed,
    Network,
    address,
    arm_id,
    at,
    boolean,
    integer,
    keyed,
    many,
    mapping,
    network,
    one_of,
    part,
    text,
    word,
)
from scanner.model.interfaces import IpConfiguration
from scanner.model.network import Reference
from scanner.model.resource import Resource, model


@model
class VirtualMachine(Resource):
    """A virtual machine."""

    TYPE: ClassVar[str] = "Microsoft.Compute/virtualMachines"

    interfaces: Maybe[tuple[Reference, ...]] = at(
        "properties.networkProfile.networkInterfaces", many(part(Reference)), absent=()
    )
    size: Maybe[str | None] = at("properties.hardwareProfile.vmSize", word, absent=None)
    system: Maybe[str | None] = at("properties.storageProfile.osDisk.osType", word, absent=None)


class NetworkPolicy(StrEnum):
    """What enforces the network policies of an AKS cluster; none does unless one was chosen at its creation.

    Source: NetworkPolicy in azure-mgmt-containerservice 41.8; portals have written an empty text for none.
    """

    NONE = "none"
    UNSET = ""
    AZURE = "azure"
    CALICO = "calico"
    CILIUM = "cilium"


class AgentKind(StrEnum):
    """What an extension's settings install of Azure Pipelines (facts §9), or a runner of GitHub."""

    SCALE_SET = "scale-set"
    DEPLOYMENT_TARGET = "deployment-target"
    SCRIPT = "script"
    RUNNER = "runner"


@model
class SettingsSummary:
    """What is kept of an extension's settings: the agent that they install, and what they show."""

    agent: Maybe[AgentKind | None] = at("agent", one_of(AgentKind), absent=None)
    exposes: Maybe[tuple[str, ...]] = at("exposes", many(text), absent=())
    # Hosts that agents were downloaded from once, and are no more.
    retired_hosts: Maybe[tuple[str, ...]] = at("retiredHosts", many(text), absent=())


def _summary(properties: object) -> SettingsSummary:
    """Read the summary. Settings that nobody summarised are unknown; an extension without settings exposes none."""
    found = mapping(properties)
    if found.get("settings") is not None:
        raise Malformed("the settings were not looked at for agents and secrets")
    return part(SettingsSummary)(found.get("settingsSummary") or {})


@model
class MachineExtension(Resource):
    """An extension of a virtual machine."""

    TYPE: ClassVar[str] = "Microsoft.Compute/virtualMachines/extensions"

    summary: Maybe[SettingsSummary] = at("properties", _summary)


@model
class ScaleSetExtension:
    """An extension as a scale set carries it in its profile."""

    name: Maybe[str] = at("name", text)
    summary: Maybe[SettingsSummary] = at("properties", _summary)


@model
class InterfaceTemplate:
    """A network interface that a scale set gives each of its instances."""

    ip_configurations: Maybe[tuple[IpConfiguration, ...]] = at(
        "properties.ipConfigurations", many(part(IpConfiguration)), absent=()
    )
    network_security_group: Maybe[ArmId | None] = at("properties.networkSecurityGroup.id", arm_id, absent=None)
    dns_servers: Maybe[tuple[Address, ...]] = at("properties.dnsSettings.dnsServers", many(address), absent=())


@model
class ScaleSet(Resource):
    """A virtual machine scale set."""

    TYPE: ClassVar[str] = "Microsoft.Compute/virtualMachineScaleSets"

    tags: Maybe[tuple[tuple[str, str], ...]] = at("tags", keyed(text), absent=())
    extensions: Maybe[tuple[ScaleSetExtension, ...]] = at(
        "properties.virtualMachineProfile.extensionProfile.extensions", many(part(ScaleSetExtension)), absent=()
    )
    interfaces: Maybe[tuple[InterfaceTemplate, ...]] = at(
        "properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations",
        many(part(InterfaceTemplate)),
        absent=(),
    )
    size: Maybe[str | None] = at("sku.name", text, absent=None)
    count: Maybe[int | None] = at("sku.capacity", integer, absent=None)
    system: Maybe[str | None] = at("properties.virtualMachineProfile.storageProfile.osDisk.osType", text, absent=None)


@model
class DevOpsPool(Resource):
    """A managed DevOps pool; without a subnet its agents run in Microsoft's network."""

    TYPE: ClassVar[str] = "Microsoft.DevOpsInfrastructure/pools"

    subnet: Maybe[ArmId | None] = at("properties.fabricProfile.networkProfile.subnetId", arm_id, absent=None)
    size: Maybe[str | None] = at("properties.fabricProfile.sku.name", text, absent=None)


@model
class AgentPool(Resource):
    """A node pool of a Kubernetes cluster."""

    TYPE: ClassVar[str] = "Microsoft.ContainerService/managedClusters/agentPools"

    subnet: Maybe[ArmId | None] = at("properties.vnetSubnetID", arm_id, absent=None)
    node_public_ip: Maybe[bool] = at("properties.enableNodePublicIP", boolean, absent=False)


@model
class KubernetesCluster(Resource):
    """An AKS cluster."""

    TYPE: ClassVar[str] = "Microsoft.ContainerService/managedClusters"

    private_cluster: Maybe[bool] = at("properties.apiServerAccessProfile.enablePrivateCluster", boolean, absent=False)
    authorized_ranges: Maybe[tuple[Network, ...]] = at(
        "properties.apiServerAccessProfile.authorizedIPRanges", many(network), absent=()
    )
    network_policy: Maybe[NetworkPolicy] = at(
        "properties.networkProfile.networkPolicy", one_of(NetworkPolicy), absent=NetworkPolicy.NONE
    )
