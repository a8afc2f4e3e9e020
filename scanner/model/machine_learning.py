"""Azure Machine Learning: workspaces, computes, endpoints, deployments, outbound rules."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from scanner.evidence import Maybe, known
from scanner.model.arm import ArmId
from scanner.model.exposure import EndpointConnection, Firewall, Toggle
from scanner.model.fields import (
    Address,
    Network,
    address,
    arm_id,
    at,
    boolean,
    keyed,
    many,
    network,
    one_of,
    part,
    separated,
    text,
)
from scanner.model.resource import Resource, model


class WorkspaceKind(StrEnum):
    """The kinds of workspace. A Project belongs to a Hub and inherits its network settings."""

    DEFAULT = "Default"
    HUB = "Hub"
    PROJECT = "Project"
    FEATURE_STORE = "FeatureStore"


class IsolationMode(StrEnum):
    """How a managed network lets traffic out; Disabled means that there is no managed network."""

    DISABLED = "Disabled"
    ALLOW_INTERNET_OUTBOUND = "AllowInternetOutbound"
    ALLOW_ONLY_APPROVED_OUTBOUND = "AllowOnlyApprovedOutbound"


class ManagedNetworkStatus(StrEnum):
    """Whether the managed network has been provisioned."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"


class ComputeType(StrEnum):
    """What a compute of a workspace is."""

    AKS = "AKS"
    KUBERNETES = "Kubernetes"
    AML_COMPUTE = "AmlCompute"
    COMPUTE_INSTANCE = "ComputeInstance"
    DATA_FACTORY = "DataFactory"
    VIRTUAL_MACHINE = "VirtualMachine"
    HD_INSIGHT = "HDInsight"
    DATABRICKS = "Databricks"
    DATA_LAKE_ANALYTICS = "DataLakeAnalytics"
    SYNAPSE_SPARK = "SynapseSpark"


_WITH_NODES = frozenset({ComputeType.AML_COMPUTE, ComputeType.COMPUTE_INSTANCE})


class PublicPort(StrEnum):
    """Whether the SSH port of a compute is open to the internet."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    NOT_SPECIFIED = "NotSpecified"


class RuleType(StrEnum):
    """What an outbound rule of a managed network opens."""

    FQDN = "FQDN"
    PRIVATE_ENDPOINT = "PrivateEndpoint"
    SERVICE_TAG = "ServiceTag"


class RuleStatus(StrEnum):
    """How far an outbound rule is: RuleStatus in the REST API of Microsoft.MachineLearningServices."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"
    PROVISIONING = "Provisioning"
    DELETING = "Deleting"
    FAILED = "Failed"


class IdentityKind(StrEnum):
    """What a workspace acts as; Azure writes several as one text."""

    NONE = "None"
    SYSTEM = "SystemAssigned"
    USER = "UserAssigned"


class EndpointComputeType(StrEnum):
    """What an online deployment runs on: EndpointComputeType in its REST API."""

    MANAGED = "Managed"
    KUBERNETES = "Kubernetes"
    AML_COMPUTE = "AzureMLCompute"


class LoadBalancerType(StrEnum):
    """The load balancer in front of a v1 AKS compute."""

    PUBLIC_IP = "PublicIp"
    INTERNAL = "InternalLoadBalancer"


@model
class UserIdentity:
    """A user-assigned identity as its holder lists it."""

    principal_id: Maybe[str] = at("principalId", text)


@model
class RuleDestination:
    """Where a private-endpoint rule leads."""

    resource: Maybe[ArmId] = at("serviceResourceId", arm_id)
    subresource: Maybe[str] = at("subresourceTarget", text, absent="")


@model
class ManagedRule:
    """An outbound rule as the workspace carries it in its own properties."""

    rule_type: Maybe[RuleType] = at("type", one_of(RuleType))
    status: Maybe[RuleStatus] = at("status", one_of(RuleStatus))
    destination: Maybe[RuleDestination] = at("destination", part(RuleDestination))


@model
class ManagedNetwork:
    """The network that Microsoft hosts for a workspace."""

    isolation_mode: Maybe[IsolationMode] = at("isolationMode", one_of(IsolationMode), absent=IsolationMode.DISABLED)
    # Absent until it has been asked to provision (facts: managed network page, 2024-08-29).
    status: Maybe[ManagedNetworkStatus] = at(
        "status.status", one_of(ManagedNetworkStatus), absent=ManagedNetworkStatus.INACTIVE
    )
    # Of the firewall that rules of names bring. "when unspecified this will default to FirewallSku.Standard":
    # https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.managednetwork (read 2026-11-29).
    firewall_sku: Maybe[str] = at("firewallSku", text, absent="Standard")


