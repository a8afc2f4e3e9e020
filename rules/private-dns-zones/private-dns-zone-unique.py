"""
The virtual networks of a solution see the same records under the name of each private DNS zone.

## Why
Two zones may have one name, each linked to other virtual networks. Their records drift apart: the zone group keeps one of
them up to date, and the clients of the other are sent to addresses of the past.

## Passes
Every AML VNet and access VNet sees one zone of that name, or zones that say the same of the solution's endpoints. Zones
that lead each VNet to an endpoint of its own are noted.

## Fails
Two of the VNets see different zones of the name, with different records for one of the solution's endpoints.

## Fix
Keep one zone and link it to all of them:
az network private-dns link vnet create --resource-group GROUP --zone-name ZONE --name LINK --virtual-network VNET_ID
    --registration-enabled false

    resource "azurerm_private_dns_zone_virtual_network_link" "all" {
      for_each              = local.vnet_ids
      private_dns_zone_name = azurerm_private_dns_zone.only.name
      virtual_network_id    = each.value
    }

## See
- https://learn.microsoft.com/azure/private-link/private-endpoint-dns
- article: Private DNS zones
- mcsb: NS-2
"""

from scanner.checks.dns import one_zone
from scanner.checks.selectors import zone_names
from scanner.engine import Notes, Severity, rule
from scanner.engine.change import NoEdit
from scanner.graph import Graph
from scanner.model.private_dns import PrivateDnsZone


@rule(
    id="private-dns-zone-unique",
    control="Private DNS zones",
    severity=Severity.MEDIUM,
    each=zone_names,
    changes=NoEdit("which of the zones is the right one is yours to say: link both networks to it"),
)
def check(zone: PrivateDnsZone, graph: Graph) -> Notes:
    """Compare what each virtual network is told of the solution's names."""
    yield from one_zone(zone, graph)
