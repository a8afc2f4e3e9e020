"""
The nodes of an attached AKS cluster have no public addresses.

## Why
A node with its own public address can be reached from the internet as far as its network security group allows, past
the load balancer and the ingress that you guard.

## Passes
No node pool of the cluster gives its nodes public addresses.

## Fails
A node pool has node public IP enabled.

## Fix
The setting is fixed when a pool is created: add a pool without it, drain the old one, delete it.

az aks nodepool add --cluster-name CLUSTER --resource-group GROUP --name NEWPOOL
az aks nodepool delete --cluster-name CLUSTER --resource-group GROUP --name POOL

    resource "azurerm_kubernetes_cluster_node_pool" "example" {
      node_public_ip_enabled = false
    }

## See
- https://learn.microsoft.com/azure/aks/use-node-public-ips
- article: Model deployment
- checkov: CKV_AZURE_143   psrule: AZR-000027
"""

from scanner.checks.selectors import kubernetes_clusters
from scanner.checks.services import public_pools
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="aks-nodes-no-public-ip",
    control="Model deployment",
    severity=Severity.HIGH,
    each=kubernetes_clusters,
    changes=NoEdit("the addresses of nodes are chosen when a pool is made: make another and move to it"),
)(public_pools)
