"""A Kubernetes cluster shows its node pools, which ARM serves by themselves as well: the same properties in both.

AgentPool and ManagedClusterAgentPoolProfile share ManagedClusterAgentPoolProfileProperties; the latter has the name
beside them (azure-rest-api-specs, Microsoft.ContainerService/aks/stable/2024-09-01/managedClusters.json).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.simulator.estate import Estate, Resource

_CLUSTERS = "microsoft.containerservice/managedclusters"
_POOLS = f"{_CLUSTERS}/agentpools"


def with_node_pools(estate: Estate) -> Estate:
    """Have clusters show the pools that the estate holds of them; others stay as they are."""
    found: defaultdict[str, list[Resource]] = defaultdict(list)
    for resource in estate.resources:
        if str(resource["type"]).lower() == _POOLS:
            found[str(resource["id"]).lower().rpartition("/agentpools/")[0]].append(resource)
    return replace(estate, resources=tuple(_showing(each, found) for each in estate.resources)) if found else estate


def _showing(resource: Resource, pools: Mapping[str, Sequence[Resource]]) -> Resource:
    properties, mine = resource.get("properties"), pools.get(str(resource["id"]).lower(), ())
    if not mine or not isinstance(properties, Mapping):
        return resource
    return {**resource, "properties": {**properties, "agentPoolProfiles": [_profile(each) for each in mine]}}


def _profile(pool: Resource) -> Resource:
    properties = pool.get("properties")
    return {"name": pool["name"], **(properties if isinstance(properties, Mapping) else {})}
