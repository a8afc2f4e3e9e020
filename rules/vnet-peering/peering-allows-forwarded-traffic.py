"""
The peerings between the AML VNet and its access VNets accept forwarded traffic.

## Why
Traffic that an appliance in a hub passes on does not come from the peer itself. Unless the peering accepts such traffic
it is dropped, and networks that only share a hub cannot reach each other.

## Passes
The peering has allowForwardedTraffic true, on the side of the AML VNet and of the access VNet. Without it a peering with
a hub passes where the hub's gateway does the forwarding, which needs no such permission.

## Fails
allowForwardedTraffic is false. It counts as low where the two VNets are peered directly: only traffic that comes from
elsewhere is concerned then. The article asks for it on both sides.

## Fix
az network vnet peering update --resource-group GROUP --vnet-name VNET --name NAME --set allowForwardedTraffic=true

    resource "azurerm_virtual_network_peering" "example" {
      allow_forwarded_traffic = true
    }

## See
- https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering
- article: VNet peering
"""

from scanner.changes.properties import sets
from scanner.checks.peering import forwarded_traffic
from scanner.checks.vnet_pairs import receiving_peerings
from scanner.engine import Severity, rule
from scanner.engine.change import Stage

check = rule(
    id="peering-allows-forwarded-traffic",
    control="VNet peering",
    severity=Severity.MEDIUM,
    each=receiving_peerings,
    changes=sets(
        "properties.allowForwardedTraffic", to=True, stage=Stage.WAY, says="allow forwarded traffic over the peering {}"
    ),
)(forwarded_traffic)
