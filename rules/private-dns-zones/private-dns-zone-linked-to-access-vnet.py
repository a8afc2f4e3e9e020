"""
Each private DNS zone of the solution is seen from every access VNet.

## Why
People on a jump host and pipelines on an agent reach the workspace, its notebooks and its registry by name. Where their
virtual network does not see the zone they are sent to the public address and refused. The article links its zones to the
AML VNet only, and its jump host cannot resolve the workspace.

## Passes
Names of the solution resolve through the zone from the VNet of each Bastion host, gateway, machine or agent: it has a
completed link to that VNet, or to the VNet that answers for the DNS servers it uses. The way there is shown. A zone that a
zone group names and no name needs is noted.

## Fails
There is no link, or one that was never completed, to where the VNet's queries end, or another zone of that name hides
this one. A DNS server that cannot be seen through makes it unknown.

## Fix
az network private-dns link vnet create --resource-group GROUP --zone-name ZONE --name LINK --virtual-network VNET_ID
    --registration-enabled false

    resource "azurerm_private_dns_zone_virtual_network_link" "access" {
      private_dns_zone_name = azurerm_private_dns_zone.example.name
      virtual_network_id    = azurerm_virtual_network.access.id
    }

## See
- https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links
- https://learn.microsoft.com/azure/dns/dns-private-resolver-overview
- article: Private DNS zones
- mcsb: NS-2
"""

from scanner.changes.dns import links_to
from scanner.checks.dns import seen_from
from scanner.checks.selectors import private_dns_zones
from scanner.engine import Severity, rule

check = rule(
    id="private-dns-zone-linked-to-access-vnet",
    control="Private DNS zones",
    severity=Severity.HIGH,
    each=private_dns_zones,
    changes=links_to(lambda solution: solution.access_vnets),
)(seen_from(lambda solution: solution.access_vnets))
