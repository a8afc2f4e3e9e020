"""
The AML VNet and each access VNet have address spaces that do not overlap.

## Why
Azure refuses to peer networks with common addresses, and over a hub or a gateway packets for a common address stay in
the network that they start in. Private endpoints in the overlap cannot be reached from the other side.

## Passes
No prefix of the one address space overlaps a prefix of the other.

## Fails
Two prefixes overlap.

## Fix
Give one of the networks another range, move its subnets there, and remove the old range:

az network vnet update --resource-group GROUP --name VNET --address-prefixes 10.10.0.0/16

    resource "azurerm_virtual_network" "example" {
      address_space = ["10.10.0.0/16"]
    }

## See
- https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet
- https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview
- article: VNet peering
"""

from scanner.checks.peering import overlapping
from scanner.checks.vnet_pairs import vnet_pairs
from scanner.engine import Severity, rule
from scanner.engine.change import NoEdit

check = rule(
    id="peered-address-spaces-disjoint",
    control="VNet peering",
    severity=Severity.MEDIUM,
    each=vnet_pairs,
    changes=NoEdit("one of the two networks has to be moved to other addresses, machines and endpoints with it"),
)(overlapping)
