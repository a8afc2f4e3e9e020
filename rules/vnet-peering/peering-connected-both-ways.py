"""
Each access VNet is connected to the AML VNet, in both directions.

## Why
People and pipelines reach the workspace's private endpoints only over a path between their network and the AML VNet. A
peering is two objects, one on each side; with one of them missing or out of date nothing, or not everything, gets through.

## Passes
Both sides of a peering are Connected and FullyInSync; a side that cannot be read may not be in sync. Or there is a way
without a peering: through an appliance of a hub with routes there and back, the gateway of a hub, a virtual WAN, or a
connected group (mesh) of Virtual Network Manager. The way is shown.

## Fails
One side is Initiated, Disconnected or missing, a changed address space was not synced, or there is no path at all.

## Fix
Create the missing side (where one is Disconnected, delete both and create both again), or sync a changed address space:

az network vnet peering create --resource-group GROUP --vnet-name VNET --name NAME --remote-vnet OTHER_VNET_ID
    --allow-vnet-access --allow-forwarded-traffic
az network vnet peering sync --resource-group GROUP --vnet-name VNET --name NAME

    resource "azurerm_virtual_network_peering" "example" {
      virtual_network_name      = azurerm_virtual_network.ml.name
      remote_virtual_network_id = azurerm_virtual_network.access.id
    }

## See
- https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview
- https://learn.microsoft.com/azure/architecture/networking/architecture/hub-spoke
- article: VNet peering
"""

from scanner.changes.peerings import completes
from scanner.checks.peering import connected
from scanner.checks.vnet_pairs import vnet_pairs
from scanner.engine import Severity, rule

check = rule(
    id="peering-connected-both-ways", control="VNet peering", severity=Severity.HIGH, each=vnet_pairs, changes=completes
)(connected)
