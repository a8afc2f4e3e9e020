"""
Each subnet that computes run in has a network security group.

## Why
Without a network security group nothing filters what reaches the nodes or where they connect to. It is the first line
of defence inside the virtual network, and the place where outbound traffic is narrowed down.

## Passes
A network security group is attached to the subnet of each compute cluster, compute instance and of serverless compute.
What its rules allow is judged by the other rules of this control.

## Fails
The subnet has no network security group. Groups that Azure Machine Learning puts on network interfaces of its own do
not count.

## Fix
az network vnet subnet update --resource-group GROUP --vnet-name VNET --name SUBNET --network-security-group NSG

    resource "azurerm_subnet_network_security_group_association" "compute" {
      subnet_id                 = azurerm_subnet.compute.id
      network_security_group_id = azurerm_network_security_group.compute.id
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet
- article: Compute
- azure-policy: e71308d3-144b-4262-b144-efdc3cc90517   mcsb: NS-1   cis: 7.11 (v5, v6)
"""

from scanner.changes.guards import attaches_group
from scanner.checks.selectors import compute_subnets
from scanner.engine import Notes, Problem, Severity, rule
from scanner.estate.private_link import vnet_of
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.network import Subnet


@rule(
    id="compute-subnet-has-nsg", control="Compute", severity=Severity.HIGH, each=compute_subnets, changes=attaches_group
)
def check(subnet: Subnet, _: Graph) -> Notes:
    """Ask for a network security group on the subnet itself."""
    if known(subnet.network_security_group) is None:
        vnet = vnet_of(subnet.id)
        yield Problem(f"no network security group is attached to {subnet.name} of {vnet.name}", (subnet.id,))
