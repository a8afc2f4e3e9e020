"""
Each private DNS zone of the solution is seen from every AML VNet.

## Why
A private DNS zone answers only in the virtual networks that it is linked to. Computes in a VNet that does not see the
zone resolve storage, vault and registry to public addresses, and jobs fail or leave the private path.

## Passes
Names of the solution resolve through the zone: it has a completed link to the VNet or, where the VNet has DNS servers of
its own, to the VNet that answers in the end: that of a DNS Private Resolver or of an Azure Firewall with DNS proxy. The
way there is shown. Peering does not pass links on. A zone that a zone group names and no name needs is noted.

## Fails
There is no link, or one that was never completed, to where the VNet's queries end, or another zone of that name hides
this one. A DNS server that cannot be seen through, such as a virtual machine or one on-premises, makes it unknown.

## Fix
az network private-dns link vnet create --resource-group GROUP --zone-name ZONE --name LINK --virtual-network VNET_ID
    --registration-enabled false

    resource "azurerm_private_dns_zone_virtual_network_link" "ml" {
      private_dns_zone_name = azurerm_private_dns_zone.example.name
      virtual_network_id    = azurerm_virtual_network.ml.id
    }

## See
- https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links
- https://learn.microsoft.com/azure/machine-learning/how-to-custom-dns
- article: Private DNS zones
- mcsb: NS-2
"""

from scanner.changes.dns import links_to
from scanner.checks.dns import seen_from
from scanner.checks.selectors import private_dns_zones
from scanner.engine import Severity, rule

check = rule(
    id="private-dns-zone-linked-to-aml-vnet",
    control="Private DNS zones",
    severity=Severity.HIGH,
    each=private_dns_zones,
    changes=links_to(lambda solution: solution.aml_vnets),
)(seen_from(lambda solution: solution.aml_vnets))