@model
class Workspace(Resource):
    """An Azure Machine Learning workspace, hub or project."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces"

    kind: Maybe[WorkspaceKind] = at("kind", one_of(WorkspaceKind), absent=WorkspaceKind.DEFAULT)
    # Azure gives a new workspace a system-assigned identity (facts §1), so an absent block is not proof of none.
    identities: Maybe[tuple[IdentityKind, ...]] = at("identity.type", separated(one_of(IdentityKind)))
    principal_id: Maybe[str | None] = at("identity.principalId", text, absent=None)
    user_identities: Maybe[tuple[tuple[str, UserIdentity], ...]] = at(
        "identity.userAssignedIdentities", keyed(part(UserIdentity)), absent=()
    )
    primary_user_identity: Maybe[ArmId | None] = at("properties.primaryUserAssignedIdentity", arm_id, absent=None)
    # The GUID in the workspace's names, in whatever case.
    guid: Maybe[str] = at("properties.workspaceId", text)
    tenant: Maybe[str | None] = at("properties.tenantId", text, absent=None)
    hub: Maybe[ArmId | None] = at("properties.hubResourceId", arm_id, absent=None)
    # The built-in policy 438c38d2 counts a missing value as public; so do we.
    public_network_access: Maybe[Toggle] = at("properties.publicNetworkAccess", one_of(Toggle), absent=Toggle.ENABLED)
    public_when_behind_vnet: Maybe[bool] = at("properties.allowPublicAccessWhenBehindVnet", boolean, absent=False)
    firewall: Maybe[Firewall | None] = at("properties.networkAcls", part(Firewall), absent=None)
    ip_allow_list: Maybe[tuple[Network, ...]] = at("properties.ipAllowlist", many(network), absent=())
    high_business_impact: Maybe[bool] = at("properties.hbiWorkspace", boolean, absent=False)
    v1_legacy_mode: Maybe[bool] = at("properties.v1LegacyMode", boolean, absent=False)
    image_build_compute: Maybe[str | None] = at("properties.imageBuildCompute", text, absent=None)
    storage_account: Maybe[ArmId | None] = at("properties.storageAccount", arm_id, absent=None)
    key_vault: Maybe[ArmId | None] = at("properties.keyVault", arm_id, absent=None)
    container_registry: Maybe[ArmId | None] = at("properties.containerRegistry", arm_id, absent=None)
    application_insights: Maybe[ArmId | None] = at("properties.applicationInsights", arm_id, absent=None)
    managed_network: Maybe[ManagedNetwork | None] = at("properties.managedNetwork", part(ManagedNetwork), absent=None)
    serverless_subnet: Maybe[ArmId | None] = at(
        "properties.serverlessComputeSettings.serverlessComputeCustomSubnet", arm_id, absent=None
    )
    serverless_no_public_ip: Maybe[bool | None] = at(
        "properties.serverlessComputeSettings.serverlessComputeNoPublicIP", boolean, absent=None
    )
    connections: Maybe[tuple[EndpointConnection, ...]] = at(
        "properties.privateEndpointConnections", many(part(EndpointConnection)), absent=()
    )


@model
class InstanceApplication:
    """What a compute instance serves to browsers, such as Jupyter, and where."""

    uri: Maybe[str | None] = at("endpointUri", text, absent=None)


@model
class Compute(Resource):
    """A compute of a workspace: cluster, instance, or something attached."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/computes"

    compute_type: Maybe[ComputeType] = at("properties.computeType", one_of(ComputeType))
    attached: Maybe[ArmId | None] = at("properties.resourceId", arm_id, absent=None)
    disable_local_auth: Maybe[bool] = at("properties.disableLocalAuth", boolean, absent=False)
    vm_size: Maybe[str | None] = at("properties.properties.vmSize", text, absent=None)
    subnet: Maybe[ArmId | None] = at("properties.properties.subnet.id", arm_id, absent=None)
    node_public_ip: Maybe[bool | None] = at("properties.properties.enableNodePublicIp", boolean, absent=None)
    # Absent means NotSpecified: what it comes to depends on the virtual network (facts §2).
    cluster_ssh: Maybe[PublicPort] = at(
        "properties.properties.remoteLoginPortPublicAccess", one_of(PublicPort), absent=PublicPort.NOT_SPECIFIED
    )
    instance_ssh: Maybe[PublicPort] = at(
        "properties.properties.sshSettings.sshPublicAccess", one_of(PublicPort), absent=PublicPort.DISABLED
    )
    public_address: Maybe[Address | None] = at(
        "properties.properties.connectivityEndpoints.publicIpAddress", address, absent=None
    )
    applications: Maybe[tuple[InstanceApplication, ...]] = at(
        "properties.properties.applications", many(part(InstanceApplication)), absent=()
    )
    load_balancer: Maybe[LoadBalancerType] = at(
        "properties.properties.loadBalancerType", one_of(LoadBalancerType), absent=LoadBalancerType.PUBLIC_IP
    )

    @property
    def has_nodes(self) -> bool:
        """Whether Azure Machine Learning runs its nodes, in a subnet that the compute names; not so if attached."""
        return known(self.compute_type, self.name) in _WITH_NODES


@model
class OnlineEndpoint(Resource):
    """A managed or Kubernetes online endpoint."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"

    # Azure's default is Enabled; the switch has no effect on an endpoint that names a Kubernetes compute
    # (https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online, 2022-04-26).
    public_network_access: Maybe[Toggle] = at("properties.publicNetworkAccess", one_of(Toggle), absent=Toggle.ENABLED)
    compute: Maybe[str | None] = at("properties.compute", text, absent=None)


@model
class OnlineDeployment(Resource):
    """A deployment behind an online endpoint."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"

    compute_type: Maybe[EndpointComputeType] = at(
        "properties.endpointComputeType", one_of(EndpointComputeType), absent=EndpointComputeType.MANAGED
    )
    egress: Maybe[Toggle] = at("properties.egressPublicNetworkAccess", one_of(Toggle), absent=Toggle.ENABLED)


@model
class BatchEndpoint(Resource):
    """A batch endpoint. It has no public network access of its own (facts §3)."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/batchEndpoints"


@model
class BatchDeployment(Resource):
    """A deployment behind a batch endpoint; it names the compute that runs the jobs."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments"

    compute: Maybe[str | None] = at("properties.compute", text, absent=None)


@model
class OutboundRule(Resource):
    """An outbound rule of a managed network."""

    TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/outboundRules"

    rule: Maybe[ManagedRule] = at("properties", part(ManagedRule))


def plain_name(name: str) -> str:
    """Return the name of a rule or endpoint for comparing: rules that Azure makes begin with underscores."""
    return name.lower().lstrip("_")
