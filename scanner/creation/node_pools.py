"""Node pools that a Kubernetes cluster declares inside of it: Azure has each as a resource of its own as well.

Source: REST API of Azure Kubernetes Service, agentPoolProfiles of managedClusters, and agentPools below it (2024-09).
"""

from __future__ import annotations

from scanner.creation.estate import Estate, items

_CLUSTERS = "Microsoft.ContainerService/managedClusters"
_POOLS = f"{_CLUSTERS}/agentPools"
_READ = ("vnetSubnetID", "enableNodePublicIP")


def give_pools(estate: Estate) -> None:
    """Add a row for each pool that stands in a cluster of the code alone."""
    for cluster in list(estate.made(_CLUSTERS)):
        for place, pool in enumerate(items(cluster, "properties", "agentPoolProfiles")):
            named = pool.get("name")
            name = named if isinstance(named, str) and named else f"pool~{place}"
            inside = {key: pool[key] for key in _READ if key in pool}
            row = {"id": f"{cluster['id']}/agentPools/{name}", "type": _POOLS, "name": name, "properties": inside}
            estate.add(row, fresh=estate.is_fresh(cluster))
