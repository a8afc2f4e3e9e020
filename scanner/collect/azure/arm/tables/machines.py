"""Machines, scale sets, agent pools and clusters."""

from __future__ import annotations

from scanner.collect.azure.arm.tables.listing import Listing, Need, Sdk, Within, below
from scanner.model.arm import Json, properties_of

_COMPUTE = "2024-07-01"
_COMPUTE_WHY = "stable in every cloud; nothing that we read came later"
_AKS = "2024-09-01"
_CLUSTER = "Microsoft.ContainerService/managedClusters"
_POOL = f"{_CLUSTER}/agentPools"


def _pools(cluster: Json) -> list[Json] | None:
    """Return the node pools of a cluster, which it shows with every property that a pool has by itself.

    ManagedClusterAgentPoolProfile and AgentPool share ManagedClusterAgentPoolProfileProperties (azure-rest-api-specs,
    Microsoft.ContainerService/aks/stable/2024-09-01/managedClusters.json). No cluster is without a pool.
    """
    found = properties_of(cluster).get("agentPoolProfiles")
    if not isinstance(found, list) or not found or not all(map(_is_named, found)):
        return None
    return [_pool(cluster, each) for each in found]


def _is_named(profile: object) -> bool:
    return isinstance(profile, dict) and isinstance(profile.get("name"), str)


def _pool(cluster: Json, profile: Json) -> Json:
    properties = {key: value for key, value in profile.items() if key != "name"}
    # Clusters have the segment in lower case, their pools do not.
    above = str(cluster["id"]).replace("/resourcegroups/", "/resourceGroups/")
    return {
        "id": f"{above}/agentPools/{profile['name']}",
        "name": profile["name"],
        "type": _POOL,
        "properties": properties,
    }


ROWS: tuple[Listing, ...] = (
    # Machines and agents. A scale set carries its extensions in its profile.
    Listing("Microsoft.Compute/virtualMachines", Sdk("compute", "virtual_machines.list_all"), _COMPUTE, _COMPUTE_WHY),
    Listing(
        "Microsoft.Compute/virtualMachines/extensions",
        below("extensions"),
        _COMPUTE,
        _COMPUTE_WHY,
        "Microsoft.Compute/virtualMachines",
        need=Need.IN_REACH,
    ),
    Listing(
        "Microsoft.Compute/virtualMachineScaleSets",
        Sdk("compute", "virtual_machine_scale_sets.list_all"),
        _COMPUTE,
        _COMPUTE_WHY,
    ),
    Listing(
        "Microsoft.DevOpsInfrastructure/pools",
        Sdk("devops", "pools.list_by_subscription"),
        "2024-10-19",
        "first stable version",
    ),
    Listing(
        _CLUSTER,
        Sdk("kubernetes", "managed_clusters.list"),
        _AKS,
        "stable in every cloud",
    ),
    Listing(
        _POOL,
        Within(_pools),
        _AKS,
        "as its parent",
        _CLUSTER,
        f"{_CLUSTER}/read",
    ),
)
