"""
The nodes of compute clusters and instances have no public addresses.

## Why
A node with a public address can be reached from the internet as far as its network security group allows, and it needs
an inbound rule for Azure Machine Learning's own calls. Without one, there is nothing to reach.

## Passes
Node public IP is off, and Azure reports no public address for the compute. In a managed network a setting that Azure
left out is fine: Microsoft's network gives the nodes none.

## Fails
Node public IP is on (Azure's default when nothing is set), or the compute was seen with a public address. Switched on in
a managed network it is unknown, since Microsoft does not say what it does there.

## Fix
The setting is fixed when a compute is created: create it again and delete the old one. Without public addresses the
subnet needs a NAT gateway or a firewall to reach the internet.

az ml compute create --name CLUSTER --type AmlCompute --enable-node-public-ip false --vnet-name VNET --subnet SUBNET

    resource "azurerm_machine_learning_compute_cluster" "example" {
      node_public_ip_enabled = false
      subnet_resource_id     = azurerm_subnet.compute.id
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- article: Compute
- mcsb: NS-2
"""

from scanner.checks.selectors import node_computes
from scanner.checks.services import public_node_address
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="compute-no-public-ip",
    control="Compute",
    severity=Severity.HIGH,
    each=node_computes,
    changes=NoEdit("whether nodes have public addresses is chosen when a compute is made: delete it and make it again"),
)(public_node_address)
