"""Azure Machine Learning: workspaces, hubs and projects, computes, outbound rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.collect.iac.terraform.block import Block, given
from scanner.collect.iac.terraform.registry import Piece, below, in_group, kind
from scanner.collect.iac.terraform.rows import identity, location, row
from scanner.creation.estate import Row
from scanner.model.arm import ArmId

WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
COMPUTE = f"{WORKSPACE}/computes"
RULE = f"{WORKSPACE}/outboundRules"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
USER = "Microsoft.ManagedIdentity/userAssignedIdentities"

_STANDS_ON = {
    "storageAccount": ("storage_account_id", "Microsoft.Storage/storageAccounts"),
    "keyVault": ("key_vault_id", "Microsoft.KeyVault/vaults"),
    "containerRegistry": ("container_registry_id", "Microsoft.ContainerRegistry/registries"),
    "applicationInsights": ("application_insights_id", "Microsoft.Insights/components"),
    "primaryUserAssignedIdentity": ("primary_user_assigned_identity", USER),
}
_OF_WORKSPACE = below("machine_learning_workspace_id", WORKSPACE)


@kind("azurerm_machine_learning_workspace", WORKSPACE, in_group)
def workspace(block: Block) -> Iterator[Piece]:
    """Map a workspace."""
    properties = {
        "workspaceId": block.text("workspace_id") or None,
        "publicNetworkAccess": _public_access(block),
        "allowPublicAccessWhenBehindVnet": block.get("public_access_behind_virtual_network_enabled"),
        "hbiWorkspace": block.get("high_business_impact"),
        "v1LegacyMode": block.get("v1_legacy_mode_enabled"),
        "imageBuildCompute": block.get("image_build_compute_name"),
        "managedNetwork": _managed_network(block),
        "serverlessComputeSettings": _serverless(block),
        **_stands_on(block),
    }
    yield row(block, properties, kind=block.get("kind"), identity=identity(block))


def _public_access(block: Block) -> object:
    """Return the public access of a workspace, which version 3 shows only where the code sets it.

    Version 4 has a default and shows it. From 3.25.0 to the last, 3.117.1, a workspace is created with Disabled unless
    the attribute is true. 3.25.0 brought v1_legacy_mode_enabled as well: it tells those from what sent something else
    before. Sources: CHANGELOG of terraform-provider-azurerm, 3.25.0 (September 29, 2022), and in its version 3
    resourceMachineLearningWorkspaceCreate of internal/services/machinelearning/machine_learning_workspace_resource.go.
    """
    access = block.switch("public_network_access_enabled")
    if access is not None:
        return access
    if block.instance.fresh and block.has("v1_legacy_mode_enabled"):
        return "Disabled"
    why = "is not set, and what the provider sends then differs by its version"
    return block.why("public_network_access_enabled", why)


def _stands_on(block: Block) -> Row:
    return given({theirs: block.id(ours, arm) for theirs, (ours, arm) in _STANDS_ON.items()})


def _managed_network(block: Block) -> Row | None:
    found = block.blocks("managed_network")
    if not isinstance(found, list):
        return found
    if not found:
        return None
    mode = found[0].get("isolation_mode")
    provisions = found[0].get("provision_on_creation_enabled")
    status = {True: "Active", False: "Inactive", None: "Inactive"}
    known = status[provisions] if provisions in (True, False, None) else provisions
    if not block.instance.fresh:
        known = found[0].why("provision_on_creation_enabled", "does not tell what became of the network since")
    return given({"isolationMode": mode, "status": {"status": known}})


def _serverless(block: Block) -> Row | None:
    held = block.block("serverless_compute")
    if held is None:
        return None
    return given(
        {
            "serverlessComputeCustomSubnet": held.id("subnet_id", SUBNET),
            "serverlessComputeNoPublicIP": held.negated("public_ip_enabled"),
        }
    )


@kind("azurerm_ai_foundry", WORKSPACE, in_group)
def hub(block: Block) -> Iterator[Piece]:
    """Map a hub."""
    properties = {
        "publicNetworkAccess": block.get("public_network_access"),
        "hbiWorkspace": block.get("high_business_impact_enabled"),
        "managedNetwork": _managed_network(block),
        **_stands_on(block),
    }
    yield row(block, properties, kind="Hub", identity=identity(block))


def _of_hub(block: Block) -> str:
    """Return the resource group of the hub, in which its projects lie."""
    return ArmId(block.world.parent_by_id(block, "ai_services_hub_id", WORKSPACE)).scope


@kind("azurerm_ai_foundry_project", WORKSPACE, _of_hub)
def project(block: Block) -> Iterator[Piece]:
    """Map a project, which has its hub's network."""
    yield row(
        block,
        {
            "hubResourceId": block.id("ai_services_hub_id", WORKSPACE),
            "hbiWorkspace": block.get("high_business_impact_enabled"),
            "primaryUserAssignedIdentity": block.id("primary_user_assigned_identity", USER),
        },
        kind="Project",
        identity=identity(block),
    )


