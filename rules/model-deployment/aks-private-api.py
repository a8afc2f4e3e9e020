"""
The Kubernetes API of an attached AKS cluster is not open to the internet.

## Why
Whoever reaches the API server with stolen credentials controls every model that the cluster serves, and can read their
data and secrets. By default the server answers the whole internet.

## Passes
The cluster is private, or its authorised IP ranges are all in `[agents] allowed_ip_ranges`. The range 0.0.0.0/32 is
Azure's way to say "nobody but the cluster itself" and passes.

## Fails
The cluster is not private and has no authorised IP ranges, or one that you did not allow.

## Fix
A cluster becomes private only when it is created, or later if it uses API server VNet integration; ranges can be set at
any time.

az aks create --name CLUSTER --resource-group GROUP --enable-private-cluster
az aks update --name CLUSTER --resource-group GROUP --api-server-authorized-ip-ranges RANGE

    resource "azurerm_kubernetes_cluster" "example" {
      private_cluster_enabled = true
    }

## See
- https://learn.microsoft.com/azure/aks/private-clusters
- article: Model deployment
- azure-policy: 040732e8-d947-40b8-95d6-854c95024bf8, 0e246bcf-5f6f-4f87-bc6f-775d4712c7ea   mcsb: NS-2
"""

from ipaddress import ip_network

from scanner.checks.public_access import foreign_ranges
from scanner.checks.selectors import kubernetes_clusters
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import NoEdit
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.compute import KubernetesCluster

# https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
_ONLY_THE_CLUSTER = ip_network("0.0.0.0/32")


@rule(
    id="aks-private-api",
    control="Model deployment",
    severity=Severity.HIGH,
    each=kubernetes_clusters,
    changes=NoEdit(
        "whether the API server is private is chosen when a cluster is made; authorised ranges are yours to say"
    ),
)
def check(cluster: KubernetesCluster, graph: Graph) -> Notes:
    """Look at the ranges only if the cluster is not private: a cluster has one or the other."""
    if known(cluster.private_cluster):
        return
    ranges = known(cluster.authorized_ranges)
    if not ranges:
        yield Problem("the API server answers the whole internet: not private, no authorised ranges", (cluster.id,))
    others = (each for each in ranges if each != _ONLY_THE_CLUSTER)
    yield from foreign_ranges(others, graph.settings.allowed_ip_ranges)
