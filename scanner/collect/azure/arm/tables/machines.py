"""Machines, scale sets, agent pools and clusters."""

from __future__ import annotations

from scanner.collect.azure.arm.tables.listing import Listing, Need, Sdk, below

_COMPUTE = "2024-07-01"
_COMPUTE_WHY = "stable in every cloud; nothing that we read came later"
_AKS = "2024-09-01"


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
        "Microsoft.ContainerService/managedClusters",
        Sdk("kubernetes", "managed_clusters.list"),
        _AKS,
        "stable in every cloud",
    ),
    Listing(
        "Microsoft.ContainerService/managedClusters/agentPools",
        Sdk("kubernetes", "agent_pools.list", ("resource_group_name", "resource_name")),
        _AKS,
        "as its parent",
        "Microsoft.ContainerService/managedClusters",
    ),
)
