"""
An attached AKS cluster enforces a network policy.

## Why
Without a policy engine every pod reaches every other pod, and Kubernetes accepts NetworkPolicy objects without
enforcing them. One compromised model then reaches all the others.

## Passes
The cluster's network policy is set: azure, calico or cilium. What the policies say is inside the cluster and not seen.
They must leave the ports open that Azure Machine Learning uses there.

## Fails
The network policy is none or absent, which is Azure's default.

## Fix
az aks update --name CLUSTER --resource-group GROUP --network-policy calico

    resource "azurerm_kubernetes_cluster" "example" {
      network_profile {
        network_plugin = "azure"
        network_policy = "calico"
      }
    }

## See
- https://learn.microsoft.com/azure/aks/use-network-policies
- article: Model deployment
- checkov: CKV_AZURE_7   psrule: AZR-000027
"""

from scanner.checks.selectors import kubernetes_clusters
from scanner.engine import Notes, Problem, Severity, rule
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.compute import KubernetesCluster


@rule(id="aks-network-policy", control="Model deployment", severity=Severity.LOW, each=kubernetes_clusters)
def check(cluster: KubernetesCluster, _: Graph) -> Notes:
    """Look for any policy engine; which one is a matter of taste."""
    if known(cluster.network_policy).lower() in {"", "none"}:
        yield Problem("no network policy is set: every pod reaches every other pod", (cluster.id,))
