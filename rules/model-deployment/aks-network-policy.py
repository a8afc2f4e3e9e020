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

from scanner.checks.properties import must_not
from scanner.checks.selectors import kubernetes_clusters
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit
from scanner.evidence import known
from scanner.model.compute import NetworkPolicy

check = rule(
    id="aks-network-policy",
    control="Model deployment",
    severity=Severity.LOW,
    each=kubernetes_clusters,
    changes=NoEdit("which engine enforces network policies is yours to choose, and pods may depend on what it forbids"),
)(
    must_not(
        lambda cluster: known(cluster.network_policy) in {NetworkPolicy.NONE, NetworkPolicy.UNSET},
        "no network policy is set: every pod reaches every other pod",
    )
)
