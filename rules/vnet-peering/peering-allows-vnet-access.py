"""
The peerings between the AML VNet and its access VNets let traffic through.

## Why
A peering can be Connected and still closed: with allowVirtualNetworkAccess false Azure keeps the two networks apart and
leaves the peer out of the VirtualNetwork tag of security rules, so that private endpoints time out.

## Passes
The peering has allowVirtualNetworkAccess true. Where the two VNets are not peered with each other, the peerings of both
with the hub that they share are judged. A virtual WAN has no peerings of this kind.

## Fails
allowVirtualNetworkAccess is false.

## Fix
az network vnet peering update --resource-group GROUP --vnet-name VNET --name NAME --set allowVirtualNetworkAccess=true

    resource "azurerm_virtual_network_peering" "example" {
      allow_virtual_network_access = true
    }

## See
- https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering
- article: VNet peering
"""

from scanner.changes.properties import sets
from scanner.checks.vnet_pairs import pair_peerings
from scanner.engine import Notes, Problem, Severity, rule
from scanner.engine.change import Stage
from scanner.evidence import known
from scanner.graph import Graph
from scanner.model.network import Peering


@rule(
    id="peering-allows-vnet-access",
    control="VNet peering",
    severity=Severity.HIGH,
    each=pair_peerings,
    changes=sets(
        "properties.allowVirtualNetworkAccess", to=True, stage=Stage.WAY, says="allow access over the peering {}"
    ),
)
def check(peering: Peering, _: Graph) -> Notes:
    """Read the switch."""
    if not known(peering.allows_access):
        yield Problem(f"allowVirtualNetworkAccess is false towards {known(peering.remote).name}", (peering.id,))