# Computes


@kind("azurerm_machine_learning_compute_cluster", COMPUTE, _OF_WORKSPACE)
def compute_cluster(block: Block) -> Iterator[Piece]:
    """Map a cluster. Its SSH port is closed unless the code opens it: the provider always says which."""
    inside = {
        "vmSize": block.get("vm_size"),
        "subnet": block.reference("subnet_resource_id", SUBNET),
        "enableNodePublicIp": block.get("node_public_ip_enabled"),
        "remoteLoginPortPublicAccess": block.switch("ssh_public_access_enabled") or "Disabled",
    }
    yield _compute(block, "AmlCompute", inside, block.negated("local_auth_enabled"), None)


@kind("azurerm_machine_learning_compute_instance", COMPUTE, _OF_WORKSPACE)
def compute_instance(block: Block) -> Iterator[Piece]:
    """Map an instance. Its SSH port is open where it has the block `ssh`."""
    ssh = block.blocks("ssh")
    access = ("Enabled" if ssh else "Disabled") if isinstance(ssh, list) else ssh
    inside = {
        "vmSize": block.get("virtual_machine_size"),
        "subnet": block.reference("subnet_resource_id", SUBNET),
        "enableNodePublicIp": block.get("node_public_ip_enabled"),
        "sshSettings": {"sshPublicAccess": access},
    }
    yield _compute(block, "ComputeInstance", inside, block.negated("local_auth_enabled"), None)


@kind("azurerm_machine_learning_inference_cluster", COMPUTE, _OF_WORKSPACE)
def inference_cluster(block: Block) -> Iterator[Piece]:
    """Map an attached Kubernetes cluster."""
    attached = block.id("kubernetes_cluster_id", "Microsoft.ContainerService/managedClusters")
    yield _compute(block, "AKS", {}, None, attached)


@kind("azurerm_machine_learning_synapse_spark", COMPUTE, _OF_WORKSPACE)
def synapse_spark(block: Block) -> Iterator[Piece]:
    """Map an attached Spark pool."""
    yield _compute(block, "SynapseSpark", {}, block.negated("local_auth_enabled"), block.id("synapse_spark_pool_id"))


def _compute(block: Block, sort: str, inside: Row, disables_local: object, attached: object) -> Row:
    """Return the row of a compute: it lies where its workspace does, and its nodes where `location` says."""
    properties = {
        "computeType": sort,
        "computeLocation": location(block),
        "disableLocalAuth": disables_local,
        "resourceId": attached,
        "properties": given(inside),
    }
    return row(block, properties)


# Outbound rules


def _rule(name: str, sort: str) -> None:
    @kind(f"azurerm_machine_learning_workspace_network_outbound_rule_{name}", RULE, below("workspace_id", WORKSPACE))
    def outbound_rule(block: Block) -> Iterator[Piece]:
        """Map an outbound rule of a managed network."""
        yield row(block, {"type": sort, "destination": _DESTINATIONS[sort](block)})


_DESTINATIONS: Mapping[str, Callable[[Block], Any]] = {
    "FQDN": lambda block: block.get("destination_fqdn"),
    "PrivateEndpoint": lambda block: given(
        {
            "serviceResourceId": block.id("service_resource_id"),
            "subresourceTarget": block.get("sub_resource_target"),
        }
    ),
    "ServiceTag": lambda block: block.pick(
        {"serviceTag": "service_tag", "protocol": "protocol", "portRanges": "port_ranges"}
    ),
}

for _name, _sort in (("fqdn", "FQDN"), ("private_endpoint", "PrivateEndpoint"), ("service_tag", "ServiceTag")):
    _rule(_name, _sort)
